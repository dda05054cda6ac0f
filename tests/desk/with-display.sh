#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a program on a virtual display of its own. Usage: with-display.sh PROGRAM [ARGUMENT …]
set -u
work=$(mktemp -d)
Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp 3>"$work/display" >"$work/x.log" 2>&1 &
x=$!
trap 'kill $x 2>/dev/null; rm -rf "$work"' EXIT INT TERM
i=0
while [ ! -s "$work/display" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
[ -s "$work/display" ] || { echo "The virtual display did not start." >&2; exit 1; }
DISPLAY=:$(cat "$work/display")
GDK_BACKEND=x11
# No desktop's settings and no bus: a test meets the same on every machine.
DBUS_SESSION_BUS_ADDRESS=disabled:
XDG_RUNTIME_DIR=$work
export DISPLAY GDK_BACKEND DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR
unset WAYLAND_DISPLAY
"$@"
