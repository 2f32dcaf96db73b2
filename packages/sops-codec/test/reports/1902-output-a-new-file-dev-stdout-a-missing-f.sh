# report: getsops/sops#1902
# case: --output: a new file, /dev/stdout, a missing folder
# same: yes
echo 'a: 1' > f.yaml; $S encrypt --output e.yaml f.yaml; $S decrypt --output p.yaml e.yaml; cat p.yaml; $S decrypt --output no/p.yaml e.yaml 2>/dev/null; echo rc=$?
