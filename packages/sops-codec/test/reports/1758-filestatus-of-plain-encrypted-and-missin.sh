# report: getsops/sops#1758
# case: filestatus of plain, encrypted and missing files
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; for f in f.yaml e.yaml none.yaml; do $S filestatus $f 2>/dev/null; echo rc=$?; done
