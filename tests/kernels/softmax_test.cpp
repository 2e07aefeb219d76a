// SPDX-License-Identifier: MIT
#include "kernels/guarded.h"
#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

Floats softmax(const Kernels& set, const Floats& x, bool log) {
    Output y(x.size()), in_place(x);
    set.softmax(x.data(), y.data(), x.size(), log);
    set.softmax(in_place.data(), in_place.data(), x.size(), log);
    CHECK_SAME_BITS(y.values(), in_place.values());
    CHECK((y.guards_unharmed() && in_place.guards_unharmed()));
    return y.values();
}

}  // namespace

TEST_CASE("softmax is precise and sums to one; log-softmax is its logarithm") {
    Random random(50);
    double worst = 0, worst_log = 0;
    for (std::size_t n : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 67, 200, 1000}) {
        const Floats x = random.uniforms(n, -30, 30);
        const Floats y = softmax(*sets_here().front(), x, false), l = softmax(*sets_here().front(), x, true);
        double max = -1e9, sum = 0, total = 0;
        for (float v : x) max = std::max(max, double{v});
        for (float v : x) sum += std::exp(v - max);
        for (std::size_t i = 0; i < n; ++i) {
            const double want = std::exp(x[i] - max) / sum;
            worst = std::max(worst, std::abs(y[i] - want) / want);
            worst_log = std::max(worst_log, std::abs(l[i] - std::log(want)));
            total += y[i];
        }
        CHECK(std::abs(total - 1) < 1e-6);
    }
    MESSAGE("softmax: max relative error ", worst, "; log-softmax: max error ", worst_log);
    CHECK(worst < 4e-6);      // of x - max, rounded: 2^-19 in the exponent at 60, and a few units more
    CHECK(worst_log < 1e-5);  // two roundings at up to 64
}

TEST_CASE("every instruction set computes softmax like the scalar kernel") {
    Random random(51);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::size_t n = 0; n <= 67; ++n) {
            for (bool log : {false, true}) {
                CAPTURE(set->name);
                CAPTURE(n);
                const Floats x = random.uniforms(n, -100, 100), hard = random.hard(n);
                CHECK_SAME_BITS(softmax(*set, x, log), softmax(kernels::scalar_kernels, x, log));
                CHECK_SAME_BITS(softmax(*set, hard, log), softmax(kernels::scalar_kernels, hard, log));
            }
        }
    }
}

TEST_CASE("softmax of equal numbers is their share, of a far larger one it is one and zeros, of a NaN it is NaN") {
    const float infinity = std::numeric_limits<float>::infinity();
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        CHECK(softmax(*set, Floats(20, 3e38F), false) == Floats(20, 0.05F));
        CHECK(softmax(*set, {-200, 0, -infinity}, false) == Floats{0, 1, 0});
        CHECK(softmax(*set, {-200, 0, -infinity}, true) == Floats{-200, 0, -infinity});
        for (std::size_t n = 1; n <= 40; ++n) {
            for (std::size_t at = 0; at < n; ++at) {
                for (bool log : {false, true}) {
                    Floats x(n, 1);
                    x[at] = std::nanf("");
                    bool all = true;
                    for (float v : softmax(*set, x, log)) all = all && std::isnan(v);
                    CHECK(all);
                }
            }
        }
    }
}
