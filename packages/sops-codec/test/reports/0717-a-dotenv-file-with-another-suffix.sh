# report: getsops/sops#717
# case: a dotenv file with another suffix
# same: yes
echo 'A=b' > d.env; $S encrypt d.env > d.env.sops; $S decrypt d.env.sops 2>/dev/null; echo rc=$?; $S decrypt --input-type dotenv --output-type dotenv d.env.sops
