// SPDX-License-Identifier: MIT
// Whole runs of a model, as a digest of their bits: outputs of all runs, then the states. No heap; the same inputs on
// every machine.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tidegate/tidegate.h"

namespace tidegate::test {

/// FNV-1a.
class Digest {
public:
    void add(const void* bytes, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) {
            value_ = (value_ ^ static_cast<const std::uint8_t*>(bytes)[i]) * 0x100000001B3;
        }
    }
    void add(std::uint64_t value) { add(&value, sizeof value); }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xCBF29CE484222325;
};

enum class Inputs : std::uint32_t {
    ordinary,  ///< in [-4, 4)
    special,   ///< and a quarter of them NaN, infinite, zero, or tiny (which becomes 0): no subnormal intermediates
    wide,      ///< and a quarter of them from 2^-40 to 2^42: gates close to 2^-100, whose products are subnormal
    exponents  ///< both signs and all exponents by turns, with the first, the last and any mantissas
};
inline bool make_subnormals(Inputs inputs) { return inputs == Inputs::wide || inputs == Inputs::exponents; }

/// A model file and what is done with it.
struct Runs {
    const std::uint8_t* file;
    std::size_t bytes;
    Inputs inputs;
    std::uint32_t count;
};

/// Memory that the caller gives: an arena on TG_ALIGNMENT, and room for a saved state.
struct Memory {
    void* arena;
    std::size_t arena_bytes;
    void* state;
    std::size_t state_bytes;
};

/// Runs of a session; of a forecaster, if the model is one. Stops at any status but TG_OK.
tg_status digest_of(const Runs& runs, const tg_kernel_table* kernels, const Memory& memory, Digest& digest);

}  // namespace tidegate::test
