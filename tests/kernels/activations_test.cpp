// SPDX-License-Identifier: MIT
// sigmoid, tanh and their kin against double. The figures are printed; the limits are the project's promise
// (absolute) and a unit or two of the last place more than measured (relative).
#include <functional>
#include <string>

#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

enum : std::size_t {
    kRelu,
    kTanh,
    kSigmoid,
    kAffine,
    kLeakyRelu,
    kThresholdedRelu,
    kScaledTanh,
    kHardSigmoid,
    kElu,
    kSoftsign,
    kSoftplus
};

/// About 2^22 (emulated: 2^17) floats over all bit patterns, and each exponent's ends.
const Floats& many_floats() {
    static const Floats values = [] {
        Floats v;
        for (std::uint64_t u = 0; u < 0x100000000U; u += 1021 * kThinning)
            v.push_back(from_bits(static_cast<std::uint32_t>(u)));
        for (std::uint32_t exponent = 0; exponent < 512; ++exponent) {
            for (std::uint32_t low : {0U, 1U, 0x3504f3U, 0x400000U, 0x7fffffU}) {
                v.push_back(from_bits((exponent << 23) | low));
            }
        }
        return v;
    }();
    return values;
}

/// A million values where the function bends.
const Floats& middle_floats() {
    static const Floats values = Random(4).uniforms(1'000'000 / kThinning, -20, 20);
    return values;
}

struct Worst {
    double absolute = 0, relative = 0;
    float absolute_at = 0, relative_at = 0;
};

/// Relative errors count where the result is normal.
Worst worst_error(const Kernels& set, std::size_t function, const Floats& x, float alpha, float beta,
                  const std::function<double(double)>& exact) {
    Floats y(x.size());
    set.unary[function](x.data(), y.data(), x.size(), alpha, beta);
    Worst worst;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (std::isnan(x[i])) {
            REQUIRE(std::isnan(y[i]));
            continue;
        }
        const double want = exact(x[i]);
        if (std::isinf(want) || std::abs(want) > 3.4028234e38) continue;
        REQUIRE(!std::isnan(y[i]));
        const double error = std::abs(y[i] - want);
        if (error > worst.absolute) worst.absolute = error, worst.absolute_at = x[i];
        if (std::abs(want) > 1.2e-30 && error > worst.relative * std::abs(want)) {
            worst.relative = error / std::abs(want), worst.relative_at = x[i];
        }
    }
    return worst;
}

Worst report(const char* name, std::size_t function, float alpha, float beta,
             const std::function<double(double)>& exact) {
    Worst worst;
    for (const Floats* x : {&many_floats(), &middle_floats()}) {
        const Worst w = worst_error(*sets_here().front(), function, *x, alpha, beta, exact);
        if (w.absolute > worst.absolute) worst.absolute = w.absolute, worst.absolute_at = w.absolute_at;
        if (w.relative > worst.relative) worst.relative = w.relative, worst.relative_at = w.relative_at;
    }
    MESSAGE(std::string(name), ": max error ", worst.absolute, " at ", worst.absolute_at, ", relative ", worst.relative,
            " at ", worst.relative_at);
    return worst;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST_CASE("sigmoid and tanh err by less than 1.2e-7 and never leave their range") {
    CHECK(report("sigmoid", kSigmoid, 0, 0, sigmoid).absolute < 1.2e-7);
    CHECK(report("tanh", kTanh, 0, 0, [](double x) { return std::tanh(x); }).absolute < 1.2e-7);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        CAPTURE(set->name);
        Floats y(many_floats().size());
        bool inside = true;
        set->unary[kSigmoid](many_floats().data(), y.data(), y.size(), 0, 0);
        for (float v : y) inside = inside && !(v < 0 || v > 1);
        set->unary[kTanh](many_floats().data(), y.data(), y.size(), 0, 0);
        for (float v : y) inside = inside && !(v < -1 || v > 1);
        CHECK(inside);
    }
}

TEST_CASE("sigmoid and tanh are precise where they are small, and reach their limits") {
    CHECK(report("tanh", kTanh, 0, 0, [](double x) { return std::tanh(x); }).relative < 3e-7);
    CHECK(report("sigmoid", kSigmoid, 0, 0, sigmoid).relative < 1.3e-6);
    const float infinity = std::numeric_limits<float>::infinity();
    const Floats x = {-infinity, -3e38F, -69.5F, -0.0F, 0.0F, 69.5F, 3e38F, infinity};
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        Floats y(x.size());
        set->unary[kSigmoid](x.data(), y.data(), x.size(), 0, 0);
        CHECK(y[0] < 1e-30F);
        CHECK(Floats(y.begin() + 3, y.end()) == Floats{0.5F, 0.5F, 1, 1, 1});
        set->unary[kTanh](x.data(), y.data(), x.size(), 0, 0);
        CHECK(y == Floats{-1, -1, -1, 0, 0, 1, 1, 1});
        CHECK(std::signbit(y[3]));
        CHECK(!std::signbit(y[4]));
    }
}

TEST_CASE("tanh is odd") {
    Floats x = many_floats(), y(x.size()), z(x.size());
    sets_here().front()->unary[kTanh](x.data(), y.data(), x.size(), 0, 0);
    for (float& v : x) v = -v;
    sets_here().front()->unary[kTanh](x.data(), z.data(), x.size(), 0, 0);
    for (float& v : z) v = -v;
    CHECK_SAME_BITS(y, z);
}

TEST_CASE("elu, softplus, softsign and scaled tanh are precise in relative terms") {
    CHECK(report("elu", kElu, 1, 0, [](double x) { return x < 0 ? std::expm1(x) : x; }).relative < 3e-7);
    CHECK(report("softplus", kSoftplus, 0, 0, [](double x) {
              return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
          }).relative < 3e-7);
    CHECK(report("softsign", kSoftsign, 0, 0, [](double x) { return x / (1 + std::abs(x)); }).relative < 1.3e-7);
    CHECK(report("scaled tanh", kScaledTanh, 1.7159F, 2.0F / 3, [](double x) {
              return double{1.7159F} * std::tanh(double{2.0F / 3} * x);
          }).absolute < 4e-7);
}

TEST_CASE("the other activations follow their definitions to the bit") {
    const float a = 0.2F, b = 0.5F;
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        CAPTURE(set->name);
        for (float x : special_floats()) {
            CAPTURE(x);
            const auto f = [&](std::size_t function) {
                float y = 0;
                set->unary[function](&x, &y, 1, a, b);
                return y;
            };
            const bool nan = std::isnan(x);
            CHECK(same_bits(f(kRelu), nan || !(x < 0) ? x : 0.0F));
            CHECK(same_bits(f(kAffine), std::fma(a, x, b)));
            CHECK(same_bits(f(kLeakyRelu), x < 0 ? a * x : x));
            CHECK(same_bits(f(kThresholdedRelu), nan || x > a ? x : 0.0F));
            CHECK(same_bits(f(kHardSigmoid), nan ? x : std::min(std::max(std::fma(a, x, b), 0.0F), 1.0F)));
            CHECK(same_bits(f(kSoftsign), std::isinf(x) ? std::copysign(1.0F, x) : x / (1 + std::abs(x))));
        }
    }
}
