// SPDX-License-Identifier: MIT
// The loops of Peak. Who includes this has defined V (a register of floats), kLanes, zero(), broadcast(), load(),
// fma(), sum() (which may look at one lane only: all are alike) and runs_here().
#pragma once

#include "peak.h"

namespace tidegate::bench {
namespace {

float multiply_adds() {
    constexpr int kChains = 12;  // latency 4 or 5, two a cycle
    static_assert(kMultiplyAdds % (kLanes * kChains) == 0);
    V chains[kChains];
    for (V& chain : chains) chain = zero();
    V factor = broadcast(0.5F);
    asm("" : "+v"(factor));
    for (std::size_t i = 0; i < kMultiplyAdds / (kLanes * kChains); ++i) {
#pragma GCC unroll 12
        for (int chain = 0; chain < kChains; ++chain) chains[chain] = fma(chains[chain], factor, factor);
    }
    float total = 0;
    for (const V chain : chains) total += sum(chain);
    return total;
}

void read_floats(const float* x, std::size_t n) {
    constexpr std::size_t kStreams = 4;  // one alone leaves prefetchers idle, as a kernel with four panels does not
    constexpr std::size_t kLoads = 16 / kLanes;  // of a line
    const std::size_t part = n / kStreams;
    for (const float* end = x + part; x != end; x += 16) {
#pragma GCC unroll 8
        for (std::size_t i = 0; i < kLoads * kStreams; ++i) {
            const V value = load(x + i / kLoads * part + i % kLoads * kLanes);
            asm volatile("" : : "v"(value));  // that it is loaded; a sum would wait for its own latency
        }
    }
}

}  // namespace
}  // namespace tidegate::bench
