# report: getsops/sops#2256
# case: comments in front of everything, at the end, in maps
# same: yes
printf '# top\na: 1 # in line\nb:\n  # in b\n  c: 2\n# end\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
