# report: none
# case: a file that is encrypted already
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; $S encrypt e.yaml 2>/dev/null; echo rc=$?; $S -e e.yaml 2>/dev/null; echo rc=$?
