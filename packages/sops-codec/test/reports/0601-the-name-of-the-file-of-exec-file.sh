# report: getsops/sops#601
# case: the name of the file of exec-file
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; $S exec-file --no-fifo --filename n.yaml e.yaml 'basename {}; cat {}'; $S exec-file --filename ../n e.yaml 'cat {}' 2>/dev/null; echo rc=$?
