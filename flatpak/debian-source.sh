#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetches a package or a source package of a Debian suite by its name, without touching the machine's own lists.
# Usage: debian-source.sh FOLDER source|package NAME SUITE
set -eu
mkdir -p "$1/lists-$4/partial"
cd "$1"
folder=$PWD
case $2 in source) kind=deb-src ;; *) kind=deb ;; esac
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
  sed -n -e 's/^URIs: *//p' -e 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\) .*/\2/p' | grep '/debian/*$' | head -n 1)
[ -n "$mirror" ] || { echo "No Debian mirror is in this machine's package sources." >&2; exit 1; }
echo "$kind $mirror $4 main" >"sources-$4.list"
options="-qq -o Dir::Etc::sourcelist=$folder/sources-$4.list -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=$folder/lists-$4 -o APT::Sandbox::User=root"
# shellcheck disable=SC2086
apt-get $options update
if [ "$2" = source ]; then
  # shellcheck disable=SC2086
  apt-get $options source --download-only "$3" >/dev/null
else
  # shellcheck disable=SC2086
  apt-get $options download "$3/$4"
fi
