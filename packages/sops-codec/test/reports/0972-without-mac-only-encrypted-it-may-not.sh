# report: getsops/sops#972
# case: without mac_only_encrypted it may not
# same: yes
printf 'p: 1\nsecret: x\n' > f.yaml; $S encrypt --encrypted-regex '^secret$' f.yaml > e.yaml; sed -i 's/^p: 1/p: 2/' e.yaml; $S decrypt e.yaml 2>/dev/null; echo rc=$?; $S decrypt --ignore-mac e.yaml
