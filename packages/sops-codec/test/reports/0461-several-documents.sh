# report: getsops/sops#461
# case: several documents
# same: yes
printf 'a: 1\n---\nb: 2\n---\n{}\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml; $S set e.yaml '["c"]' '{"x":[1]}'; $S decrypt e.yaml
