// SPDX-License-Identifier: MIT
// Every instruction set against the scalar kernels, bit for bit, at every length up to several registers.
#include "kernels/guarded.h"
#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::size_t kLongest = 67;
constexpr std::size_t kUnaries = 11, kMath = 11, kBinaries = 4, kChoices = 3;

/// kernel(set, y) is run with the scalar set and the set under test on equal, guarded outputs.
template <class Kernel>
void check_like_scalar(const Kernels& set, const Floats& y, Kernel kernel) {
    Output want(y), got(y);
    kernel(kernels::scalar_kernels, want.data());
    kernel(set, got.data());
    CHECK_SAME_BITS(got.values(), want.values());
    CHECK(got.guards_unharmed());
    CHECK(want.guards_unharmed());
}

}  // namespace

TEST_CASE("every instruction set computes the unary functions like the scalar kernel") {
    Random random(10);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::size_t n = 0; n <= kLongest; ++n) {
            for (std::size_t f = 0; f < kUnaries + kMath; ++f) {
                CAPTURE(set->name);
                CAPTURE(n);
                CAPTURE(f);
                const Floats x = random.hard(n);
                const float alpha = random.uniform(-2, 2), beta = random.uniform(-2, 2);
                const auto run = [&](const Kernels& k, const float* from, float* y) {
                    (f < kUnaries ? k.unary[f] : k.math[f - kUnaries])(from, y, n, alpha, beta);
                };
                check_like_scalar(*set, Floats(n), [&](const Kernels& k, float* y) { run(k, x.data(), y); });
                check_like_scalar(*set, x, [&](const Kernels& k, float* y) { run(k, y, y); });
            }
        }
    }
}

TEST_CASE(
    "every instruction set adds, subtracts, multiplies, divides and chooses like C++, whichever side is one number") {
    Random random(11);
    const auto of = [](std::size_t kind, float a, float b) {
        switch (kind) {
            case 0:
                return a + b;
            case 1:
                return a - b;
            case 2:
                return a * b;
            case 3:
                return a / b;
            case 4:
                return std::isnan(a) || b > a ? a : b;  // of two zeros the second
            case 5:
                return std::isnan(a) || b < a ? a : b;
            default:
                return a < 0 ? a * b : a;
        }
    };
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::size_t n = 0; n <= kLongest; ++n) {
            for (std::size_t kind = 0; kind < kBinaries + kChoices; ++kind) {
                const kernels::BinaryKernel kernel =
                    kind < kBinaries ? set->binary[kind] : set->choice[kind - kBinaries];
                for (Size steps = 0; steps < 4; ++steps) {
                    const Size a_step = steps & 1, b_step = steps >> 1;
                    const Floats a = random.hard(n + 1), b = random.hard(n + 1);
                    Floats want(n);
                    for (std::size_t i = 0; i < n; ++i) want[i] = of(kind, a[i * a_step], b[i * b_step]);
                    Output y(n);
                    kernel(a.data(), a_step, b.data(), b_step, y.data(), n);
                    CHECK_SAME_BITS(y.values(), want);
                    CHECK(y.guards_unharmed());
                    Output in_place(a_step == 1 ? Floats(a.begin(), a.end() - 1) : Floats(b.begin(), b.end() - 1));
                    if (a_step == 1) kernel(in_place.data(), 1, b.data(), b_step, in_place.data(), n);
                    else if (b_step == 1) kernel(a.data(), 0, in_place.data(), 1, in_place.data(), n);
                    else continue;
                    CHECK_SAME_BITS(in_place.values(), want);
                    CHECK(in_place.guards_unharmed());
                }
            }
        }
    }
}

TEST_CASE("multiply_add and axpy round once") {
    Random random(12);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::size_t n = 0; n <= kLongest; ++n) {
            const Floats a = random.hard(n), b = random.hard(n), c = random.hard(n);
            const float factor = random.uniform(-3, 3);
            Floats sums(n), axpys(n);
            for (std::size_t i = 0; i < n; ++i) {
                sums[i] = std::fma(a[i], b[i], c[i]);
                axpys[i] = std::fma(factor, b[i], c[i]);
            }
            Output y(n), z(c);
            set->multiply_add(a.data(), b.data(), c.data(), y.data(), n);
            set->axpy(factor, b.data(), z.data(), n);
            CHECK_SAME_BITS(y.values(), sums);
            CHECK_SAME_BITS(z.values(), axpys);
            CHECK((y.guards_unharmed() && z.guards_unharmed()));
            for (int argument = 0; argument < 3; ++argument) {
                Output in_place(argument == 0 ? a : argument == 1 ? b : c);
                set->multiply_add(argument == 0 ? in_place.data() : a.data(),
                                  argument == 1 ? in_place.data() : b.data(),
                                  argument == 2 ? in_place.data() : c.data(), in_place.data(), n);
                CHECK_SAME_BITS(in_place.values(), sums);
            }
        }
    }
}

TEST_CASE("clamp lets NaN through, flush_tiny clears below 2^-100, canonical_nan makes one NaN") {
    Random random(13);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::size_t n = 0; n <= kLongest; ++n) {
            const Floats x = random.hard(n);
            Output clamped(n), flushed(x), canonical(x);
            set->clamp(x.data(), -3, 2.5F, clamped.data(), n);
            set->flush_tiny(flushed.data(), n);
            set->canonical_nan(canonical.data(), n);
            const Floats c = clamped.values(), f = flushed.values(), k = canonical.values();
            bool right = true;
            for (std::size_t i = 0; i < n; ++i) {
                right = right && same_bits(c[i], x[i] < -3 ? -3.0F : x[i] > 2.5F ? 2.5F : x[i]);
                right = right && same_bits(f[i], std::abs(x[i]) < 0x1p-100F ? 0.0F : x[i]);
                right = right && bits(k[i]) == (std::isnan(x[i]) ? 0x7fc00000U : bits(x[i]));
            }
            CHECK(right);
            CHECK((clamped.guards_unharmed() && flushed.guards_unharmed() && canonical.guards_unharmed()));
        }
    }
}

TEST_CASE("all_within sees a NaN, an infinity and a large value at any place and nothing behind the end") {
    const float infinity = std::numeric_limits<float>::infinity();
    constexpr float kLimit = 0x1p50F;
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::size_t n = 0; n <= kLongest; ++n) {
            Floats x(n + 1, kLimit);
            for (std::size_t i = 0; i < n; i += 2) { x[i] = -kLimit; }
            x[n] = infinity;
            CHECK(set->all_within(x.data(), n, kLimit));
            for (std::size_t i = 0; i < n; ++i) {
                for (float bad : {infinity, -infinity, std::nanf(""), -std::nanf(""), 0x1.000002p50F, -1e38F}) {
                    const float good = x[i];
                    x[i] = bad;
                    CHECK(!set->all_within(x.data(), n, kLimit));
                    x[i] = good;
                }
            }
        }
    }
}

TEST_CASE("keep_states takes all states or none, and flushes what is tiny") {
    constexpr float kLimit = 0x1p50F;
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::size_t n = 0; n <= kLongest; ++n) {
            const std::size_t m = kLongest - n;
            Floats current(n, 1.0F), next(n, -2.5F), other_current(m, 3.0F), other_next(m, 0x1p-101F);
            for (std::size_t i = 0; i < n; i += 3) { next[i] = -0x1p-101F; }
            const auto count = [](std::size_t size) { return static_cast<std::uint32_t>(size); };
            const kernels::StateSlot states[] = {{current.data(), next.data(), nullptr, count(n), 0},
                                                 {other_current.data(), other_next.data(), nullptr, count(m), 0}};
            const auto spoil = [&](float& value) {
                const float good = value;
                for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity(), -0x1.8p50F}) {
                    value = bad;
                    CHECK(!set->keep_states(states, 2, kLimit));
                }
                value = good;
            };
            for (std::size_t i = 0; i < n; ++i) { spoil(next[i]); }
            for (std::size_t i = 0; i < m; ++i) { spoil(other_next[i]); }
            CHECK(current == Floats(n, 1.0F));
            CHECK(other_current == Floats(m, 3.0F));
            CHECK(set->keep_states(states, 2, kLimit));
            Floats kept(n, -2.5F);
            for (std::size_t i = 0; i < n; i += 3) { kept[i] = 0; }
            CHECK(current == kept);
            CHECK(other_current == Floats(m, 0.0F));
            for (const Floats* each : {&current, &other_current}) {
                CHECK(std::none_of(each->begin(), each->end(), [](float v) { return v == 0 && std::signbit(v); }));
            }
        }
        CHECK(set->keep_states(nullptr, 0, kLimit));
        const Floats waits = {-0.0F, 0x1p-101F, -0x1p-126F, 3.0F, 0x1p50F};
        Floats exact(waits.size());
        const kernels::StateSlot state = {exact.data(), waits.data(), nullptr, static_cast<std::uint32_t>(waits.size()),
                                          1};
        CHECK(set->keep_states(&state, 1, kLimit));
        CHECK(std::memcmp(exact.data(), waits.data(), waits.size() * sizeof(float)) == 0);
    }
}
