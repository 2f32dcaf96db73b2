# report: getsops/sops#1475
# case: unset of keys and elements
# same: yes
printf 'l: [1, 2]\nm: {a: 1, b: 2}\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S unset e.yaml '["l"][0]'; $S unset e.yaml '["m"]["a"]'; $S unset e.yaml '["x"]' 2>/dev/null; echo rc=$?; $S unset --idempotent e.yaml '["x"]'; echo rc=$?; $S decrypt e.yaml
