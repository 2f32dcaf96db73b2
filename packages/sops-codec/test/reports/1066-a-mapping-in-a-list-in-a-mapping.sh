# report: getsops/sops#1066
# case: a mapping in a list in a mapping
# same: yes
printf 'h:\n  h2:\n    - k: v\n      k2:\n        k3: v\n' > f.yaml; $S encrypt f.yaml | norm; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
