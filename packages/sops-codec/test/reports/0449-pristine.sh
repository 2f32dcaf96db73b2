# report: getsops/sops#449
# case: --pristine
# same: yes
echo 'A: 1' > f.yaml; $S encrypt f.yaml > e.yaml; X=1 $S exec-env --pristine e.yaml '/usr/bin/env | /usr/bin/grep -E "^(A|X|HOME)="'
