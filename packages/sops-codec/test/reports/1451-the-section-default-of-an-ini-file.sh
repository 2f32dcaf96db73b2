# report: getsops/sops#1451
# case: the section DEFAULT of an INI file
# same: yes
printf '[DEFAULT]\nk = v\n' > a.ini; $S encrypt a.ini > e.ini; $S decrypt e.ini
