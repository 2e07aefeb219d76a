// SPDX-License-Identifier: MIT
// What the runs of vectors.bin answered once, in their order: digests of outputs and states. They change with the
// arithmetic of a kernel or with the runs, and with nothing else; docs/numbers.md has the hash of them all.
#pragma once

#include <cstdint>

namespace tidegate::test {

inline constexpr std::uint64_t kKnownDigests[] = {
    0x3367fa8e1ee5d2e9,  // functions
    0x7570b1157531899b,  // functions, special
    0x817f2c77f4a0c4c6,  // functions, wide
    0x47c44c02c42eb9ec,  // functions, exponents
    0xee916b251ae03173,  // tiny products, wide
    0xe7ea85029f08596b,  // cells of 3 units
    0x400739b2a9e480c8,  // cells of 3 units, wide
    0xaebae5ea8aa72ae3,  // cells of 16 units
    0xdbb694a63221add3,  // cells of 16 units, wide
    0xc1c46049dc85ebb5,  // cells of 41 units
    0x3df1906b94aef96f,  // cells of 41 units, wide
    0x50bba953e55da1d7,  // cells of 64 units
    0x9582c586c3541ab3,  // cells of 64 units, wide
    0x3ead3e74cfddffcd,  // recurrent sample
    0x5cd439fcfc8d4f50,  // recurrent sample, wide
    0x9922e8f452334c19,  // moves sample
    0xe2e1851d630fcdf9,  // moves sample, wide
    0x2cce99400b8bb62f,  // symbolic sample
    0xd79ff71e8f34411b,  // symbolic sample, wide
    0xd6fd96fdc27cd2bb,  // forecaster
    0x5c769cc4bdf9e5e4,  // forecaster, wide
};

}  // namespace tidegate::test
