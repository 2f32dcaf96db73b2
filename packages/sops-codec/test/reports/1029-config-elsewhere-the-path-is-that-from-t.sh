# report: getsops/sops#1029
# case: --config elsewhere: the path is that from the folder of the configuration
# same: yes
mkdir c p; printf 'creation_rules: [{path_regex: p/f, age: %s}]\n' $R1 > c/conf.yaml; echo 'x: 1' > p/f.yaml; $S --config c/conf.yaml encrypt p/f.yaml | grep -c ENC; $S encrypt --config c/conf.yaml p/f.yaml >/dev/null 2>&1; echo rc=$?
