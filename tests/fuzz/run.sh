#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh SECONDS [BUILD [SEED]]: fuzzes the converter on one core. New inputs go to BUILD/fuzz-corpus, findings to
# BUILD/fuzz-findings; a finding, once mended, goes to tests/fuzz/corpus.
set -eu
seconds=$1
here=$(cd "$(dirname "$0")" && pwd)
build=${2:-$here/../../build/fuzz}
mkdir -p "$build/fuzz-corpus" "$build/fuzz-findings"
# 64 times the file plus 256 MB, and what AddressSanitizer takes besides (shadow, redzones, freed memory it keeps).
export ASAN_OPTIONS="quarantine_size_mb=16:malloc_context_size=10:detect_leaks=0:${ASAN_OPTIONS:-}"
exec nice -n 19 "$build/tests/fuzz/fuzz_convert" "$build/fuzz-corpus" "$here/corpus" \
    -max_len=16384 -timeout=10 -rss_limit_mb=640 -malloc_limit_mb=256 -max_total_time="$seconds" \
    -seed="${3:-0}" -print_final_stats=1 -artifact_prefix="$build/fuzz-findings/"
