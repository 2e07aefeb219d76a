// SPDX-License-Identifier: MIT
// Where a moment stands in a cycle such as the day or the year. Exact for any 64-bit time: the remainder is taken in
// integers, only the last division is rounded.
#pragma once

#include <cstdint>

namespace tidegate::forecast {

/// t modulo period, in [0, period). period > 0.
constexpr std::uint64_t modulo(std::int64_t t, std::uint64_t period) {
    const auto bits = static_cast<std::uint64_t>(t);
    if (t >= 0) { return bits % period; }
    const std::uint64_t below = (0 - bits) % period;
    return below == 0 ? 0 : period - below;
}

/// (t - origin) modulo period, in [0, period). period > 0.
constexpr std::uint64_t cycle_position(std::int64_t t, std::int64_t origin, std::uint64_t period) {
    const std::uint64_t now = modulo(t, period);
    const std::uint64_t start = modulo(origin, period);
    return now >= start ? now - start : period - (start - now);
}

/// x rounded to float, as a conversion does: one of 64 bits is a large library function on a small CPU.
constexpr float to_float(std::uint64_t x) {
    float scale = 1.0F;
    while (x > 0xFFFFFFFFu) {
        x = x >> 1 | (x & 1);  // the last bit stays set if anything below it was: rounding sees it
        scale *= 2.0F;
    }
    return static_cast<float>(static_cast<std::uint32_t>(x)) * scale;
}

/// The same as a fraction of the period, in [0, 1).
constexpr float cycle_phase(std::int64_t t, std::int64_t origin, std::uint64_t period) {
    const float phase = to_float(cycle_position(t, origin, period)) / to_float(period);
    return phase < 1.0F ? phase : 0.0F;  // periods above 2^24 may round up to a whole one
}

}  // namespace tidegate::forecast
