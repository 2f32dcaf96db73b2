# report: getsops/sops#1340
# case: a section twice
# same: yes
printf '[P]\na = 1\n[P]\na = 2\nb = 3\n' > b.ini; $S encrypt b.ini > e.ini; $S decrypt e.ini
