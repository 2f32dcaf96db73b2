# report: getsops/sops#1509
# case: from one group to two
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; printf 'creation_rules: [{shamir_threshold: 1, key_groups: [{age: [%s]}, {age: [%s]}]}]\n' $R1 $R2 > .sops.yaml; $S updatekeys -y e.yaml 2>/dev/null | sed "s/$R1/R1/; s/$R2/R2/"; grep -c recipient: e.yaml
