# report: none
# case: an empty file, an empty document
# same: yes
: > f.yaml; $S encrypt f.yaml 2>/dev/null; echo rc=$?; echo '{}' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
