# report: getsops/sops#470
# case: an unknown flag ends with an error
# same: yes
$S --baz >/dev/null 2>&1; echo rc=$?; $S decrypt --baz >/dev/null 2>&1; echo rc=$?
