#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A target whose corpus is a folder, under libFuzzer with sanitizers. Usage: libfuzzer.sh x12|fhir [libFuzzer's options]
# Needs clang, which neither the build nor the tests need. What it finds stays in build/fuzz-NAME.
set -eu
cd "$(dirname "$0")/../.."
name=${1:-}
case $name in
  x12 | fhir) shift ;;
  *) echo "Usage: libfuzzer.sh x12|fhir [-runs=N …]" >&2; exit 2 ;;
esac
command -v clang >/dev/null 2>&1 || { echo "libfuzzer.sh: there is no clang here." >&2; exit 1; }
[ -e build/config.h ] || { echo "libfuzzer.sh: build first, with ./dev build." >&2; exit 1; }
program=build/fuzz-$name.libfuzzer
found=build/fuzz-$name
mkdir -p "$found"
# shellcheck disable=SC2046
clang -std=gnu17 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -DIVR_LIBFUZZER -D_GNU_SOURCE \
  -Ibuild -Isrc/edi -Isrc/core -Itests/fuzz $(pkg-config --cflags glib-2.0 gobject-2.0) \
  src/edi/*.c src/core/ivr-error.c "tests/fuzz/fuzz-$name.c" $(pkg-config --libs glib-2.0 gobject-2.0) -o "$program"
exec "$program" -max_len=3000 -timeout=1 -artifact_prefix="$found/crash-" "$@" "$found" "tests/fuzz/corpus/$name" tests/edi/fixtures
