// SPDX-License-Identifier: MIT
#include "kernels/panels.h"
#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

TEST_CASE("gemm has for each vector the bits of the scalar gemv, infinities, NaNs and subnormals included") {
    Random random(23);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t rows = 1; rows <= 150; rows += rows < 68 ? 1 : 13) {
            const std::uint32_t cols = rows * 5 % 21, steps = rows * 7 % 20, x_stride = cols + rows % 3;
            CAPTURE(set->name);
            CAPTURE(rows);
            CAPTURE(steps);
            Matrix w = random_matrix(random, 1, rows, cols);
            for (int i = 0; cols > 0 && i < 4; ++i)
                w.at(0, random.word() % rows, random.word() % cols) = random.hard(1)[0];
            const Floats x = rows % 2 == 0 ? random.hard(steps * x_stride) : random.uniforms(steps * x_stride, -1, 1);
            const std::size_t padded = w.padded_rows(), y_stride = padded + rows % 4 * 16;
            Output got(steps * y_stride), want(steps * y_stride);
            set->gemm({w.columns(0, cols), x.data(), w.biases(), got.data(), steps, x_stride, y_stride});
            for (std::uint32_t t = 0; t < steps; ++t) {
                kernels::scalar_kernels.gemv(w.columns(0, cols), x.data() + t * x_stride, w.biases(),
                                             want.data() + t * y_stride, padded);
            }
            CHECK_SAME_BITS(got.values(), want.values());
            CHECK(got.guards_unharmed());
        }
    }
}
