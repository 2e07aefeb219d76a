// SPDX-License-Identifier: MIT
// Functions of whole ranges that single precision cannot reduce. Computed in double with + - * / alone, which are IEEE
// on every platform (by software where the processor has none): the same bits everywhere.
#include <cstdint>
#include <cstring>

#include "kernels/coefficients.h"
#include "kernels/math.h"

namespace tidegate::kernels {
namespace {

std::uint32_t bits_of(float x) {
    std::uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}

double double_of(std::uint64_t bits) {
    double x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

std::uint64_t bits_of(double x) {
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}

// ---- sin, cos: Payne and Hanek, "Radian reduction for trigonometric functions" (1983) ------------

/// 32 bits of 2 / pi from the one of weight 2^-(1 + first) on; bits before the point are 0.
std::uint32_t two_over_pi(std::int32_t first) {
    std::uint64_t window = 0;
    const std::int32_t word = first >= 0 ? first / 32 : -((31 - first) / 32), shift = first - word * 32;
    for (std::int32_t i = word; i <= word + 1; ++i) { window = window << 32 | (i >= 0 && i < 8 ? kTwoOverPi[i] : 0U); }
    return static_cast<std::uint32_t>(window << shift >> 32);
}

/// Of a 64-bit number in two's complement, rounded once. By halves, because 32-bit processors have no such instruction.
double double_of_integer(std::uint64_t i) {
    const std::int32_t high = static_cast<std::int32_t>(static_cast<std::uint32_t>(i >> 32));
    return static_cast<double>(high) * 4294967296.0 + static_cast<double>(static_cast<std::uint32_t>(i));
}

struct Reduced {
    double angle;           ///< x - quarter * pi / 2, within +-pi / 4
    std::uint32_t quarter;  ///< modulo 4
};

/// x finite, |x| >= 2^-12. With x = m 2^e, m < 2^24: what matters of x 2 / pi modulo 4 are the 96 bits of 2 / pi whose
/// weights times 2^e are 2, 1, ..., 2^-94.
Reduced reduce(float x) {
    const std::uint32_t bits = bits_of(x);
    const std::int32_t e = static_cast<std::int32_t>(bits >> 23 & 0xffU) - 150;
    const std::uint64_t m = (bits & 0x7fffffU) | 0x800000U;
    const std::int32_t first = e - 2;  // the bit of weight 2^(1 - e)
    const std::uint64_t low = m * two_over_pi(first + 64);
    const std::uint64_t middle = m * two_over_pi(first + 32) + (low >> 32);
    const std::uint64_t high = m * two_over_pi(first) + (middle >> 32);
    // x 2 / pi = turns / 2^62, modulo 4
    const std::uint64_t turns = high << 32 | (middle & 0xffffffffU);
    const std::uint64_t quarter = (turns + (std::uint64_t{1} << 61)) >> 62;
    const double rest = double_of_integer(turns - (quarter << 62));
    const double angle = rest * (1.5707963267948966 * 0x1p-62);
    return bits >> 31 == 0 ? Reduced{angle, static_cast<std::uint32_t>(quarter)}
                           : Reduced{-angle, static_cast<std::uint32_t>(0 - quarter)};
}

/// sin(x + quarter * pi / 2), |x| <= pi / 4: Taylor's series, whose next term is below 1e-12.
double sine_of(double x, std::uint32_t quarter) {
    const double square = x * x;
    double y;
    if ((quarter & 1U) == 0) {
        y = 1.0 / 6227020800.0 * square - 1.0 / 39916800.0;
        y = y * square + 1.0 / 362880.0;
        y = y * square - 1.0 / 5040.0;
        y = y * square + 1.0 / 120.0;
        y = y * square - 1.0 / 6.0;
        y = y * square * x + x;
    } else {
        y = 1.0 / 479001600.0 * square - 1.0 / 3628800.0;
        y = y * square + 1.0 / 40320.0;
        y = y * square - 1.0 / 720.0;
        y = y * square + 1.0 / 24.0;
        y = y * square - 0.5;
        y = y * square + 1.0;
    }
    return (quarter & 2U) == 0 ? y : -y;
}

float sine_from(float x, std::uint32_t quarter) {
    const std::uint32_t magnitude = bits_of(x) & 0x7fffffffU;
    if (magnitude >= 0x7f800000U) { return x - x; }
    if (magnitude < 0x39800000U) { return quarter == 0 ? x : 1.0F; }  // |x| < 2^-12: x^2 / 2 is below half a unit
    const Reduced reduced = reduce(x);
    return static_cast<float>(sine_of(reduced.angle, reduced.quarter + quarter));
}

// ---- x^y = 2^(y log2 x) ---------------------------------------------------------------------------

/// log2 x of a positive finite x: x = 2^e m, m in [sqrt(1/2), sqrt(2)), log m = 2 artanh(s), s = (m - 1) / (m + 1).
double log2_of(double x) {
    constexpr std::uint64_t kSqrtHalf = 0x3fe6a09e667f3bcdU;
    const std::int64_t above = static_cast<std::int64_t>(bits_of(x) - kSqrtHalf);
    const std::int64_t e = above >> 52;
    const double m = double_of(bits_of(x) - (static_cast<std::uint64_t>(e) << 52));
    const double s = (m - 1.0) / (m + 1.0), square = s * s;
    double p = 1.0 / 17.0;
    for (int k = 15; k >= 1; k -= 2) { p = p * square + 1.0 / k; }
    constexpr double kTwoOverLn2 = 2.8853900817779268;
    return static_cast<double>(static_cast<std::int32_t>(e)) + s * p * kTwoOverLn2;
}

/// 2^x, |x| <= 1000: 2^n e^(f ln 2), n = round(x).
double exp2_of(double x) {
    const std::int32_t n = static_cast<std::int32_t>(x < 0 ? x - 0.5 : x + 0.5);
    const double f = (x - static_cast<double>(n)) * 0.6931471805599453;
    double y = 1.0;
    for (int k = 12; k >= 1; --k) { y = y * f / k + 1.0; }
    return y * double_of(std::uint64_t{static_cast<std::uint32_t>(n + 1023)} << 52);
}

bool is_whole(float y) {
    const float magnitude = y < 0 ? -y : y;
    return magnitude >= 8388608.0F || static_cast<float>(static_cast<std::int32_t>(magnitude)) == magnitude;
}

bool is_odd(float y) {
    const float magnitude = y < 0 ? -y : y;
    return magnitude < 16777216.0F && is_whole(y) && (static_cast<std::int32_t>(magnitude) & 1) != 0;
}

}  // namespace

float sine(float x) { return sine_from(x, 0); }
float cosine(float x) { return sine_from(x, 1); }

/// As C's pow() treats zeros, infinities and NaN.
float power(float x, float y) {
    constexpr float kInfinity = __builtin_inff();
    if (y == 0 || x == 1) { return 1; }
    if (x != x || y != y) { return x + y; }
    const float magnitude = x < 0 ? -x : x;
    const bool negative = (bits_of(x) >> 31) != 0 && is_odd(y);
    if (magnitude == 0 || magnitude == kInfinity || y == kInfinity || y == -kInfinity) {
        if (magnitude == 1) { return 1; }  // -1 to an infinity
        const bool grows = (magnitude > 1) == (y > 0);
        const float limit = grows ? kInfinity : 0.0F;
        return negative ? -limit : limit;
    }
    if (x < 0 && !is_whole(y)) { return __builtin_nanf(""); }
    const double exponent = static_cast<double>(y) * log2_of(static_cast<double>(magnitude));
    const double bounded = exponent > 200 ? 200 : exponent < -200 ? -200 : exponent;
    const float result = static_cast<float>(exp2_of(bounded));
    return negative ? -result : result;
}

/// The remainder of truncating division, exact, by long division of the significands; the sign of x.
float remainder(float x, float y) {
    const std::uint32_t sign = bits_of(x) & 0x80000000U;
    std::uint32_t a = bits_of(x) & 0x7fffffffU;
    const std::uint32_t b = bits_of(y) & 0x7fffffffU;
    if (a >= 0x7f800000U || b > 0x7f800000U || b == 0) { return __builtin_nanf(""); }
    if (a < b) { return x; }
    // Both as doubles, in which every float is normal and the subtraction of 2^k y from less than 2^(k+1) y exact.
    double rest, divisor;
    float positive;
    std::memcpy(&positive, &a, sizeof positive);
    rest = positive;
    divisor = y < 0 ? -y : y;
    std::int64_t shift =
        static_cast<std::int64_t>(bits_of(rest) >> 52) - static_cast<std::int64_t>(bits_of(divisor) >> 52);
    for (; shift >= 0; --shift) {
        const double part = double_of(bits_of(divisor) + (static_cast<std::uint64_t>(shift) << 52));
        if (rest >= part) { rest -= part; }
    }
    positive = static_cast<float>(rest);
    a = bits_of(positive) | sign;
    std::memcpy(&positive, &a, sizeof positive);
    return positive;
}

}  // namespace tidegate::kernels
