#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the Flatpak into FOLDER, installs it for this user, and makes what clinics install from:
#   IVR-Desk.flatpak            for a clinic that is online: brings its runtime from where GNOME's is
#   IVR-Desk-offline.flatpak    with org.gnome.Platform.flatpak beside it: for a clinic without internet
#   repo/, ivr-desk.flatpakrepo a signed repository that any web server can serve, and that updates itself
# Usage: build.sh FOLDER. IVR_FLATPAK_KEY is the GPG key that signs (a passing one is made without it), and
# IVR_FLATPAK_URL where the repository will be served from.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
id=org.ivrdesk.Desk
branch=$(sed -n "s/^runtime-version: '\(.*\)'/\1/p" "$here/$id.yml")
url=${IVR_FLATPAK_URL:-https://ivrdesk.org/flatpak/}
# What is made here stays here: neither the user's nor the system's Flatpaks are touched.
FLATPAK_USER_DIR=$folder/installed
export FLATPAK_USER_DIR

say() {
  echo "$1" >&2
}

# GNOME's runtime where its remote answers, the stand-in where not.
runtime() {
  if flatpak --user remote-add --if-not-exists flathub https://flathub.org/repo/flathub.flatpakrepo 2>/dev/null &&
    flatpak --user install -y --noninteractive flathub "org.gnome.Platform//$branch" "org.gnome.Sdk//$branch" >&2 2>/dev/null; then
    return
  fi
  say "No Flatpak remote can be reached: a stand-in for GNOME's runtime is made from Debian's packages. It has the same name and the next Debian's libraries."
  "$here/stand-in.sh" "$folder/stand-in" "$branch"
  flatpak --user remote-delete --force flathub 2>/dev/null || true
  flatpak --user remote-add --if-not-exists --no-gpg-verify stand-in "file://$folder/stand-in/repo"
  flatpak --user install -y --noninteractive --or-update stand-in "org.gnome.Platform//$branch" "org.gnome.Sdk//$branch" >&2
  touch "$folder/stands-in"
}

# An older builder looks in the SDK for a program that current SDKs have not.
builder() {
  version=$(flatpak-builder --version 2>/dev/null | sed 's/.*builder-\{0,1\} *//')
  case $version in
    0.* | 1.[0-3].* | '') ;;
    *) command -v flatpak-builder; return ;;
  esac
  if [ ! -x "$folder/builder/usr/bin/flatpak-builder" ]; then
    "$here/debian-source.sh" "$folder/debian" package flatpak-builder bookworm-backports
    dpkg -x "$folder"/debian/flatpak-builder_*.deb "$folder/builder"
  fi
  echo "$folder/builder/usr/bin/flatpak-builder"
}

# Upstream's archives from upstream, or the same bytes out of Debian's source packages; the checksums are the manifest's.
sources() {
  paste -d' ' - - <<TEXT | while read -r archive sum; do source_of "$archive" "$sum"; done
$(sed -n -e 's/^ *url: *//p' -e 's/^ *sha256: *//p' "$here/$id.yml")
TEXT
}

source_of() { # URL SHA256
  name=$(basename "$1")
  place=$folder/sources/downloads/$2/$name
  [ -s "$place" ] && return
  case $name in
    postgresql-15.*) package=postgresql-15 suite=bookworm ;;
    *) package=${name%%-[0-9]*} suite=trixie ;;
  esac
  "$here/debian-source.sh" "$folder/debian" source "$package" "$suite" || return 0
  for file in "$folder"/debian/*.orig.tar.*; do
    if [ "$(sha256sum "$file" | cut -d' ' -f1)" = "$2" ]; then
      mkdir -p "$(dirname "$place")"
      cp "$file" "$place"
    fi
  done
}

# A passing key is good for a try, and says so.
key() {
  [ -z "${IVR_FLATPAK_KEY:-}" ] || { echo "$IVR_FLATPAK_KEY"; return; }
  GNUPGHOME=$folder/gpg
  export GNUPGHOME
  mkdir -p "$GNUPGHOME"
  chmod 700 "$GNUPGHOME"
  if ! gpg --batch --list-secret-keys --with-colons 2>/dev/null | grep -q '^fpr'; then
    say "No IVR_FLATPAK_KEY is set: the repository is signed with a passing key that nobody should trust."
    gpg --batch --quiet --passphrase '' --quick-generate-key "A passing key of IVR Desk" ed25519 sign never 2>/dev/null
  fi
  gpg --batch --list-secret-keys --with-colons 2>/dev/null | sed -n 's/^fpr:::::::::\([^:]*\):.*/\1/p' | head -n 1
}

runtime
program=$(builder)
sources
extra=
[ ! -d "$folder/sources" ] || extra=--extra-sources=$folder/sources
say "Building $id."
(cd "$here" && "$program" --user --force-clean --disable-rofiles-fuse --state-dir="$folder/state" --repo="$folder/repo" \
  --default-branch=stable $extra "$folder/app" "$id.yml") >"$folder/build.log" 2>&1 || { tail -40 "$folder/build.log" >&2; exit 1; }

key=$(key)
[ -z "${IVR_FLATPAK_KEY:-}" ] && GNUPGHOME=$folder/gpg && export GNUPGHOME
gpg --batch --export "$key" >"$folder/key.gpg"
flatpak build-sign "$folder/repo" --gpg-sign="$key" ${GNUPGHOME:+--gpg-homedir="$GNUPGHOME"} >/dev/null
flatpak build-update-repo --title="IVR Desk" --default-branch=stable --generate-static-deltas --gpg-sign="$key" \
  ${GNUPGHOME:+--gpg-homedir="$GNUPGHOME"} "$folder/repo" >/dev/null
cat >"$folder/ivr-desk.flatpakrepo" <<TEXT
[Flatpak Repo]
Title=IVR Desk
Url=$url
GPGKey=$(base64 -w 0 "$folder/key.gpg")
TEXT
say "Writing the bundles."
flatpak build-bundle --repo-url="$url" --gpg-keys="$folder/key.gpg" --runtime-repo=https://flathub.org/repo/flathub.flatpakrepo \
  "$folder/repo" "$folder/IVR-Desk.flatpak" "$id" stable
flatpak build-bundle --repo-url="$url" --gpg-keys="$folder/key.gpg" "$folder/repo" "$folder/IVR-Desk-offline.flatpak" "$id" stable
[ ! "$folder/stand-in/made-from" -nt "$folder/org.gnome.Platform.flatpak" ] || rm -f "$folder/org.gnome.Platform.flatpak"
if [ -e "$folder/stands-in" ] && [ ! -s "$folder/org.gnome.Platform.flatpak" ]; then
  flatpak build-bundle --runtime "$folder/stand-in/repo" "$folder/org.gnome.Platform.flatpak" org.gnome.Platform "$branch"
elif [ ! -s "$folder/org.gnome.Platform.flatpak" ]; then
  flatpak build-bundle --runtime "$FLATPAK_USER_DIR/repo" "$folder/org.gnome.Platform.flatpak" org.gnome.Platform "$branch"
fi
flatpak --user install -y --noninteractive --or-update "$folder/IVR-Desk-offline.flatpak" >&2
ls -l "$folder"/*.flatpak "$folder/ivr-desk.flatpakrepo"
