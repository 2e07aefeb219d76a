// SPDX-License-Identifier: MIT
// The loop of Int8Peak. Who includes this has defined I (a register of bytes), kBytes, set1(), dot() (adds the products
// of four bytes each to 32-bit sums), sum() (which may look at one lane only: all are alike) and runs_here().
#pragma once

#include "peak.h"

namespace tidegate::bench {
namespace {

int int8_multiply_adds() {
    constexpr int kChains = 12;  // latency 5, two a cycle
    static_assert(kMultiplyAdds % (kBytes * kChains) == 0);
    I chains[kChains];
    for (I& chain : chains) chain = set1(0);
    I x = set1(1), weights = set1(1);
    asm("" : "+v"(x), "+v"(weights));
    for (std::size_t i = 0; i < kMultiplyAdds / (kBytes * kChains); ++i) {
#pragma GCC unroll 12
        for (int chain = 0; chain < kChains; ++chain) chains[chain] = dot(chains[chain], x, weights);
    }
    int total = 0;
    for (const I chain : chains) total += sum(chain);
    return total;
}

}  // namespace
}  // namespace tidegate::bench
