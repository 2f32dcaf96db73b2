# report: getsops/sops#1831
# case: YAML as dotenv, INI and JSON
# same: yes
printf 'A: x\nB: 5\nC: true\nE: "l1\\nl2"\n' > f.yaml; $S encrypt f.yaml > e.yaml; for o in dotenv json ini binary; do $S decrypt --output-type $o e.yaml 2>/dev/null; echo rc=$?; done
