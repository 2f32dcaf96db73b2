# report: getsops/sops#830
# case: a block scalar gets four blanks
# same: yes
printf 'data: |\n  d1\n  d2\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
