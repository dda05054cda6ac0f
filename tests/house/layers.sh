#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Knowledge runs one way: a room that includes what it may not know does not compile. Usage: layers.sh BUILD
# Takes the compiler's command of a source of each room and tries headers of other rooms with it.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0
bad=0

command_of() { # SOURCE
  grep -F "\"command\"" "$build/compile_commands.json" | grep -F "src/$1" | head -1 |
    sed -e 's/^ *"command": "//' -e 's/",\{0,1\}$//' -e 's/\\"/"/g'
}

# The same command, without its output and with another source.
try() { # SOURCE, HEADER
  printf '#include <glib.h>\n#include "%s"\n' "$2" >"$work/try.c"
  c=$(command_of "$1" | sed -e 's/ -M[DQF] *[^ ]*//g' -e 's/ -MD//' -e 's/ -o [^ ]* -c [^ ]*$//')
  [ -n "$c" ] || { echo "# there is no command for $1"; return 2; }
  (cd "$build" && eval "$c -fsyntax-only -Wno-unused-macros '$work/try.c'" >"$work/out" 2>&1)
}

may() { # ROOM, ITS SOURCE, HEADER
  n=$((n + 1))
  if try "$2" "$3"; then echo "ok $n - $1 may know $3"; else
    bad=1
    echo "not ok $n - $1 may know $3"
    head -3 "$work/out" | sed 's/^/# /'
  fi
}

may_not() { # ROOM, ITS SOURCE, HEADER …
  room=$1
  source=$2
  shift 2
  for header in "$@"; do
    n=$((n + 1))
    if try "$source" "$header" || ! grep -q 'No such file' "$work/out"; then
      bad=1
      echo "not ok $n - $room may not know $header"
    else
      echo "ok $n - $room may not know $header"
    fi
  done
}

may core core/ivr-status.c ivr-money.h
may edi edi/ivr-x12-text.c ivr-money.h
may pg pg/ivr-pg-error.c ivr-error.h
may store store/ivr-requests.c ivr-pg-connection.h
may desk desk/session/ivr-session.c ivr-database.h
may desk desk/session/ivr-session.c ivr-edi-reject.h
may gateway gateway/ivr-line.c ivr-pg-result.h
may view view/ivr-preview-client.c ivr-preview-wire.h
may preview preview/ivr-preview.c ivr-preview-wire.h
may gateway gateway/ivr-desk-port.c ivr-lookup.h
may lookup lookup/ivr-lookup.c ivr-pg-connection.h
may mock mock/ivr-mock-habit.c ivr-x12-reader.h
may mock mock/ivr-mock-payer.c ivr-caqh-envelope.h
may lookup lookup/ivr-payer-ask.c ivr-caqh-envelope.h
may admin admin/ivr-admin-seed.c ivr-cluster.h
may admin admin/ivr-admin-read-eligibility.c ivr-x12-reader.h
may_not core core/ivr-status.c ivr-pg-connection.h ivr-database.h ivr-live.h ivr-window.h libpq-fe.h gtk/gtk.h libsoup/soup.h ivr-x12.h
may_not edi edi/ivr-x12-text.c ivr-pg-connection.h ivr-database.h ivr-live.h ivr-journal.h ivr-window.h libpq-fe.h gtk/gtk.h libsoup/soup.h json-glib/json-glib.h
may_not pg pg/ivr-pg-error.c ivr-database.h ivr-live.h ivr-window.h gtk/gtk.h libsoup/soup.h
may_not store store/ivr-requests.c ivr-live.h ivr-window.h ivr-journal.h gtk/gtk.h libsoup/soup.h
may_not live live/ivr-live.c ivr-database.h ivr-pg-connection.h ivr-window.h gtk/gtk.h
may_not journal journal/ivr-journal.c ivr-database.h ivr-live.h ivr-window.h gtk/gtk.h libsoup/soup.h
may_not gateway gateway/ivr-line.c ivr-database.h ivr-window.h gtk/gtk.h libsoup/soup.h ivr-mock-habit.h
may_not lookup lookup/ivr-lookup.c ivr-database.h ivr-feed.h ivr-engine.h ivr-window.h ivr-mock-habit.h gtk/gtk.h
may_not caqh caqh/ivr-caqh-envelope.c ivr-money.h ivr-x12-reader.h ivr-database.h ivr-lookup.h gtk/gtk.h
may_not desk desk/session/ivr-session.c ivr-caqh-envelope.h
may_not mock mock/ivr-mock-habit.c ivr-database.h ivr-feed.h ivr-lookup.h ivr-window.h gtk/gtk.h
may_not local local/ivr-cluster.c ivr-database.h ivr-pg-connection.h ivr-window.h gtk/gtk.h
may_not view view/ivr-preview-client.c ivr-database.h ivr-pages.h ivr-window.h gtk/gtk.h poppler.h
may_not preview preview/ivr-preview.c ivr-database.h ivr-preview-client.h ivr-window.h libpq-fe.h gtk/gtk.h libsoup/soup.h
may_not admin admin/ivr-admin-seed.c ivr-database.h ivr-live.h ivr-window.h gtk/gtk.h
may_not desk desk/session/ivr-session.c ivr-pg-connection.h ivr-lookup.h ivr-mock-habit.h libpq-fe.h ivr-feed.h ivr-hub.h
echo "1..$n"
exit $bad
