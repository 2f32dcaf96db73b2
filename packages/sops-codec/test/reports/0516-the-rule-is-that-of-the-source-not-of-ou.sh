# report: getsops/sops#516
# case: the rule is that of the source, not of --output
# same: yes
printf 'creation_rules: [{path_regex: out, age: %s}]\n' $R1 > .sops.yaml; echo 'x: 1' > f.yaml; $S encrypt --output out.yaml f.yaml 2>/dev/null; echo rc=$?; test -e out.yaml; echo rc=$?
