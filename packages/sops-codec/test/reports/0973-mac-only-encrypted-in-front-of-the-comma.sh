# report: getsops/sops#973
# case: --mac-only-encrypted in front of the command; behind it, it is not a flag
# same: yes
echo 'a: 1' > f.yaml; $S --mac-only-encrypted encrypt f.yaml | grep -c mac_only; $S encrypt --mac-only-encrypted f.yaml >/dev/null 2>&1; echo rc=$?
