# report: getsops/sops#2243
# case: a comment on an element of a list
# same: yes
printf 'items:\n  # - one\n  - two\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
