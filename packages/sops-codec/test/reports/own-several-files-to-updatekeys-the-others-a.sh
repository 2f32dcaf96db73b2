# report: none
# case: several files to updatekeys: the others are done, and the exit code is 1
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; printf 'creation_rules: [{age: "%s,%s"}]\n' $R1 $R2 > .sops.yaml; $S updatekeys -y none.yaml e.yaml >/dev/null 2>&1; echo rc=$?; grep -c recipient: e.yaml
