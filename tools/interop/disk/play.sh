# Plays one situation with one program, each command in a folder of its own, and prints "command<TAB>outcome" for it.
#
# From the caller: S (the program), REAL (the sops that checks results), W (a folder with enc.yaml, plain.yaml, old,
# rules.yaml), COMMANDS (one a line), SETUP (bash: puts $OLD at the target t; may set ROLE, the command that runs the
# program; TARGET, its name; RESULT, where the result is
# then; AFTER, what is done before the result is looked at; VALUE, the second value; ATTRIBUTES=1 to compare those).
set -u
export EDITOR="sed -i s/old/new/"

arguments() {
  local types=(--input-type yaml --output-type yaml)
  case $1 in
    'encrypt -i') ARGS=(encrypt "${types[@]}" -i "$TARGET") ;;
    'encrypt --output') ARGS=(encrypt --output "$TARGET" "$W/plain.yaml") ;;
    'decrypt -i') ARGS=(decrypt "${types[@]}" -i "$TARGET") ;;
    'decrypt --output') ARGS=(decrypt --output "$TARGET" "$W/enc.yaml") ;;
    set) ARGS=(set "${types[@]}" "$TARGET" '["a"]' '"new"') ;;
    unset) ARGS=(unset "${types[@]}" "$TARGET" '["b"]') ;;
    rotate) ARGS=(rotate "${types[@]}" -i "$TARGET") ;;
    edit) ARGS=(edit "${types[@]}" "$TARGET") ;;
    updatekeys) ARGS=(--config "$W/rules.yaml" updatekeys --input-type yaml -y "$TARGET") ;;
  esac
}

# The plaintext that a file has after a command.
wanted() {
  case $1 in
    set | edit) printf "a: new\nb: $VALUE\n" ;;
    unset) printf 'a: old\n' ;;
    *) printf "a: old\nb: $VALUE\n" ;;
  esac
}

# What became of the content at a path.
content() {
  if [ ! -e "$2" ]; then echo 'no file'
  elif [ -b "$2" ] || [ -c "$2" ] || [ -S "$2" ] || [ -d "$2" ]; then echo 'no content'
  elif cmp -s "$2" "$OLD"; then echo unchanged
  elif [ ! -s "$2" ]; then echo emptied
  elif [[ $1 == decrypt* ]]; then wanted "$1" | cmp -s - "$2" && echo written || echo damaged
  elif [ "$("$REAL" decrypt --input-type yaml --output-type yaml "$2" 2>&1)" = "$(wanted "$1")" ]; then echo written
  else echo damaged
  fi
}

kind() { if [ -L "$TARGET" ]; then echo "link to $(readlink "$TARGET")"; else stat -c %F "$TARGET" 2>/dev/null | sed 's/regular empty file/regular file/'; fi; }
who() { case $1 in "$2") echo 'own' ;; 65534) echo 'other' ;; *) echo "$1" ;; esac; }
traits() {
  [ -e "$TARGET" ] || return
  local mode uid gid links
  read -r mode uid gid links < <(stat -Lc '%a %u %g %h' "$TARGET")
  echo "mode $mode, owner $(who "$uid" "$(id -u)"), group $(who "$gid" "$(id -g)"), $links name(s)"
}
attributes() { [ -z "$ATTRIBUTES" ] || python3 -c 'import os, sys; print(*sorted(os.listxattr(sys.argv[1])))' "$TARGET" 2>/dev/null; }
names() { find . -mindepth 1 | sort; }

play() (
  ROLE=(env) TARGET=t RESULT='' AFTER='' ATTRIBUTES=''
  rm -rf "$W/at"; mkdir -p "$W/at"; chmod 755 "$W/at"; cd "$W/at" || exit 1
  case $1 in 'encrypt -i') OLD=$W/plain.yaml ;; *--output) OLD=$W/old ;; *) OLD=$W/enc.yaml ;; esac
  umask 022
  eval "$SETUP"
  before=$(traits) was=$(kind) had=$(attributes) there=$(names)
  arguments "$1"
  timeout 20 "${ROLE[@]}" "$S" "${ARGS[@]}" >"$W/stdout" 2>"$W/stderr" </dev/null
  outcome=$?
  eval "$AFTER"
  outcome="exit code $outcome, $(content "$1" "${RESULT:-$TARGET}")"
  after=$(traits) is=$(kind) has=$(attributes) others=$(comm -13 <(echo "$there") <(names) | grep -vFx "./$TARGET" | tr '\n' ' ')
  [ "$is" = "$was" ] || outcome+="; ${was:-nothing} became ${is:-nothing}"
  [ "$after" = "$before" ] || outcome+="; ${after:-gone}"
  [ "$has" = "$had" ] || outcome+='; attributes lost'
  [ -z "$others" ] || outcome+="; also made: ${others% }"
  printf '%s\t%s\n' "$1" "$outcome"
  cd / && for mount in m/t m t; do umount "$W/at/$mount"; done 2>/dev/null
)

while IFS= read -r command; do play "$command"; done <<<"$COMMANDS"
exit 0
