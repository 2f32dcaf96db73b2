# report: getsops/sops#864
# case: a flow list becomes a block list, comments behind a value stay
# same: yes
printf 'a: [x, y]\nb: v  # c\nd: {e: f}\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
