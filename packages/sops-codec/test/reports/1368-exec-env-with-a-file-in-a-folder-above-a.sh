# report: getsops/sops#1368
# case: exec-env with a file in a folder above, and without a command
# same: yes
mkdir s; echo 'a: x' > f.yaml; $S encrypt f.yaml > e.yaml; cd s; $S exec-env ../e.yaml 'echo $a'; $S exec-env ../e.yaml 2>/dev/null; echo rc=$?
