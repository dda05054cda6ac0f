#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a runtime and an SDK that stand in for GNOME's where no Flatpak remote can be reached, from Debian's
# packages: the same names, the next Debian's libraries. Usage: stand-in.sh FOLDER BRANCH. Leaves FOLDER/repo.
set -eu
folder=$1
branch=$2
here=$(cd "$(dirname "$0")" && pwd)
suite=trixie

# The machine's own package sources name the mirror.
mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
    sed -n -e 's/^URIs: *//p' -e 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\) .*/\2/p' | grep '/debian/*$' | head -n 1
}

tree() { # NAME PACKAGES-FILE [EXCLUDE …]
  name=$1
  packages=$(grep -v '^#' "$2" | tr '\n' ' ')
  shift 2
  rm -rf "$folder/$name"
  set -- --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/gtk-doc/*' --dpkgopt='path-exclude=/usr/share/lintian/*' "$@"
  mmdebstrap --quiet --mode=root --variant=custom --format=directory --include="$packages" \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io "$@" "$suite" "$folder/$name" "$(mirror)"
}

# A tree becomes a runtime: its /usr, with what of /etc belongs to no machine.
commit() { # NAME ID
  tree=$folder/$1
  out=$folder/$1.runtime
  rm -rf "$out"
  mkdir -p "$out/files"
  cp -al "$tree/usr" "$out/usr"
  cp -a "$tree/etc" "$out/usr/etc"
  (cd "$out/usr/etc" && rm -rf apt passwd* group* shadow* gshadow* subuid* subgid* machine-id resolv.conf hostname hosts fstab mtab \
    localtime timezone ld.so.cache ld.so.conf.d)
  # Removed first: what is linked to the tree must not be written into.
  rm -f "$out/usr/etc/ld.so.conf"
  : >"$out/usr/etc/ld.so.conf"
  [ -e "$out/usr/bin/ldconfig" ] || ln -s ../sbin/ldconfig "$out/usr/bin/ldconfig"
  cat >"$out/metadata" <<TEXT
[Runtime]
name=$2
runtime=org.gnome.Platform/x86_64/$branch
sdk=org.gnome.Sdk/x86_64/$branch

[Environment]
LANG=C.UTF-8
XDG_DATA_DIRS=/app/share:/usr/share:/usr/share/runtime/share:/run/host/user-share:/run/host/share
GI_TYPELIB_PATH=/app/lib/girepository-1.0
PKG_CONFIG_PATH=/app/lib/pkgconfig:/app/share/pkgconfig
TEXT
  flatpak build-export --runtime --disable-sandbox --arch=x86_64 "$folder/repo" "$out" "$branch" >/dev/null
  rm -rf "$out"
}

[ "$(uname -m)" = x86_64 ] || { echo "The stand-in runtime is made for x86_64 only." >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || { echo "Making the stand-in runtime needs root: it unpacks system packages." >&2; exit 1; }
[ -n "$(mirror)" ] || { echo "No Debian mirror is in this machine's package sources." >&2; exit 1; }
mkdir -p "$folder"
mark=$(cat "$0" "$here/stand-in-platform.txt" "$here/stand-in-sdk.txt" | sha256sum)
if [ "$(cat "$folder/made-from" 2>/dev/null)" = "$mark" ]; then
  exit 0
fi
echo "Making a stand-in runtime from Debian's packages; it takes a few minutes." >&2
rm -rf "$folder/repo"
ostree init --repo="$folder/repo" --mode=bare-user-only
tree platform "$here/stand-in-platform.txt"
commit platform org.gnome.Platform
rm -rf "$folder/platform"
cat "$here/stand-in-platform.txt" "$here/stand-in-sdk.txt" >"$folder/sdk.txt"
tree sdk "$folder/sdk.txt" --dpkgopt='path-exclude=/usr/lib/*/libLLVM*' --dpkgopt='path-exclude=/usr/lib/*/libgallium*' \
  --dpkgopt='path-exclude=/usr/lib/*/libz3*' --dpkgopt='path-exclude=/usr/lib/*/dri/*' --dpkgopt='path-exclude=/usr/share/gir-1.0/*'
commit sdk org.gnome.Sdk
rm -rf "$folder/sdk" "$folder/sdk.txt"
echo "$mark" >"$folder/made-from"
