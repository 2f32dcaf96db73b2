# report: getsops/sops#508
# case: two suffixes: the last flag counts
# same: yes
echo '{"aP":1,"aK":2}' > f.json; $S encrypt --encrypted-suffix P --encrypted-suffix K f.json | norm | grep -E '"a(P|K)"'
