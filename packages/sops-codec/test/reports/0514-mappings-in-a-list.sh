# report: getsops/sops#514
# case: mappings in a list
# same: yes
printf 'ENV:\n- name: "A"\n  value: "B"\n- name: C\n' > f.yaml; $S encrypt f.yaml > e.yaml; $S decrypt e.yaml
