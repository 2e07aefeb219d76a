// SPDX-License-Identifier: MIT
// What the runs of vectors.bin answered once, in their order: digests of outputs and states. They change with the
// arithmetic of a kernel or with the runs, and with nothing else; docs/numbers.md has the hash of them all.
// Written by tests/bits/renew.sh.
#pragma once

#include <cstdint>

namespace tidegate::test {

inline constexpr std::uint64_t kKnownDigests[] = {
    0x0731c98dc0f34690,  // functions
    0xd80961cf1f389bdb,  // functions, special
    0xef21ff68a31145d9,  // functions, wide
    0xb38fa23d8dd76fcf,  // functions, exponents
    0xb553e7c85cc34b60,  // reductions
    0xbfa51c52a36e21dd,  // reductions, special
    0x544ec521c6644e80,  // reductions, wide
    0x6c4089b4380d16bd,  // reductions, exponents
    0xee916b251ae03173,  // tiny products, wide
    0x5482e5a478bb2511,  // cells of 3 units
    0xb5ae0a829b865397,  // cells of 3 units, wide
    0x57f0b9bca2e315bb,  // cells of 16 units
    0xcd5cd4e89722e14a,  // cells of 16 units, wide
    0xdb44c31b4f760a54,  // cells of 41 units
    0x2a28bca0472a69a6,  // cells of 41 units, wide
    0x466f7bdffa69a0c6,  // cells of 48 units
    0x4f8291220331ef0f,  // cells of 48 units, wide
    0x8ed78b5231ca4ce7,  // int8, 5 units
    0x4a709d3514adf641,  // int8, 5 units, wide
    0xfb5ece511c3506fb,  // int8, 41 units
    0x839e7fc1fba8dff7,  // int8, 41 units, wide
    0xbf8aae9e349facb0,  // int8 stream, 64 units
    0x951a451cc6e3051c,  // int8 stream, 64 units, wide
    0x7a485891cb523058,  // half precision, 21 units
    0x6fd4e345f60640bb,  // half precision, 21 units, wide
    0x7cfd4a6d53f41ef5,  // f32, several series
    0x41cf4b7c0588fd4c,  // f32, several series, wide
    0x85aab2aad6ae5fe7,  // int8 and half products
    0xe8f1471af4dd5d25,  // int8 and half products, special
    0x3ead3e74cfddffcd,  // recurrent sample
    0x5cd439fcfc8d4f50,  // recurrent sample, wide
    0x9922e8f452334c19,  // moves sample
    0xe2e1851d630fcdf9,  // moves sample, wide
    0x82d06b9e69d1a0fd,  // windows sample
    0x836fd6b77b8ce2e1,  // windows sample, wide
    0x2cce99400b8bb62f,  // symbolic sample
    0xd79ff71e8f34411b,  // symbolic sample, wide
    0x649708252bcaf502,  // forecaster
    0xe64b6c392feaecfa,  // forecaster, wide
};

}  // namespace tidegate::test
