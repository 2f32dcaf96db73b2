# report: getsops/sops#1305
# case: set of list elements: changed, appended
# same: yes
printf 'l: [1, 2]\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S set e.yaml '["l"][0]' '"x"'; $S set e.yaml '["l"][2]' 'true'; $S set e.yaml '["l"][9]' 'null'; $S decrypt e.yaml
