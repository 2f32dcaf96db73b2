# report: getsops/sops#1597
# case: a number sign in a value of an INI file
# same: yes
printf '[s]\ns = here#there\nt = x ; y\n' > c.ini; $S encrypt c.ini > e.ini; $S decrypt e.ini
