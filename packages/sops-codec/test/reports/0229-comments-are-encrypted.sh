# report: getsops/sops#229
# case: comments are encrypted
# same: yes
printf '# password: hunter2\na: 1\n' > f.yaml; $S encrypt f.yaml | grep -c hunter2
