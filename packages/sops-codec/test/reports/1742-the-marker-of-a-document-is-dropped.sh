# report: getsops/sops#1742
# case: the marker of a document is dropped
# same: yes
printf -- '---\na: b\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
