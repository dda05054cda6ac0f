#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the system is told about the desk: launcher, description, settings, icons. As strict as app shops are.
# Usage: metadata.sh SOURCE DESKTOP-FILE METAINFO
source=$1
desktop=$2
metainfo=$3
n=0

check() { # NAME COMMAND …
  name=$1
  shift
  n=$((n + 1))
  if said=$("$@" 2>&1); then
    echo "ok $n - $name"
  else
    echo "$said" | sed 's/^/# /'
    echo "not ok $n - $name"
  fi
}

# Hints count too.
is_silent() {
  said=$("$@" 2>&1)
  status=$?
  echo "$said"
  [ $status -eq 0 ] && [ -z "$said" ]
}

strict_metainfo() {
  appstreamcli validate --no-net --override=content-rating-missing=error,releases-info-missing=error,desktop-app-launchable-omitted=error,description-first-para-too-short=error,summary-has-dot-suffix=error,screenshot-no-caption=error "$metainfo"
}

# The same version, and the newest first.
release_is_known() {
  version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" "$source/meson.build")
  [ "$(sed -n 's/.*<release version="\([^"]*\)".*/\1/p' "$metainfo" | head -n 1)" = "$version" ]
}

# Launchers, shops and sandboxes show it before it has run: nothing may be loaded from elsewhere.
icons_are_plain() {
  for icon in "$source"/data/icons/*.svg; do
    xmllint --noout "$icon" || return 1
    grep -E 'xlink|<image|<script|<style|url\(' "$icon" && return 1
  done
  grep -q 'width="16" height="16"' "$source/data/icons/org.ivrdesk.Desk-symbolic.svg"
}

# Names are short enough for a grid of icons, a summary for a line.
texts_fit() {
  name=$(sed -n 's/^ *<name>\(.*\)<\/name>/\1/p' "$metainfo" | head -n 1)
  summary=$(sed -n 's/^ *<summary>\(.*\)<\/summary>/\1/p' "$metainfo" | head -n 1)
  [ ${#name} -le 15 ] && [ ${#summary} -ge 10 ] && [ ${#summary} -le 35 ]
}

ids_agree() {
  grep -q '<id>org.ivrdesk.Desk</id>' "$metainfo" && grep -qx 'Icon=org.ivrdesk.Desk' "$desktop" &&
    grep -q '<launchable type="desktop-id">org.ivrdesk.Desk.desktop</launchable>' "$metainfo" &&
    grep -q '^app-id: org.ivrdesk.Desk$' "$source/flatpak/org.ivrdesk.Desk.yml"
}

# A sandbox with more than these is not what clinics were promised.
permissions_are_least() {
  given=$(sed -n '/^finish-args:/,/^$/s/^  - --//p' "$source/flatpak/org.ivrdesk.Desk.yml" | sort | tr '\n' ' ')
  echo "$given"
  [ "$given" = "device=dri share=ipc share=network socket=fallback-x11 socket=wayland " ]
}

sources_are_pinned() {
  archives=$(grep -c -E 'type: (archive|file|git)' "$source/flatpak/org.ivrdesk.Desk.yml")
  sums=$(grep -c -E '^ +sha256: [0-9a-f]{64}$' "$source/flatpak/org.ivrdesk.Desk.yml")
  [ "$archives" -gt 0 ] && [ "$archives" -eq "$sums" ]
}

# Each picture of the description is here, as large as it says; taken by "./dev shots" with the window's shadow.
screenshots_are_here() {
  count=0
  for said in $(sed -n 's/.*width="\([0-9]*\)" height="\([0-9]*\)">.*\/\([^/<]*\)<.*/\1x\2=\3/p' "$metainfo"); do
    file=$source/data/screenshots/${said#*=}
    [ -f "$file" ] || { echo "There is no $file."; return 1; }
    # Width and height are the eight bytes behind the head of the first chunk.
    size=$(od -An -j16 -N8 -tu1 "$file" | awk '{ print $3 * 256 + $4 "x" $7 * 256 + $8 }')
    [ "$size" = "${said%%=*}" ] || { echo "$file is $size."; return 1; }
    count=$((count + 1))
  done
  [ "$count" -gt 0 ]
}

echo "1..10"
check "the launcher is valid, without a hint" is_silent desktop-file-validate "$desktop"
check "the description is valid, by the rules of app shops" strict_metainfo
check "the newest release is this version" release_is_known
check "name and summary fit" texts_fit
check "settings are valid" glib-compile-schemas --strict --dry-run "$source/data"
check "icons are plain drawings" icons_are_plain
check "everybody means the same app" ids_agree
check "the sandbox has no permission that it does not need" permissions_are_least
check "sources of the Flatpak are pinned by checksum" sources_are_pinned
check "the description's pictures are here, in their sizes" screenshots_are_here
