#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The repository as a web server hands it out, to an ordinary user on a machine that reaches nothing else: installs from
# it, updates to a newer version, and takes nothing that is not signed with its key.
# Usage: update.sh FOLDER BUILD
set -eu
folder=$(cd "$1" && pwd)
build=$(cd "$2" && pwd)
id=org.ivrdesk.Desk
user=ivr-flatpak-try
port=8731

work=$(mktemp -d)
made=
chmod 755 "$work"
cleanup() {
  [ -z "$made" ] || { pkill -KILL -u "$user" 2>/dev/null || true; sleep 1; userdel "$user" 2>/dev/null || true; }
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$work/home" "$work/run"
chmod 700 "$work/run"
as="env"
if [ "$(id -u)" -eq 0 ]; then
  ! id "$user" >/dev/null 2>&1 || { echo "There is an account $user already; remove it first." >&2; exit 1; }
  useradd --no-create-home --home-dir "$work/home" --shell /bin/sh "$user"
  made=yes
  as="setpriv --reuid=$user --regid=$user --clear-groups --reset-env env"
fi
net=
if unshare --net true 2>/dev/null; then
  net="unshare --net sh -c 'ip link set lo up && exec \"\$@\"' sh"
fi

# What the server has at first, what it has after a release, and what it has when somebody got into it.
cp -r "$folder/repo" "$work/first"
cp -r "$folder/repo" "$work/second"
home=${GNUPGHOME:-$folder/gpg}
key=$(gpg --batch --homedir "$home" --show-keys --with-colons "$folder/key.gpg" | sed -n 's/^fpr:::::::::\([^:]*\):.*/\1/p' | head -n 1)
release() { # REPO OPTION…
  repo=$1
  shift
  flatpak build-commit-from --force --src-repo="$folder/repo" --src-ref="app/$id/$(flatpak --default-arch)/stable" \
    --timestamp="$(date -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)" "$@" --no-update-summary "$repo" "app/$id/$(flatpak --default-arch)/stable" >/dev/null
  flatpak build-update-repo "$@" "$repo" >/dev/null
}
release "$work/second" --gpg-sign="$key" --gpg-homedir="$home"
cp -r "$work/second" "$work/third"
GNUPGHOME=$work/other
export GNUPGHOME
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key "Somebody else" ed25519 sign never 2>/dev/null
other=$(gpg --batch --list-secret-keys --with-colons | sed -n 's/^fpr:::::::::\([^:]*\):.*/\1/p' | head -n 1)
release "$work/third" --gpg-sign="$other" --gpg-homedir="$GNUPGHOME"
unset GNUPGHOME
sed "s|^Url=.*|Url=http://127.0.0.1:$port/|" "$folder/ivr-desk.flatpakrepo" >"$work/ivr-desk.flatpakrepo"

cat >"$work/try.sh" <<'SH'
set -eu
folder=$1 work=$2 serve=$3 port=$4 id=$5
DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS
export DBUS_SYSTEM_BUS_ADDRESS
serve_folder() { # NAME
  ln -sfn "$work/$1" "$work/run/served"
}
version() {
  flatpak --user info --show-commit "$id"
}
serve_folder first
mkfifo "$work/run/end"
"$serve" "$work/run/served" "$port" <"$work/run/end" >"$work/run/said" &
exec 9>"$work/run/end"
i=0
while ! grep -q serving "$work/run/said" 2>/dev/null && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
flatpak --user install -y --noninteractive --bundle "$folder/org.gnome.Platform.flatpak" >/dev/null
flatpak --user remote-add ivr-desk "$work/ivr-desk.flatpakrepo"
flatpak --user install -y --noninteractive ivr-desk "$id" >/dev/null
first=$(version)
serve_folder second
flatpak --user update -y --noninteractive "$id" >/dev/null
second=$(version)
[ "$first" != "$second" ] || { echo "The newer version was not taken." >&2; exit 1; }
echo "Installed from the repository over HTTP, and updated from it."
serve_folder third
flatpak --user update -y --noninteractive "$id" >/dev/null || true
[ "$(version)" = "$second" ] || { echo "What somebody else has signed was taken." >&2; exit 1; }
# It was the signature: whoever looks away takes it.
flatpak --user remote-modify --no-gpg-verify ivr-desk
flatpak --user update -y --noninteractive "$id" >/dev/null
[ "$(version)" != "$second" ] || { echo "It was not the signature that kept it out." >&2; exit 1; }
echo "What is signed with another key is refused, and the installed version stays."
exec 9>&-
wait
SH
[ -z "$made" ] || chown -R "$user" "$work"
# shellcheck disable=SC2086
eval "$net $as PATH='$PATH' HOME='$work/home' XDG_RUNTIME_DIR='$work/run' FLATPAK_USER_DIR='$work/flatpak' LC_ALL=C.UTF-8 \
  dbus-run-session -- sh '$work/try.sh' '$folder' '$work' '$build/tests/e2e/serve' $port $id"
