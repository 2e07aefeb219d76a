// SPDX-License-Identifier: MIT
// Reductions of rows and of columns: one order for both, on every instruction set.
#include "kernels/guarded.h"
#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

float join(std::size_t kind, float a, float b) {
    switch (kind) {
        case 0:
            return a + b;
        case 1:
            return a * b;
        case 2:
            return std::isnan(a) || b > a ? a : b;
        default:
            return std::isnan(a) || b < a ? a : b;
    }
}

/// The order of model.fbs, in plain words, of one column.
float reduced(std::size_t kind, const Floats& x, std::size_t n, std::size_t inner, std::size_t column) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const float neutral = kind == 0 ? 0 : kind == 1 ? 1 : kind == 2 ? kInfinity : -kInfinity;
    float parts[16];
    for (float& part : parts) part = neutral;
    for (std::size_t i = 0; i < n; ++i) parts[i % 16] = join(kind, parts[i % 16], x[i * inner + column]);
    for (std::size_t half : {8, 4, 2, 1}) {
        for (std::size_t i = 0; i < half; ++i) parts[i] = join(kind, parts[i], parts[i + half]);
    }
    return parts[0];
}

}  // namespace

TEST_CASE("every instruction set reduces rows and columns in the order that the format states") {
    Random random(70);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (const std::size_t n : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 67}) {
            for (const std::size_t inner : {1, 2, 5, 8, 15, 16, 17, 33}) {
                const Floats x = random.uniforms(n * inner, -2, 2);
                for (std::size_t kind = 0; kind < 4; ++kind) {
                    CAPTURE(set->name);
                    CAPTURE(n);
                    CAPTURE(inner);
                    CAPTURE(kind);
                    Floats want(inner);
                    for (std::size_t i = 0; i < inner; ++i) want[i] = reduced(kind, x, n, inner, i);
                    Output y(inner);
                    set->reduce[kind](x.data(), y.data(), n, inner);
                    CHECK_SAME_BITS(y.values(), want);
                    CHECK(y.guards_unharmed());
                }
            }
        }
    }
}

TEST_CASE("every instruction set reduces infinities, zeros, subnormals and NaN like the scalar kernel") {
    Random random(71);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::size_t n = 1; n <= 40; ++n) {
            for (const std::size_t inner : {1, 3, 19}) {
                const Floats x = random.hard(n * inner);
                for (std::size_t kind = 0; kind < 4; ++kind) {
                    CAPTURE(set->name);
                    CAPTURE(n);
                    CAPTURE(kind);
                    Output want(inner), got(inner);
                    kernels::scalar_kernels.reduce[kind](x.data(), want.data(), n, inner);
                    set->reduce[kind](x.data(), got.data(), n, inner);
                    CHECK_SAME_BITS(got.values(), want.values());
                }
            }
        }
    }
}
