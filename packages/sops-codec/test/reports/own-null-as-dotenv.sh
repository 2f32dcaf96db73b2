# report: none
# case: null as dotenv
# same: no, an empty text instead of <nil>
printf 'A: null\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt --output-type dotenv e.yaml
