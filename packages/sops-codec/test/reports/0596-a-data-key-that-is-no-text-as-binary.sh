# report: getsops/sops#596
# case: a data key that is not text, as binary
# same: yes
printf 'data:\n  a: 1\n' > f.yaml; $S encrypt f.yaml > e; $S decrypt --input-type yaml e >/dev/null 2>&1; echo rc=$?; $S decrypt --input-type yaml --output-type yaml e
