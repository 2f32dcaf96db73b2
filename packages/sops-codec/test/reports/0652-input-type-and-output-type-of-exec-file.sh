# report: getsops/sops#652
# case: --input-type and --output-type of exec-file; flags in front of it do not count
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e; $S exec-file --input-type yaml --output-type json e 'cat {}'; $S --input-type yaml exec-file e 'cat {}' >/dev/null 2>&1; echo rc=$?
