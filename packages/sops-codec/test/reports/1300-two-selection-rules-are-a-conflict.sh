# report: getsops/sops#1300
# case: two selection rules are a conflict
# same: yes
echo 'a: 1' > f.yaml; $S encrypt --encrypted-regex a --unencrypted-regex b f.yaml 2>/dev/null; echo rc=$?
