# report: getsops/sops#2281
# case: comments in a row in a list under encrypted_comment_regex
# same: no, read; sops cannot read its own file
printf 'items:\n  # enc\n  # more\n  - x\n' > f.yaml; $S --encrypted-comment-regex enc -e f.yaml > e.yaml; $S decrypt e.yaml 2>/dev/null; echo rc=$?
