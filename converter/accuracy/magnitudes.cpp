// SPDX-License-Identifier: MIT
#include "accuracy/magnitudes.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tidegate {
namespace {

constexpr int kFloatFractionBits = 23;
constexpr double kMost = 127;
/// The runtime takes vectors below for zeros.
constexpr float kLeast = 0x1p-100F;
/// Limits below this share of the largest magnitude are not tried.
constexpr double kLeastShare = 1.0 / 64;
/// Limits that are tried, 2 % apart.
constexpr int kLimits = 206;

}  // namespace

void Magnitudes::add(float x) {
    const float magnitude = std::abs(x);
    largest_ = std::max(largest_, magnitude);
    ++counts_[std::bit_cast<std::uint32_t>(magnitude) >> (kFloatFractionBits - kFractionBits)];
}

/// Sum over the bins from first_bin on; what lies below it is rounded to 0 by every limit that is tried.
double Magnitudes::error_at(double limit, std::size_t first_bin) const {
    const double scale = limit / kMost;
    double error = 0;
    for (std::size_t bin = first_bin; bin < kBins; ++bin) {
        if (counts_[bin] == 0) { continue; }
        constexpr int kShift = kFloatFractionBits - kFractionBits;
        const auto bits = static_cast<std::uint32_t>(bin << kShift) + (std::uint32_t{1} << (kShift - 1));
        const double x = std::min(static_cast<double>(std::bit_cast<float>(bits)), static_cast<double>(largest_));
        double squared = scale * scale / 12;
        if (x < scale / 2) { squared = x * x; }
        if (x > limit) { squared = (x - limit) * (x - limit); }
        error += squared * static_cast<double>(counts_[bin]);
    }
    return error;
}

float Magnitudes::best_limit() const {
    if (largest_ < kLeast) { return 0; }
    const auto bin_of = [](double x) {
        return std::bit_cast<std::uint32_t>(static_cast<float>(x)) >> (kFloatFractionBits - kFractionBits);
    };
    const double largest = static_cast<double>(largest_);
    const std::size_t first_bin = bin_of(largest * kLeastShare / kMost / 2);
    double best = largest, least_error = std::numeric_limits<double>::infinity();
    for (int n = 0; n < kLimits; ++n) {
        const double limit = largest * std::pow(kLeastShare, static_cast<double>(n) / (kLimits - 1));
        const double error = error_at(limit, first_bin);
        if (error >= least_error) { continue; }
        least_error = error;
        best = limit;
    }
    return static_cast<float>(best);
}

}  // namespace tidegate
