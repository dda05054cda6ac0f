#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The house rules of CONTRIBUTING.md that a program can check. Usage: rules.sh ROOT
# Prints one TAP line a rule, with what breaks it below; a rule that breaks fails the test.
set -u
cd "$1" || exit 1
n=0
bad=0

rule() { # NAME, LINES THAT BREAK IT
  n=$((n + 1))
  if [ -z "$2" ]; then
    echo "ok $n - $1"
  else
    bad=1
    echo "not ok $n - $1"
    printf '%s\n' "$2" | head -20 | sed 's/^/# /'
  fi
}

files() { # PATTERN …  what git tracks, or every file outside a checkout
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -- "$@"
  else
    for p in "$@"; do find . -type f -path "./$p" | sed 's|^\./||'; done
  fi
}

search() { # EXPRESSION, PATTERN …
  e=$1
  shift
  # shellcheck disable=SC2046
  [ -z "$(files "$@")" ] || grep -nIE -- "$e" $(files "$@") /dev/null
}

long_files() {
  files 'src/*.[ch]' 'tests/*.[ch]' 'tests/*.sh' 'data/*.ui' 'sql/*.sql' dev | grep -v '^sql/seed/' | while read -r f; do
    lines=$(wc -l <"$f")
    [ "$lines" -le 900 ] || echo "$f: $lines lines"
  done
}

# In this layout a function's body begins with { and ends with } in the first column.
long_functions() {
  files 'src/*.c' 'tests/*.c' | while read -r f; do
    awk -v f="$f" '
      /^[a-zA-Z_].*\(/ && !/;$/ { name = $1 }
      /^\{/ { start = NR }
      /^\}/ { if (start && NR - start > 80) print f ": " name " has " NR - start " lines"; start = 0 }' "$f"
  done
}

no_licence() {
  files 'src/*.[ch]' 'tests/*.[ch]' 'tests/*.sh' 'sql/*.sql' '*meson.build' dev .ci/run data/style.css | while read -r f; do
    head -3 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$f"
  done
}

headless() {
  files 'src/*.c' | grep -v -E '/main\.c$' | while read -r f; do
    base=${f%.c}
    [ -e "$base.h" ] && continue
    # One noun in several files shares the noun's own header, public or private.
    stem=$base
    found=
    while [ "$stem" != "${stem%-*}" ]; do
      stem=${stem%-*}
      { [ -e "$stem.h" ] || [ -e "$stem-private.h" ]; } && found=1 && break
    done
    [ -n "$found" ] || grep -q "include \".*-private.h\"" "$f" || echo "$f has no header"
  done
}

unregistered() {
  files 'tests/*/test-*.c' | while read -r f; do
    name=$(basename "$f" .c)
    grep -qE "'(${name}|${name#test-})(\.c)?'" "$(dirname "$f")/meson.build" || echo "$f is in no meson.build"
  done
}

templates() {
  files 'data/ui/*.ui' | while read -r f; do
    name=$(basename "$f" .ui)
    grep -q '<template' "$f" || continue
    [ -n "$(files "src/desk/*/$name.c")" ] || echo "$f has no source of the same name"
  done
}

unlisted() {
  # shellcheck disable=SC2046
  { grep -lE '\b_ ?\(|ngettext \(' $(files 'src/*.c') /dev/null; grep -l 'translatable="yes"' $(files 'data/ui/*.ui') /dev/null; } |
    while read -r f; do grep -qxF "$f" po/POTFILES 2>/dev/null || echo "$f is not in po/POTFILES"; done
}

rule "no file has more than 900 lines" "$(long_files)"
rule "no function has more than 80 lines" "$(long_functions)"
rule "every file says its licence" "$(no_licence)"
rule "every source has its header" "$(headless)"
rule "every test program is registered" "$(unregistered)"
rule "every template has its source" "$(templates)"
rule "no GTK below the desk" "$(search '#include *[<"](gtk/|gdk/|adwaita)' 'src/*.[ch]' | grep -v '^src/desk/')"
rule "no call that waits on the window's thread" "$(search \
  '\b(PQexec|PQexecParams|PQconnectdb|PQconnectPoll|PQgetResult|soup_session_send|soup_session_send_and_read|g_main_loop_run|g_main_context_iteration|g_file_load_contents|g_file_get_contents|g_file_set_contents|g_spawn_sync|g_subprocess_communicate|g_usleep|sleep) \(' \
  'src/desk/*.c' 'src/store/*.c' 'src/live/*.c')"
rule "no SQL in the desk" "$(search '"(select|insert|update|delete) ' 'src/desk/*.[ch]')"
rule "no name of the schema api outside the store" "$(search '"[^"]*\bapi\.[a-z_]+ *\(' 'src/desk/*.c' 'src/live/*.c' 'src/pg/*.c' 'src/core/*.c')"
rule "nothing is reached through the default application" "$(search 'g_application_get_default|GTK_APPLICATION_DEFAULT' 'src/*.c')"
rule "no notification in a command" "$(search 'pg_notify|^ *notify ' 'sql/api/*.sql')"
rule "nothing is left for later" "$(search '\b(TODO|FIXME|XXX|HACK)\b' 'src/*' 'sql/*' 'tests/*.c' 'data/*' dev | grep -v 'rules.sh')"
rule "no test steps aside" "$(search 'g_test_skip|should_fail|g_test_incomplete' 'tests/*.c' 'tests/*meson.build')"
rule "no tab in a source" "$(search "$(printf '\t')" 'src/*.[ch]' 'sql/*.sql' 'tests/*.[ch]')"
rule "every file with text for people is listed for translation" "$(unlisted)"
rule "only C, SQL and shell" "$(files '*.py' '*.js' '*.rs' '*.go' '*.pl' '*.rb' '*.vala' '*.cpp' '*.ts')"
echo "1..$n"
exit $bad
