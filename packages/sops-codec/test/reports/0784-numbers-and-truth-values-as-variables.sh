# report: getsops/sops#784
# case: numbers and truth values as variables
# same: yes
printf 'n: 5\nf: 1.50\nb: true\nt: 2020-01-02T03:04:05Z\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S exec-env e.yaml 'echo $n $f $b $t'
