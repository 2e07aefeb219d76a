#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs a build into a fresh prefix and builds a program of its own against it, once with find_package and once with
# pkg-config. A cross build's program is built with the toolchain file given, as another project would, and run by qemu.
# usage: run.sh BUILD_DIR [TOOLCHAIN_FILE]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
toolchain=${2:-}
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

cmake --install "$build" --prefix "$prefix/usr" > /dev/null
cmake -S "$here/consumer" -B "$prefix/cmake" -G Ninja ${toolchain:+--toolchain "$toolchain"} \
    -DCMAKE_PREFIX_PATH="$prefix/usr" > /dev/null
cmake --build "$prefix/cmake" > /dev/null
ctest --test-dir "$prefix/cmake" --verbose | grep -E 'kernels:|tests passed'
[ -z "$toolchain" ] || exit 0

export PKG_CONFIG_PATH="$(dirname "$(find "$prefix/usr" -name tidegate.pc)")"
export PKG_CONFIG_SYSROOT_DIR=
# shellcheck disable=SC2046
${CC:-cc} -std=c99 -Wall -Wextra -Werror "$here/consumer/consumer.c" -o "$prefix/consumer" \
    $(pkg-config --cflags --libs tidegate)
"$prefix/consumer"
"$prefix/usr/bin/tidegate" --version
"$prefix/usr/bin/tidegate-convert" --version
