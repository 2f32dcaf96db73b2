# report: getsops/sops#1114
# case: path_regex of a file from standard input
# same: yes
printf 'creation_rules: [{path_regex: "^in[.]yaml$", age: %s}]\n' $R1 > .sops.yaml; echo 'a: 1' | $S encrypt --filename-override in.yaml | grep -c ENC; echo 'a: 1' | $S encrypt --filename-override x.yaml 2>/dev/null; echo rc=$?
