# report: getsops/sops#695
# case: comments with empty lines between keys
# same: yes
printf 'a:\n  # one\n  #\n\n  b: x\n  c:\n    - --x=^/(a|b)($|/)\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
