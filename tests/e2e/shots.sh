#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The demo's screens in both themes and two sizes, once more with names of the greatest length.
# Usage: shots.sh BUILD FOLDER
set -eu
build=$1
folder=$2
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
personas="--persona casey.example --persona sam.demo --persona lee.demo --persona drew.sample"

take() { # PREFIX SCHEME WIDTH HEIGHT
  ADW_DEBUG_COLOR_SCHEME=$2 IVR_DISPLAY_SIZE=$3x$4x24 IVR_DEMO_OPTIONS=$personas \
    "$here/virtual-desk.sh" "$build" "$build/tests/e2e/shots" "$folder" "$1" "$3" "$4"
}

take light prefer-light 1440 900
take dark prefer-dark 1440 900
take narrow-light prefer-light 1024 700
take narrow-dark prefer-dark 1024 700
# Those of the description in software centres: 1000 x 700 with the window's shadow.
mkdir -p "$folder/store"
IVR_DEMO_OPTIONS=$personas IVR_DISPLAY_SIZE=1440x900x24 ADW_DEBUG_COLOR_SCHEME=prefer-light \
  "$here/virtual-desk.sh" "$build" "$build/tests/e2e/shots" "$folder/store" store 962 662

# A prepared demo in which everybody's and everything's name is as long as it may be.
IVR_DEMO_DIR=$work/demo
export IVR_DEMO_DIR
uri=$("$build/src/admin/ivr-admin" cluster start "$IVR_DEMO_DIR" | tail -1)
"$build/src/admin/ivr-admin" migrate "$uri" >/dev/null
"$build/src/admin/ivr-admin" seed "$uri" >/dev/null
psql -qX "$uri" >/dev/null <<'SQL'
update ivr.patients set last_name = rpad(last_name || '-', 200, 'Longname-'), first_name = rpad(first_name, 190, ' Maximilian');
update ivr.ivr_requests r set patient_sort = (select lower(p.last_name || ', ' || p.first_name) from ivr.patients p
  where p.org_id = r.org_id and p.id = r.patient_id), service = rpad(service, 200, ' and more of it'),
  payer_name = rpad(payer_name, 190, ' of Everywhere'), product_summary = rpad(product_summary, 290, ', Q4101 Product')
  where patient_id is not null;
update ivr.organizations set name = rpad(name, 190, ' and Partners');
SQL
"$build/src/admin/ivr-admin" cluster stop "$IVR_DEMO_DIR" >/dev/null
take long prefer-light 1440 900
take narrow-long prefer-dark 1024 700
