#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The programs as they are called from a terminal without a display. Usage: command-line.sh DESK GATEWAY
set -u
unset DISPLAY WAYLAND_DISPLAY
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0
bad=0

expect() { # STATUS, WORDS, PROGRAM [ARGUMENT …]: ends so, and says so in one line
  status=$1
  words=$2
  shift 2
  n=$((n + 1))
  "$@" >"$work/out" 2>"$work/err" </dev/null
  got=$?
  lines=$(grep -c . "$work/err")
  if [ "$status" -eq 0 ]; then
    [ $got -eq 0 ] && grep -q -- "$words" "$work/out" && [ "$lines" -eq 0 ]
  else
    [ $got -ne 0 ] && grep -q -- "$words" "$work/err" && [ "$lines" -eq 1 ]
  fi
  if [ $? -eq 0 ]; then
    echo "ok $n - $(basename "$1") ${2:-}"
  else
    bad=1
    echo "not ok $n - $(basename "$1") ${2:-}: ended with $got"
    sed 's/^/# /' "$work/out" "$work/err" | head -5
  fi
}

desk=$1
gateway=$2
expect 0 'ivr-desk [0-9]' "$desk" --version
expect 0 '--demo' "$desk" --help
expect 1 'no display' "$desk"
expect 1 'no display' "$desk" --demo
expect 1 'bogus' "$desk" --bogus
expect 2 'only for the demo' "$desk" --persona somebody
expect 0 'ivr-gateway [0-9]' "$gateway" --version
expect 0 '--database' "$gateway" --help
expect 1 'database' "$gateway"
expect 1 'bogus' "$gateway" --bogus
expect 1 'is not an address' "$gateway" --database postgresql:///none --listen nonsense
expect 1 'Cannot listen' "$gateway" --database postgresql:///none --listen 203.0.113.1:1
echo "1..$n"
exit $bad
