#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installed into a folder, everything is where a system looks for it; uninstalled, nothing is left.
# Usage: install.sh BUILD
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

installed() {
  DESTDIR=$work meson install -C "$build" --no-rebuild >"$work.log" 2>&1 || { sed 's/^/# /' "$work.log"; return 1; }
}

missing() {
  for file in bin/ivr-desk bin/ivr-gateway bin/ivr-admin libexec/ivr-preview libexec/ivr-mock-payer share/applications/org.ivrdesk.Desk.desktop \
    share/metainfo/org.ivrdesk.Desk.metainfo.xml share/glib-2.0/schemas/org.ivrdesk.Desk.gschema.xml \
    share/icons/hicolor/scalable/apps/org.ivrdesk.Desk.svg share/icons/hicolor/symbolic/apps/org.ivrdesk.Desk-symbolic.svg; do
    [ -s "$work/usr/local/$file" ] || echo "# missing: $file"
  done
}

# Headers, libraries and tests are nobody's business.
strange() {
  (cd "$work" && find . -type f) | grep -v -E '^\./usr/local/(bin/ivr-(desk|gateway|admin)|libexec/ivr-(preview|mock-payer)|share/(applications|metainfo|glib-2.0/schemas|icons/hicolor|locale)/.*)$|/ivr_guard\.so$' |
    sed 's/^/# strange: /'
}

report() { # NUMBER NAME COMPLAINTS
  [ -z "$3" ] || echo "$3"
  [ -z "$3" ] && echo "ok $1 - $2" || echo "not ok $1 - $2"
}

echo "1..4"
if installed; then echo "ok 1 - it installs into a folder"; else echo "not ok 1 - it installs into a folder"; fi
report 2 "everything is in its place" "$(missing)"
report 3 "and nothing else" "$(strange)"
DESTDIR=$work ninja -C "$build" uninstall >"$work.log" 2>&1 || sed 's/^/# /' "$work.log"
report 4 "uninstalled, nothing is left" "$( (cd "$work" && find . -type f -o -type l) | sed 's/^/# left: /')"
rm -f "$work.log"
