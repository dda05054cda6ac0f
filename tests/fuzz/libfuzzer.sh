#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A target whose corpus is a folder, under libFuzzer with sanitizers. Usage: libfuzzer.sh TARGET [libFuzzer's options]
# Needs clang, which neither the build nor the tests need. What it finds stays in build/fuzz-NAME.
set -eu
cd "$(dirname "$0")/../.."
name=${1:-}
case $name in
  x12 | fhir) sources="src/edi/*.c src/core/ivr-error.c" includes="-Isrc/edi -Isrc/core" packages= length=3000 fixtures=tests/edi/fixtures ;;
  caqh) sources=src/caqh/*.c includes=-Isrc/caqh packages=libsoup-3.0 length=3000 fixtures= ;;
  gateway)
    sources=$(printf 'src/gateway/%s.c ' ivr-http-answer ivr-http-request ivr-wire ivr-ws-codec ivr-ws-handshake)
    includes=-Isrc/gateway packages=json-glib-1.0 length=16384 fixtures=
    ;;
  *) echo "Usage: libfuzzer.sh x12|fhir|caqh|gateway [-runs=N …]" >&2; exit 2 ;;
esac
shift
command -v clang >/dev/null 2>&1 || { echo "libfuzzer.sh: there is no clang here." >&2; exit 1; }
[ -e build/config.h ] || { echo "libfuzzer.sh: build first, with ./dev build." >&2; exit 1; }
program=build/fuzz-$name.libfuzzer
found=build/fuzz-$name
mkdir -p "$found"
# shellcheck disable=SC2046,SC2086
clang -std=gnu17 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -DIVR_LIBFUZZER -D_GNU_SOURCE \
  -Ibuild $includes -Itests/fuzz $(pkg-config --cflags gio-2.0 $packages) \
  $sources "tests/fuzz/fuzz-$name.c" $(pkg-config --libs gio-2.0 $packages) -o "$program"
# shellcheck disable=SC2086
exec "$program" -max_len=$length -timeout=1 -artifact_prefix="$found/crash-" "$@" "$found" "tests/fuzz/corpus/$name" $fixtures
