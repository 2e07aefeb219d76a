#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh SECONDS [BUILD]: fuzzes the converter on one core. New inputs go to BUILD/fuzz-corpus, findings to
# BUILD/fuzz-findings; a finding, once mended, goes to tests/fuzz/corpus.
# run.sh --runs COUNT BUILD: a test. So many models, the same ones each time (addresses are not random, for what is
# compared goes into models), and what a busy machine takes long for is no finding.
set -eu
same=""
here=$(cd "$(dirname "$0")" && pwd)
if [ "$1" = --runs ]; then
    build=$3
    grown=$build/fuzz-corpus-of-test
    if setarch -R true 2> /dev/null; then same="setarch -R"; fi
    rm -rf "$grown"
    limits="-runs=$2 -seed=1 -timeout=120"
else
    build=${2:-$here/../../build/fuzz}
    grown=$build/fuzz-corpus
    limits="-max_total_time=$1 -timeout=10"
fi
mkdir -p "$grown" "$build/fuzz-findings"
# 64 times the file plus 256 MB, and what AddressSanitizer takes besides (shadow, redzones, freed memory it keeps).
export ASAN_OPTIONS="quarantine_size_mb=16:malloc_context_size=10:detect_leaks=0:${ASAN_OPTIONS:-}"
# The entropic schedule of libFuzzer would take four times as long as the converter itself.
# shellcheck disable=SC2086
exec nice -n 19 $same "$build/tests/fuzz/fuzz_convert" "$grown" "$here/corpus" $limits -max_len=16384 -entropic=0 -reload=0 \
    -rss_limit_mb=640 -malloc_limit_mb=256 -print_funcs=0 -print_final_stats=1 -artifact_prefix="$build/fuzz-findings/"
