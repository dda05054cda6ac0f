#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# On a machine without network, for an ordinary user who has nothing: installs the offline files, and plays the main
# job of the demo in the sandbox, driven from outside as a screen reader would. Pictures go to FOLDER/pictures.
# Usage: play.sh FOLDER BUILD
set -eu
folder=$(cd "$1" && pwd)
build=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
id=org.ivrdesk.Desk
user=ivr-flatpak-try

work=$(mktemp -d)
ours=$(mktemp -d)
made=
chmod 755 "$work" "$ours"
cleanup() {
  [ -z "$made" ] || { pkill -KILL -u "$user" 2>/dev/null || true; sleep 1; userdel "$user" 2>/dev/null || true; }
  rm -rf "$work" "$ours"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$work/home" "$work/run" "$work/pictures"
chmod 700 "$work/run"
as=
if [ "$(id -u)" -eq 0 ]; then
  ! id "$user" >/dev/null 2>&1 || { echo "There is an account $user already; remove it first." >&2; exit 1; }
  useradd --no-create-home --home-dir "$work/home" --shell /bin/sh "$user"
  made=yes
  chown -R "$user" "$work"
  as="setpriv --reuid=$user --regid=$user --clear-groups --reset-env env"
else
  as=env
fi
# Nothing can be fetched: whatever is missing in the files is missing.
net=
if unshare --net true 2>/dev/null; then
  net="unshare --net $ours/loopback.sh"
else
  echo "This play is not cut off from the network: the kernel does not allow it here." >&2
fi

printf '#!/bin/sh\nip link set lo up\nexec "$@"\n' >"$ours/loopback.sh"
chmod 755 "$ours/loopback.sh"
cat >"$ours/install.sh" <<'SH'
set -e
# Without a system bus, whether this person may install is asked on the session's.
DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS
export DBUS_SYSTEM_BUS_ADDRESS
flatpak --user install -y --noninteractive --bundle "$1/org.gnome.Platform.flatpak"
flatpak --user install -y --noninteractive --bundle "$1/IVR-Desk-offline.flatpak"
SH
# shellcheck disable=SC2086
$net $as PATH="$PATH" HOME="$work/home" XDG_RUNTIME_DIR="$work/run" FLATPAK_USER_DIR="$work/flatpak" LC_ALL=C.UTF-8 \
  dbus-run-session -- sh "$ours/install.sh" "$folder" >"$work/install.log" 2>&1 || { cat "$work/install.log" >&2; exit 1; }
echo "Installed from the files, for an ordinary user: $(du -sh "$work/flatpak/app/$id" | cut -f1) for the app."
# shellcheck disable=SC2086
$net $as PATH="$PATH" HOME="$work/home" FLATPAK_USER_DIR="$work/flatpak" IVR_E2E_PICTURES="$work/pictures" IVR_DEMO_DIR= ${IVR_E2E_DUMP:+IVR_E2E_DUMP=1} \
  IVR_DESK_RUN="flatpak run --die-with-parent --env=GSK_RENDERER=cairo --env=TZ=America/Chicago $id" \
  "$here/../tests/e2e/virtual-desk.sh" "$build" "$build/tests/e2e/main-job"
# shellcheck disable=SC2086
$net $as PATH="$PATH" HOME="$work/home" FLATPAK_USER_DIR="$work/flatpak" IVR_DEMO_DIR= IVR_DESK_BY_DRIVER=1 \
  IVR_DESK_RUN="flatpak run --die-with-parent --env=GSK_RENDERER=cairo --env=TZ=America/Chicago $id" \
  "$here/../tests/e2e/virtual-desk.sh" "$build" "$build/tests/e2e/again"
rm -rf "$folder/pictures"
cp -r "$work/pictures" "$folder/pictures"
echo "The main job was played in the sandbox; pictures are in $folder/pictures."
