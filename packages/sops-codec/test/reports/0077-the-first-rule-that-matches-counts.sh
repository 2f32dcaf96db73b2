# report: getsops/sops#77
# case: the first rule that matches counts
# same: yes
mkdir a b; echo 'x: 1' | tee a/f.yaml > b/f.yaml; printf 'creation_rules: [{path_regex: ^a/, age: %s}, {age: %s}]\n' $R1 $R2 > .sops.yaml; $S encrypt a/f.yaml | grep -c $R1; $S encrypt b/f.yaml | grep -c $R2
