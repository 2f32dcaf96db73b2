# report: getsops/sops#950
# case: indentation of two becomes four
# same: yes
printf 'l:\n  - a\nm:\n  s: b\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
