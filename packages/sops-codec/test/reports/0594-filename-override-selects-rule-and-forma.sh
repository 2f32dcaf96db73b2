# report: getsops/sops#594
# case: --filename-override selects rule and format
# same: yes
printf 'creation_rules: [{path_regex: ^s/, age: %s}]\n' $R1 > .sops.yaml; echo '{"a":1}' | $S encrypt --filename-override s/t.json | norm | grep '"a"'
