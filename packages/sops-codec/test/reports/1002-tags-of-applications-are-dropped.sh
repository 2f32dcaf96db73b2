# report: getsops/sops#1002
# case: tags of applications are dropped
# same: yes
printf 'a: !unsafe x\nb: !!binary aGk=\nc: !!str 5\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
