# report: none
# case: flags behind the file
# same: yes
echo 'a: 1' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml --output-type json; $S -d e.yaml --output-type json 2>/dev/null; $S decrypt -ignore-mac e.yaml --output-type json 2>/dev/null
