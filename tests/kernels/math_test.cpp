// SPDX-License-Identifier: MIT
// The scalar functions against libm in double.
#include "kernels/math.h"

#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

/// The largest error of f relative to exact (or absolute where `scale` says so), over bit patterns `step` apart.
template <class Function, class Exact>
double worst_error(const char* name, Function f, Exact exact, float low, float high, std::uint32_t step,
                   bool absolute) {
    double worst = 0;
    float at = 0;
    for (std::uint64_t u = 0; u < 0x100000000U; u += step) {
        const float x = from_bits(static_cast<std::uint32_t>(u));
        if (!(x >= low && x <= high)) continue;
        const double want = exact(double{x});
        const double error = std::abs(f(x) - want) / (absolute || want == 0 ? 1 : std::abs(want));
        if (!(error <= worst)) worst = error, at = x;
    }
    MESSAGE(std::string(name), ": max ", absolute ? "absolute" : "relative", " error ", worst, " at ", at);
    return worst;
}

constexpr std::uint32_t kStep = 2039 * kThinning;
constexpr float kLargest = 3.4028235e38F;

}  // namespace

TEST_CASE("exp, expm1, log and log1p are precise to two units in the last place") {
    const auto e = [](double x) { return std::exp(x); };
    CHECK(worst_error("exp", kernels::exp, e, -86.6F, 88.722F, kStep, false) < 1.5e-7);
    CHECK(worst_error(
              "expm1", kernels::expm1, [](double x) { return std::expm1(x); }, -kLargest, 88.722F, kStep, false) <
          2.5e-7);
    CHECK(worst_error(
              "log", kernels::log, [](double x) { return std::log(x); }, 1e-45F, kLargest, kStep, false) < 2e-7);
    CHECK(worst_error(
              "log1p", kernels::log1p, [](double x) { return std::log1p(x); }, -0.9999999F, kLargest, kStep, false) <
          2e-7);
}

TEST_CASE("sine and cosine of turns are precise over one turn and exact at the quarters") {
    const double turn = 2 * 3.14159265358979323846;
    const auto sine = [&](double x) { return std::sin(turn * x); };
    const auto cosine = [&](double x) { return std::cos(turn * x); };
    CHECK(worst_error("sin_turns", kernels::sin_turns, sine, 0, 1, kStep, true) < 1e-7);
    CHECK(worst_error("cos_turns", kernels::cos_turns, cosine, 0, 1, kStep, true) < 1e-7);
    const float quarters[] = {0, 0.25F, 0.5F, 0.75F, 1, -0.25F, 365.25F};
    const float sines[] = {0, 1, 0, -1, 0, -1, 1}, cosines[] = {1, 0, -1, 0, 1, 0, 0};
    for (int i = 0; i < 7; ++i) {
        CHECK(kernels::sin_turns(quarters[i]) == sines[i]);
        CHECK(kernels::cos_turns(quarters[i]) == cosines[i]);
    }
}

TEST_CASE("sine, cosine and power are rounded from nearly exact numbers over all floats") {
    // Half a unit of the last place of a normal result is at most 2^-24 of it.
    const auto s = [](double x) { return std::sin(x); };
    const auto c = [](double x) { return std::cos(x); };
    CHECK(worst_error("sine", kernels::sine, s, -kLargest, kLargest, kStep, false) < 6.0e-8);
    CHECK(worst_error("cosine", kernels::cosine, c, -kLargest, kLargest, kStep, false) < 6.0e-8);
    for (const float y : {0.25F, -0.75F, 1.5F, 7.0F, -3.1F}) {
        const float low = std::pow(2.0F, -120 / std::abs(y)), high = std::pow(2.0F, 120 / std::abs(y));
        const auto exact = [&](double x) { return std::pow(x, double{y}); };
        CHECK(worst_error(
                  "power", [&](float x) { return kernels::power(x, y); }, exact, std::max(low, 1e-37F),
                  std::min(high, 1e37F), kStep, false) < 6.0e-8);
    }
}

TEST_CASE("the math kernels err by less than two units of the last place over all floats") {
    const auto of = [&](std::size_t function) {
        return [function](float x) {
            float y = 0;
            kernels::scalar_kernels.math[function](&x, &y, 1, 0, 0);  // the others have its bits
            return y;
        };
    };
    const auto root = [](double x) { return std::sqrt(x); };
    CHECK(worst_error("sqrt", of(2), root, 1.2e-38F, kLargest, kStep, false) < 6.0e-8);
    const auto erf = [](double x) { return std::erf(x); };
    CHECK(worst_error("erf", of(3), erf, -kLargest, kLargest, kStep, true) < 1.2e-7);
    CHECK(worst_error("erf", of(3), erf, 1e-30F, kLargest, kStep, false) < 2.4e-7);
    for (std::uint64_t u = 0; u < 0x100000000U; u += kStep) {
        const float x = from_bits(static_cast<std::uint32_t>(u));
        const auto same = [&](std::size_t function, float want) {
            const float got = of(function)(x);
            return std::isnan(want) ? std::isnan(got) : got == want;
        };
        const bool right = same(4, std::abs(x)) && same(5, -x) && same(6, 1 / x) && same(7, std::nearbyint(x)) &&
                           same(8, std::floor(x)) && same(9, std::ceil(x)) &&
                           same(10, std::isnan(x) ? x : static_cast<float>((x > 0) - (x < 0)));
        if (!right) { FAIL("a function differs at ", x); }
    }
}

TEST_CASE("power and remainder have C's values where there is no rounding to speak of") {
    const float infinity = std::numeric_limits<float>::infinity(), nan = std::nanf("");
    const float specials[] = {0.0F, -0.0F, 1.0F,  -1.0F, 2.0F,     -2.0F,     3.0F,   -3.0F,
                              0.5F, -0.5F, 1e30F, 3e38F, infinity, -infinity, 1e-45F, nan};
    for (const float x : specials) {
        for (const float y : specials) {
            CAPTURE(x);
            CAPTURE(y);
            const float power = std::pow(x, y), rest = std::fmod(x, y);
            CHECK(same_bits(kernels::power(x, y), std::isnan(power) ? kernels::power(x, y) : power));
            CHECK(std::isnan(kernels::power(x, y)) == std::isnan(power));
            CHECK(std::isnan(kernels::remainder(x, y)) == std::isnan(rest));
            if (!std::isnan(rest)) { CHECK(same_bits(kernels::remainder(x, y), rest)); }
        }
    }
    Random random(77);
    for (int i = 0; i < 100000; ++i) {
        const float x = from_bits(random.word()), y = from_bits(random.word()), rest = std::fmod(x, y);
        if (!std::isnan(rest) && !same_bits(kernels::remainder(x, y), rest)) { FAIL("remainder of ", x, " and ", y); }
    }
}

TEST_CASE("the functions keep NaN, signs of zero and their limits") {
    const float infinity = std::numeric_limits<float>::infinity();
    for (float nan : {from_bits(0x7fc00000U), from_bits(0xffc00000U), from_bits(0x7fc12345U), from_bits(0x7fffffffU)}) {
        CHECK(std::isnan(kernels::exp(nan)));
        CHECK(std::isnan(kernels::expm1(nan)));
        CHECK(std::isnan(kernels::log(nan)));
        CHECK(std::isnan(kernels::log1p(nan)));
        CHECK(std::isnan(kernels::sin_turns(nan)));
    }
    CHECK(kernels::exp(0) == 1);
    CHECK(kernels::exp(infinity) == infinity);
    CHECK(kernels::exp(88.73F) == infinity);
    CHECK(bits(kernels::exp(-infinity)) == 0);
    CHECK(bits(kernels::exp(-86.7F)) == 0);
    CHECK(bits(kernels::expm1(-0.0F)) == bits(-0.0F));
    CHECK(kernels::expm1(-infinity) == -1);
    CHECK(kernels::expm1(infinity) == infinity);
    CHECK(kernels::expm1(1e-30F) == 1e-30F);
    CHECK(bits(kernels::log(1)) == 0);
    CHECK(kernels::log(0) == -infinity);
    CHECK(kernels::log(-0.0F) == -infinity);
    CHECK(std::isnan(kernels::log(-1e-45F)));
    CHECK(std::isnan(kernels::log(-infinity)));
    CHECK(kernels::log(infinity) == infinity);
    CHECK(bits(kernels::log1p(-0.0F)) == bits(-0.0F));
    CHECK(kernels::log1p(-1) == -infinity);
    CHECK(std::isnan(kernels::log1p(-1.0000001F)));
    CHECK(kernels::log1p(infinity) == infinity);
    CHECK(kernels::log1p(1e-45F) == 1e-45F);
}

TEST_CASE("log1p and expm1 undo each other") {
    for (float x : {1e-10F, 0.001F, 0.3F, 1.0F, 50.0F, 994.0F}) {
        CHECK(kernels::expm1(kernels::log1p(x)) == doctest::Approx(x).epsilon(2e-6));
    }
}
