#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the demo on a virtual display with a session bus of its own, and a driver against it.
# Usage: virtual-desk.sh BUILD DRIVER [ARGUMENT …]   IVR_DISPLAY_SIZE, IVR_DEMO_OPTIONS may be set;
# with IVR_DESK_BY_DRIVER the driver starts the desk (IVR_DESK_PROGRAM, writing to IVR_DESK_LOG) itself; with
# IVR_DESK_RUN another command runs it, as a sandbox does.
set -u
build=$1
shift
work=$(mktemp -d)
cleanup() {
  [ -n "${desk:-}" ] && kill "$desk" 2>/dev/null && wait "$desk" 2>/dev/null
  [ -n "${wm:-}" ] && kill "$wm" 2>/dev/null
  [ -n "${x:-}" ] && kill "$x" 2>/dev/null
  # The private server ends when its desk has; then its folder can go.
  i=0
  while [ $i -lt 100 ] && pgrep -f "cluster run --end-with-stdin $work/demo" >/dev/null 2>&1; do sleep 0.1; i=$((i + 1)); done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$work"
mkdir -p "$work/home/.config/gtk-4.0" "$work/run"
chmod 700 "$work/run"
# The desktop's own font and no animation; a session would say so through its settings.
printf '[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations=%s\n' "${IVR_ANIMATIONS:-0}" >"$work/home/.config/gtk-4.0/settings.ini"
Xvfb -displayfd 3 -screen 0 "${IVR_DISPLAY_SIZE:-2880x900x24}" -nolisten tcp 3>"$work/display" >"$work/x.log" 2>&1 &
x=$!
i=0
while [ ! -s "$work/display" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
[ -s "$work/display" ] || { echo "The virtual display did not start." >&2; exit 1; }
DISPLAY=:$(cat "$work/display")
HOME=$work/home
XDG_RUNTIME_DIR=$work/run
XDG_CONFIG_HOME=$work/home/.config
XDG_DATA_HOME=$work/home/.local/share
XDG_CACHE_HOME=$work/home/.cache
IVR_DEMO_DIR=${IVR_DEMO_DIR-$work/demo}
GSK_RENDERER=cairo
GDK_BACKEND=x11
GTK_A11Y=atspi
NO_AT_BRIDGE=0
GSETTINGS_BACKEND=memory
G_DEBUG=${IVR_E2E_DEBUG:-}
LC_ALL=C.UTF-8
# A language that this machine need not have: IVR_LOCALE=es_US.
if [ -n "${IVR_LOCALE:-}" ]; then
  mkdir -p "$work/locale"
  localedef -i "$IVR_LOCALE" -f UTF-8 --no-archive "$work/locale/$IVR_LOCALE.UTF-8" || { echo "There is no locale $IVR_LOCALE." >&2; exit 1; }
  LOCPATH=$work/locale
  LC_ALL=$IVR_LOCALE.UTF-8
  export LOCPATH
fi
TZ=America/Chicago
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS
export DISPLAY HOME XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME IVR_DEMO_DIR GSK_RENDERER GDK_BACKEND \
  GTK_A11Y NO_AT_BRIDGE GSETTINGS_BACKEND G_DEBUG LC_ALL TZ
openbox --sm-disable >"$work/wm.log" 2>&1 &
wm=$!
# A driver that starts the desk itself gets one program, whatever runs it.
if [ -n "${IVR_DESK_RUN:-}" ]; then
  printf '#!/bin/sh\nexec %s "$@"\n' "$IVR_DESK_RUN" >"$work/desk"
  chmod 755 "$work/desk"
fi
# The session bus and its services talk on standard output too; the driver's own goes past them.
exec 4>&1
dbus-run-session -- sh -c '
  build=$1; log=$2; shift 2
  desk=
  : >"$log"
  IVR_DESK_PROGRAM=$build/src/desk/ivr-desk
  [ -z "${IVR_DESK_RUN:-}" ] || IVR_DESK_PROGRAM=${log%/*}/desk
  IVR_DESK_LOG=$log
  export IVR_DESK_PROGRAM IVR_DESK_LOG
  if [ -z "${IVR_DESK_BY_DRIVER:-}" ]; then
    # shellcheck disable=SC2086
    "$IVR_DESK_PROGRAM" --demo ${IVR_DEMO_OPTIONS:-} >"$log" 2>&1 &
    desk=$!
  fi
  "$@" >&4
  status=$?
  [ -z "$desk" ] || { kill "$desk" 2>/dev/null; wait "$desk" 2>/dev/null; }
  grep -E "CRITICAL|WARNING|ERROR" "$log" | grep -v -E "AT-SPI|atk-bridge|dconf|pxbackend|GtkScrolledWindow .* with width -2" >&2 &&
    [ $status -eq 0 ] && status=3
  [ $status -eq 0 ] || cat "$log" >&2
  exit $status' sh "$build" "$work/desk.log" "$@" >"$work/bus.log" 2>"$work/err"
status=$?
grep -v -E "^dbus-daemon|SpiRegistry|Activating service|Successfully activated" "$work/err" >&2
exit $status
