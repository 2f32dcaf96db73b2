# report: getsops/sops#86
# case: rotate changes every ciphertext
# same: yes
echo 'a: x' > f.yaml; $S encrypt f.yaml > e.yaml; cp e.yaml o.yaml; $S rotate -i e.yaml; grep -Fxc "$(grep ^a: o.yaml)" e.yaml; $S decrypt e.yaml
