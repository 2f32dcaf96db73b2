# report: getsops/sops#1512
# case: mac_only_encrypted: a plain value may change
# same: yes
printf 'p: 1\nsecret: x\n' > f.yaml; $S --mac-only-encrypted encrypt --encrypted-regex '^secret$' f.yaml > e.yaml; sed -i 's/^p: 1/p: 2/' e.yaml; $S decrypt e.yaml; echo rc=$?
