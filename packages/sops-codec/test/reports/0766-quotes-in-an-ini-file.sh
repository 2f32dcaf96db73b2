# report: getsops/sops#766
# case: quotes in an INI file
# same: yes
printf '[s]\nq = "a!b"\nu = `c#d`\n' > c.ini; $S encrypt c.ini > e.ini; $S decrypt e.ini
