// SPDX-License-Identifier: MIT
// How often a layer reads which magnitudes, and the scale that loses least of them.
#pragma once

#include <array>
#include <cstdint>

namespace tidegate {

/// Counts by the leading bits of a float: 64 bins from each power of two to the next.
class Magnitudes {
public:
    void add(float x);

    float largest() const { return largest_; }
    /// The limit c <= largest() for which integers of c / 127 give the least mean squared error: values within c are
    /// rounded (scale^2 / 12), those beyond are clipped. 0 if all values are below 2^-100.
    float best_limit() const;

private:
    static constexpr int kFractionBits = 6;
    static constexpr std::size_t kBins = std::size_t{256} << kFractionBits;

    double error_at(double limit, std::size_t first_bin) const;

    std::array<std::uint64_t, kBins> counts_{};
    float largest_ = 0;
};

}  // namespace tidegate
