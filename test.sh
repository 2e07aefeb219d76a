#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds and passes all tests: optimised with GCC; with ASan and UBSan, and with TSan, with clang;
# the installed library, format and lint. Debian or Ubuntu. TIDEGATE_QUICK=1 stops after the first build.
set -eu
cd "$(dirname "$0")"
. cmake/packages.sh

stage() {  # stage NAME COMMAND...: runs it and prints its seconds
    name=$1
    shift
    begin=$(date +%s)
    echo "== $name"
    "$@"
    echo "== $name: $(($(date +%s) - begin)) s"
}

build_and_test() {
    cmake --preset "$1" > /dev/null
    cmake --build --preset "$1"
    ctest --preset "$1" -j "$(nproc)"
}

test_threads() {
    cmake --preset tsan > /dev/null
    cmake --build --preset tsan --target test_threads
    ctest --preset tsan -R threads
}

check_format() {
    git ls-files '*.h' '*.hpp' '*.cpp' '*.inl' '*.c' | xargs clang-format --dry-run --Werror
}

lint() {
    git ls-files 'runtime/*.cpp' 'converter/*.cpp' | while read -r file; do  # not those of other instruction sets
        if grep -q "/$file\"" build/clang-debug/compile_commands.json; then echo "$file"; fi
    done | xargs -P "$(nproc)" -n 4 clang-tidy -p build/clang-debug --quiet 2> /dev/null
}

# shellcheck disable=SC2086
stage packages install_packages $build_packages $test_packages
stage gcc build_and_test release
if [ -n "${TIDEGATE_QUICK:-}" ]; then exit 0; fi
stage installed tests/install/run.sh build/release
stage sanitizers build_and_test clang-debug
stage threads test_threads
stage format check_format
stage lint lint
echo "all stages passed"
