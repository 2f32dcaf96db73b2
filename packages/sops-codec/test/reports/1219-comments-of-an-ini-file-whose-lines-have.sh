# report: getsops/sops#1219
# case: comments of an INI file whose lines have several semicolons
# same: no, sops writes a file that it cannot read again; the comment is kept
printf ';;;;\n; block ;\n;;;;\n[foo]\nfoo = 1\n' > d.ini; $S encrypt d.ini > e.ini 2>/dev/null; echo rc=$?; $S decrypt e.ini 2>/dev/null; echo rc=$?
