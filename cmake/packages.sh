# SPDX-License-Identifier: MIT
# Sourced by demo.sh and test.sh: installs the Debian or Ubuntu packages given that are missing.

install_packages() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    echo "installing:$missing"
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo > /dev/null || { echo "please install as root: apt-get install$missing" >&2; exit 2; }
        as_root="sudo"
    fi
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq
    # shellcheck disable=SC2086
    $as_root apt-get install -y -qq --no-install-recommends $missing > /dev/null
}

build_packages="g++ cmake ninja-build pkg-config libxsimd-dev libflatbuffers-dev flatbuffers-compiler libonnx-dev
    libprotobuf-dev protobuf-compiler libssl-dev libcli11-dev nlohmann-json3-dev libfmt-dev zlib1g-dev"
firmware_packages="gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-dev qemu-system-arm"
test_packages="doctest-dev libbenchmark-dev libonnx-testdata clang clang-format clang-tidy libclang-rt-dev python3
    valgrind"
cross_packages="g++-aarch64-linux-gnu g++-arm-linux-gnueabihf qemu-user $firmware_packages"
# Debian 12 names clang's runtime by its version only.
apt-cache show libclang-rt-dev > /dev/null 2>&1 || test_packages=$(echo "$test_packages" | sed 's/libclang-rt-dev/libclang-rt-14-dev/')
