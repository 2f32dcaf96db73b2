# report: getsops/sops#2022
# case: set through a value that is not a container
# same: yes
printf 'a: 1\nb: 2\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S set e.yaml '["a"]["x"]' '1'; $S set e.yaml '["b"][0]' '"y"'; $S decrypt e.yaml
