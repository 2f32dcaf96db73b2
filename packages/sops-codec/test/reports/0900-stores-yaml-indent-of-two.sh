# report: getsops/sops#900
# case: stores.yaml.indent of two
# same: yes
printf 'stores: {yaml: {indent: 2}}\ncreation_rules: [{age: %s}]\n' $R1 > .sops.yaml; printf 'l:\n  - a\nm:\n  s: b\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
