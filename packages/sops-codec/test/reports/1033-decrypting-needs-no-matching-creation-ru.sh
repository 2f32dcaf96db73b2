# report: getsops/sops#1033
# case: decrypting needs no matching creation rule
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; printf 'creation_rules: [{path_regex: none, age: %s}]\n' $R1 > .sops.yaml; $S decrypt e.yaml; $S -d e.yaml; $S -r e.yaml >/dev/null 2>&1; echo rc=$?
