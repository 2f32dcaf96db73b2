# report: getsops/sops#134
# case: --input-type for a file of another name
# same: yes
echo 'foo: bar' > foo.json; $S encrypt --input-type yaml foo.json | norm | grep foo
