#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds and passes all tests: optimised with GCC; with ASan and UBSan, and with TSan, with clang;
# the installed library, format and lint; for ARM by cross compilers under qemu, where these are installed.
# --all installs the cross compilers too. Debian or Ubuntu. TIDEGATE_QUICK=1 stops after the first build.
set -eu
cd "$(dirname "$0")"
. cmake/packages.sh
case ${1:-} in
    "") all="" ;;
    --all) all=1 ;;
    *) echo "usage: $0 [--all]" >&2; exit 2 ;;
esac

times=""
stage() {  # stage NAME COMMAND...: runs it and prints its seconds
    name=$1
    shift
    begin=$(date +%s)
    echo "== $name"
    "$@"
    seconds=$(($(date +%s) - begin))
    echo "== $name: $seconds s"
    times="$times $name $seconds s,"
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

can_cross() {
    for tool in aarch64-linux-gnu-g++ arm-linux-gnueabihf-g++ arm-none-eabi-g++ qemu-aarch64 qemu-arm qemu-system-arm; do
        command -v "$tool" > /dev/null || { echo "no $tool: no tests for ARM; ./test.sh --all installs it"; return 1; }
    done
}

test_boards() {
    for board in mps2-an386 mps2-an500 mps2-an505 mps3-an547; do
        cmake --preset cortex-m -B "build/cortex-m-${board#mps?-}" -DTIDEGATE_BOARD=$board > /dev/null
        cmake --build "build/cortex-m-${board#mps?-}"
        ctest --test-dir "build/cortex-m-${board#mps?-}" --no-tests=error --output-on-failure -j "$(nproc)"
    done
}

check_text() {
    python3 tests/architecture/includes.py .
    git ls-files '*.h' '*.hpp' '*.cpp' '*.inl' '*.c' | xargs clang-format --dry-run --Werror
}

lint() {
    cmake --preset clang-debug -B build/lint -DTIDEGATE_UNITY=OFF > /dev/null  # names every file with its flags
    cmake --build build/lint --target tidegate_schema > /dev/null
    python3 tests/lint/lint.py build/lint
}

# shellcheck disable=SC2086
stage packages install_packages $build_packages $test_packages ${all:+$cross_packages}
stage text check_text
stage gcc build_and_test release
if [ -n "${TIDEGATE_QUICK:-}" ]; then exit 0; fi
stage installed tests/install/run.sh build/release
if can_cross; then
    stage aarch64 build_and_test aarch64
    stage armv7 build_and_test armv7
    stage boards test_boards
    stage "same bits" tests/bits/all_targets.sh
fi
stage sanitizers build_and_test clang-debug
stage threads test_threads
stage lint lint
echo "all stages passed:${times%,}"
