# report: getsops/sops#1752
# case: a text in a file of another suffix
# same: yes
printf 'abc' > s.yaml; $S encrypt --input-type binary --output-type binary s.yaml > e.yaml; $S decrypt e.yaml; $S decrypt --output-type binary e.yaml; echo
