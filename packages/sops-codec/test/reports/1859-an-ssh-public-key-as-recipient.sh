# report: getsops/sops#1859
# case: an SSH public key as recipient
# same: yes
ssh-keygen -q -t ed25519 -N '' -f k; echo 'a: 1' > f.yaml; $S encrypt --age "$(cat k.pub)" f.yaml > e.yaml 2>/dev/null; echo rc=$?
