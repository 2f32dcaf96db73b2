# report: getsops/sops#739
# case: no file: standard input
# same: yes
echo '{"h":"w"}' > f.json; $S encrypt f.json > e.json; $S decrypt --filename-override x.json < e.json; $S decrypt < e.json 2>/dev/null; echo rc=$?
