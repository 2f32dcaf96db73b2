# report: getsops/sops#628
# case: values with a dollar sign
# same: yes
printf 'V=$uu$jj\nQ='"'"'a b'"'"'\n' > f.env; $S encrypt f.env > e.env; $S exec-env e.env 'echo "$V" "$Q"'
