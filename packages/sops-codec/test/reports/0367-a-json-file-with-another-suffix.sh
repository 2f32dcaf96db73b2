# report: getsops/sops#367
# case: a JSON file with another suffix
# same: yes
echo '{"a":"b"}' > a.json; $S encrypt a.json > a.enc; $S decrypt a.enc 2>/dev/null; echo rc=$?; $S decrypt --output-type json a.enc
