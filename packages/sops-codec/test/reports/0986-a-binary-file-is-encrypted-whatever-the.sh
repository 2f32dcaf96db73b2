# report: getsops/sops#986
# case: a binary file is encrypted whatever the rule says
# same: yes
printf 'creation_rules: [{age: %s, encrypted_suffix: _x}]\n' $R1 > .sops.yaml; printf 'secret' > s.txt; $S encrypt s.txt 2>/dev/null | norm | grep '"data"'
