#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each rule of rules.sh is broken on purpose and has to notice. Usage: rules-bite.sh RULES
set -u
rules=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0
bad=0

expect() { # RULE
  n=$((n + 1))
  if sh "$rules" "$work" | grep -q "^not ok [0-9]* - $1\$"; then
    echo "ok $n - noticed: $1"
  else
    bad=1
    echo "not ok $n - noticed: $1"
  fi
  find "$work" -mindepth 1 -delete
}

put() { # FILE, TEXT
  mkdir -p "$work/$(dirname "$1")"
  printf '%s\n' "/* SPDX-License-Identifier: GPL-3.0-or-later */" "$2" >"$work/$1"
}

put src/core/long.h "$(seq 1 950)"
expect "no file has more than 900 lines"
put src/core/ivr-x.c "void
f (void)
{
$(seq 1 90)
}"
expect "no function has more than 80 lines"
mkdir -p "$work/src/core" && echo "int x;" >"$work/src/core/ivr-x.h"
expect "every file says its licence"
put src/core/ivr-x.c "int x;"
expect "every source has its header"
put tests/core/test-x.c "int x;"
put tests/core/meson.build "#"
expect "every test program is registered"
put data/ui/ivr-x.ui "<template class='X'/>"
expect "every template has its source"
put src/store/ivr-x.h "#include <gtk/gtk.h>"
expect "no GTK below the desk"
put src/desk/chat/ivr-x.c "  PQexec (db, s);"
expect "no call that waits on the window's thread"
put src/desk/chat/ivr-x.c 'char *s = "select 1";'
expect "no SQL in the desk"
put src/live/ivr-x.c 'char *s = "call api.x ()";'
expect "no name of the schema api outside the store"
put src/desk/chat/ivr-x.c 'x = g_application_get_default ();'
expect "nothing is reached through the default application"
put sql/api/10_x.sql "  perform pg_notify('a', 'b');"
expect "no notification in a command"
put src/core/ivr-x.h "/* $(printf 'TO')DO */"
expect "nothing is left for later"
put tests/core/x.c "  g_test_$(printf 'sk')ip (NULL);"
expect "no test steps aside"
put src/core/ivr-x.h "$(printf '\tint x;')"
expect "no tab in a source"
put src/desk/chat/ivr-x.c 'x = _("Words");'
expect "every file with text for people is listed for translation"
put src/core/x.py "x"
expect "only C, SQL and shell"
echo "1..$n"
exit $bad
