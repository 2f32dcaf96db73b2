# report: getsops/sops#330
# case: /dev/stdin as the file
# same: yes
echo '{"h":"w"}' > f.json; $S encrypt f.json > e.json; cat e.json | $S decrypt --input-type json --output-type json /dev/stdin
