# report: getsops/sops#810
# case: updatekeys keeps the threshold of the file
# same: yes
printf 'creation_rules: [{shamir_threshold: 2, key_groups: [{age: [%s]}, {age: [%s]}]}]\n' $R1 $R2 > .sops.yaml; echo 'a: 1' > f.yaml; SOPS_AGE_KEY="$K1
$K2"; $S encrypt f.yaml > e.yaml; sed -i 's/threshold: 2/threshold: 1/' .sops.yaml; $S updatekeys -y e.yaml 2>/dev/null; grep shamir e.yaml
