# report: getsops/sops#1180
# case: a line that ends with a blank in a block scalar
# same: yes
printf 't: |\n  one\n  two \n  three\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
