# report: getsops/sops#1790
# case: recipients of a flag do not do without a matching rule
# same: yes
printf 'creation_rules: [{path_regex: none, age: %s}]\n' $R1 > .sops.yaml; echo 'x: 1' > f.yaml; $S encrypt --age $R1 f.yaml >/dev/null 2>&1; echo rc=$?; printf '' > .sops.yaml; $S encrypt --age $R1 f.yaml >/dev/null 2>&1; echo rc=$?
