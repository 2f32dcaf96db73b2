# report: none
# case: set, unset, rotate and updatekeys of a file with an indentation of two
# same: no, the file keeps its indentation; sops writes four blanks, which changes every line
printf 'm:\n  k: x\n  l:\n    - y\n' > f.yaml; $S --indent 2 encrypt f.yaml > e.yaml; cp e.yaml s.yaml; $S set s.yaml '["m"]["k"]' '"z"'
diff e.yaml s.yaml | grep -c '^>'; for c in "unset s.yaml [\"m\"][\"k\"]" 'rotate -i s.yaml'; do $S $c; grep -c '^    [a-z]' s.yaml; done
printf 'creation_rules:\n  - age: %s,%s\n' $R1 $R2 > .sops.yaml; $S updatekeys -y s.yaml >/dev/null; grep -c '^    [a-z]' s.yaml; $S decrypt s.yaml
