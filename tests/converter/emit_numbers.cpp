// SPDX-License-Identifier: MIT
// Weights as halves and as integers.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <random>
#include <vector>

#include "emit/half.h"
#include "emit/integers.h"

namespace tidegate::emit_numbers_test {
namespace {

constexpr std::uint32_t kHalves = 1U << 16;
constexpr std::uint16_t kInfinity = 0x7c00;

bool is_finite(std::uint32_t half) { return (half & kInfinity) != kInfinity; }

/// The value by the definition: 1 sign, 5 exponent (bias 15), 10 fraction bits.
double value_of(std::uint32_t half) {
    const int exponent = static_cast<int>(half >> 10 & 31), fraction = static_cast<int>(half & 1023);
    const double magnitude =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 15 - 10);
    return (half & 0x8000) != 0 ? -magnitude : magnitude;
}

/// Largest |w - scale q| in units of half a scale.
double worst_rounding(const std::vector<float>& weights, const IntegerRow& row) {
    double worst = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double scale = static_cast<double>(row.scale);
        const double d = std::abs(static_cast<double>(weights[i]) - scale * row.integers[i]);
        worst = std::max(worst, d / (scale / 2));
    }
    return worst;
}

}  // namespace

TEST_CASE("all 65,536 halves have the value of the definition, and the finite ones come back from it") {
    std::uint32_t wrong = 0;
    for (std::uint32_t half = 0; half < kHalves; ++half) {
        if (!is_finite(half)) { continue; }
        const auto bits = static_cast<std::uint16_t>(half);
        wrong += static_cast<double>(from_half(bits)) != value_of(half) || to_half(from_half(bits)) != bits;
    }
    CHECK(wrong == 0);
}

TEST_CASE("halfway between two halves the even one is taken, and beside it the nearer one") {
    std::uint32_t wrong = 0;
    for (std::uint32_t half = 0; half + 1 < kInfinity; ++half) {                            // each and its successor
        const auto middle = static_cast<float>((value_of(half) + value_of(half + 1)) / 2);  // exact
        const std::uint32_t even = (half & 1) == 0 ? half : half + 1;
        for (const std::uint32_t sign : {0U, 0x8000U}) {
            const float s = sign == 0 ? 1.0F : -1.0F;
            wrong += to_half(s * middle) != (even | sign);
            wrong += to_half(s * std::nextafter(middle, 0.0F)) != (half | sign);
            wrong += to_half(s * std::nextafter(middle, INFINITY)) != ((half + 1) | sign);
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("the largest half is 65504; what rounds beyond it is infinite, what rounds below the least is zero") {
    CHECK(to_half(kLargestHalf) == 0x7bff);
    CHECK(to_half(65519.996F) == 0x7bff);
    CHECK(to_half(65520.0F) == kInfinity);
    CHECK(to_half(-1e38F) == (kInfinity | 0x8000));
    CHECK(to_half(0x1p-25F) == 0);  // half of the least: a tie to even
    CHECK(to_half(0x1.8p-25F) == 1);
    CHECK(to_half(-0.0F) == 0x8000);
}

TEST_CASE("a row's scale is its largest magnitude / 127, and no weight is off by more than half of it") {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (int n = 1; n < 200; ++n) {
        std::vector<float> weights(static_cast<std::size_t>(n) + 2);
        float largest = 0;
        for (float& w : weights) { largest = std::max(largest, std::abs(w = normal(random))); }
        const IntegerRow row = to_integers(weights);
        CHECK(row.scale == static_cast<float>(static_cast<double>(largest) / 127));
        CHECK(worst_rounding(weights, row) <= 1 + 1e-6);
        for (const std::int8_t q : row.integers) { CHECK(q >= -127); }
    }
}

TEST_CASE("weights on a grid, as quantizers leave them, keep their integers exactly") {
    std::mt19937 random(2);
    for (const int most : {1, 7, 31, 64, 100, 126}) {
        for (const float scale : {1.0F, 0.0123F, 3.7e-5F, 412.0F}) {
            std::uniform_int_distribution<int> integer(-most, most);
            std::vector<float> weights = {static_cast<float>(most) * scale, scale};  // no wider grid has them all
            std::vector<int> integers = {most, 1};
            for (int i = 0; i < 50; ++i) {
                integers.push_back(integer(random));
                weights.push_back(static_cast<float>(integers.back()) * scale);
            }
            const IntegerRow row = to_integers(weights);
            CHECK(row.scale == doctest::Approx(scale).epsilon(1e-6));
            for (std::size_t i = 0; i < integers.size(); ++i) { REQUIRE(row.integers[i] == integers[i]); }
        }
    }
}

TEST_CASE("a row of zeros has the scale 0, one weight alone its own integer") {
    const IntegerRow zeros = to_integers(std::vector<float>(5, 0.0F));
    CHECK(zeros.scale == 0);
    CHECK(zeros.integers == std::vector<std::int8_t>(5, 0));
    const IntegerRow single = to_integers(std::vector<float>{-0.3F});
    CHECK(single.scale * static_cast<float>(single.integers[0]) == -0.3F);
}

}  // namespace tidegate::emit_numbers_test
