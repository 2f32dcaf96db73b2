# report: getsops/sops#342
# case: path_regex is matched against the path from the folder of .sops.yaml
# same: yes
mkdir -p d/e; echo 'a: 1' > d/e/f.yaml; printf 'creation_rules: [{path_regex: "^d/e/", age: %s}]\n' $R1 > .sops.yaml; $S encrypt ./d/e/f.yaml | grep -c ENC; cd d; $S encrypt e/f.yaml | grep -c ENC; $S encrypt $PWD/e/../e/f.yaml | grep -c ENC
