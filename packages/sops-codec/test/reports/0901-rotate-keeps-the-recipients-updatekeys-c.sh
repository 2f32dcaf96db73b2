# report: getsops/sops#901
# case: rotate keeps the recipients, updatekeys changes them
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; printf 'creation_rules: [{age: "%s,%s"}]\n' $R1 $R2 > .sops.yaml; $S rotate -i e.yaml; grep -c recipient: e.yaml; $S updatekeys -y e.yaml >/dev/null 2>&1; grep -c recipient: e.yaml
