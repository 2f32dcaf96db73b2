# report: getsops/sops#626
# case: the exit code of a command
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; $S exec-file e.yaml 'exit 3'; echo rc=$?; $S exec-env e.yaml 'exit 4'; echo rc=$?; $S exec-env e.yaml 'kill -9 $$'; echo rc=$?
