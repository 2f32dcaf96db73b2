# report: getsops/sops#868
# case: rotate as a command needs none, --rotate does
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; printf 'creation_rules: [{path_regex: none, age: %s}]\n' $R1 > .sops.yaml; $S rotate e.yaml >/dev/null; echo rc=$?; $S --rotate e.yaml >/dev/null 2>&1; echo rc=$?
