// SPDX-License-Identifier: MIT
// int8 products against integers and the equation of Product: which integers x becomes, and what is made of their sums.
#include "kernels/panels.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// A vector as Product says it: integers and what one of them stands for.
struct Quantized {
    std::vector<int> integers;
    float scale;
};

/// x that is finite. scale 0: the vector's own.
Quantized quantized(const Floats& x, float scale) {
    float inverse = 1 / scale;
    if (scale == 0) {
        float largest = 0;
        for (float v : x) largest = std::max(largest, std::abs(v));
        if (largest < 0x1p-100F) return {std::vector<int>(x.size(), 0), 0};
        scale = largest / 127;
        inverse = 127 / largest;
    }
    Quantized q{{}, scale};
    for (float v : x) q.integers.push_back(static_cast<int>(std::clamp(std::nearbyint(v * inverse), -127.0F, 127.0F)));
    return q;
}

/// fma(float(sum of integers), x's scale * row's scale, start), the sum by 64-bit integers.
float equation(const Panels& w, std::size_t row, std::size_t part, const Quantized& x, float start) {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < x.integers.size(); ++k) {
        sum += std::int64_t{w.integer(row, part, static_cast<std::uint32_t>(k))} * x.integers[k];
    }
    const float row_scale = w.rows(row / format::kPanelRows, part).scale[row % format::kPanelRows];
    return std::fma(static_cast<float>(sum), x.scale * row_scale, start);
}

/// Row k picks element k: its integer times the vector's scale is the product.
Matrix identity(std::uint32_t n) {
    Matrix m(1, n, n);
    for (std::uint32_t k = 0; k < n; ++k) m.at(0, k, k) = 127;
    return m;
}

/// What every set makes of x, by the identity. `unit`: the scale of x, a power of two. Sums of 127 * 127 are exact.
std::vector<int> integers(const Kernels& set, const Floats& x, float scale, float unit) {
    const auto n = static_cast<std::uint32_t>(x.size());
    const Panels w(identity(n), Form::i8);
    const Floats start(n, 0.0F);
    Floats y(n);
    multiply(set, Form::i8, w.columns(0, scale), x.data(), start.data(), y.data(), n);
    std::vector<int> q(n);
    for (std::uint32_t k = 0; k < n; ++k) {
        q[k] = static_cast<int>(y[k] / (127 * unit));
        CHECK(y[k] == static_cast<float>(127 * q[k]) * unit);
    }
    return q;
}

}  // namespace

TEST_CASE("int8: x is rounded to the nearest integer, ties to even, and no integer is beyond 127") {
    // One unit is 1/8.
    const Floats x = {0,       0.0625F,  -0.0625F, 0.1875F, -0.1875F, 0.3125F,   0.0624F,
                      0.0626F, -0.0626F, 15.75F,   -15.75F, 15.8125F, -15.8125F, 15.8F,
                      15.9F,   -16,      100,      3.4e38F, -3.4e38F, 1e-40F,    -0.0F};
    const std::vector<int> fixed = {0,   0,    0,   2,   -2,   2,   0,   1,    -1, 126, -126,
                                    126, -126, 126, 127, -127, 127, 127, -127, 0,  0};
    for (const Kernels* set : int8_sets_here()) {
        CAPTURE(set->name);
        CHECK(integers(*set, x, 0.125F, 0.125F) == fixed);
        // The largest one, 127/8, makes 1/8 the unit.
        const Floats within = {0.0625F, -0.1875F, 0.3125F, 15.875F, -15.8125F, 15.8125F, -0.4F};
        CHECK(integers(*set, within, 0, 0.125F) == std::vector<int>{0, -2, 2, 127, -126, 126, -3});
        const Floats negative = {-15.875F, 0.0626F, 1};
        CHECK(integers(*set, negative, 0, 0.125F) == std::vector<int>{-127, 1, 8});
    }
}

TEST_CASE("int8: the largest magnitude of a vector is found at every place, and its unit at every size") {
    for (const Kernels* set : int8_sets_here()) {
        CAPTURE(set->name);
        for (std::uint32_t n = 1; n <= 67; ++n) {
            Floats x(n, 0.5F);
            x[n * 5 % 7 % n] = n % 2 == 0 ? 127.0F : -127.0F;
            std::vector<int> want;
            for (float v : x) want.push_back(v == 0.5F ? 0 : static_cast<int>(v));
            CHECK(integers(*set, x, 0, 1) == want);
            x[n - 1] = 254;
            want.assign(n, 0);
            for (std::uint32_t k = 0; k < n; ++k) want[k] = static_cast<int>(std::nearbyint(x[k] / 2));
            CHECK(integers(*set, x, 0, 2) == want);
        }
    }
}

TEST_CASE("int8: a vector with nothing above 2^-100 is zeros, so that y is start") {
    Random random(60);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        CAPTURE(set->name);
        for (std::uint32_t rows : {1U, 16U, 37U, 130U}) {
            const Panels w(random_matrix(random, 1, rows, 9), Form::i8);
            const Floats start = random.uniforms(rows, -1, 1);
            const float below = from_bits(bits(0x1p-100F) - 1);
            for (float largest : {0.0F, -0.0F, 1e-45F, 1e-38F, below, -below}) {
                Floats x(9, largest / 2), y(rows);
                x[rows % 9] = largest;
                multiply(*set, Form::i8, w.columns(0), x.data(), start.data(), y.data(), rows);
                CHECK_SAME_BITS(y, start);
            }
            // From there on it is a vector like others, up to the largest float.
            for (float largest : {0x1p-100F, -0x1p-99F, 1e-20F, 1e30F, 3.4028235e38F}) {
                Floats x(9, largest / 3), y(rows), want(rows), zeros(rows, 0.0F);
                x[rows % 9] = largest;
                multiply(*set, Form::i8, w.columns(0), x.data(), zeros.data(), y.data(), rows);
                for (std::uint32_t r = 0; r < rows; ++r) want[r] = equation(w, r, 0, quantized(x, 0), 0);
                CHECK_SAME_BITS(y, want);
            }
        }
    }
}

TEST_CASE("int8: a NaN or an infinity anywhere in x makes every row NaN, of this series and no other") {
    Random random(61);
    for (const Kernels* set : int8_sets_here()) {
        CAPTURE(set->name);
        for (std::uint32_t cols = 1; cols <= 37; ++cols) {
            for (float scale : {0.0F, 0.01F}) {
                const std::uint32_t rows = 1 + cols * 5 % 50, series = 1 + cols % kernels::kMostSeries;
                const std::size_t harmed = cols % series;
                const Panels w(random_matrix(random, 1, rows, cols), Form::i8);
                std::vector<Floats> x;
                for (std::uint32_t s = 0; s < series; ++s) x.push_back(random.uniforms(cols, -1, 1));
                const float values[] = {kInfinity, -kInfinity, from_bits(0x7fc00000U), from_bits(0xffffff80U),
                                        from_bits(0x7f800001U)};
                x[harmed][random.word() % cols] = values[random.word() % 5];
                const Floats start = random.uniforms(rows, -1, 1);
                const Inputs inputs(x, 0);
                Outputs y(series, rows, 0);
                multiply(*set, Form::i8, w.columns(0, scale), inputs.vectors(), {start.data(), 0}, y.results(), rows,
                         series);
                for (std::uint32_t s = 0; s < series; ++s) {
                    Floats want(rows, from_bits(0x7fc00000U));
                    for (std::uint32_t r = 0; s != harmed && r < rows; ++r) {
                        want[r] = equation(w, r, 0, quantized(x[s], scale), start[r]);
                    }
                    CHECK_SAME_BITS(y.values(s), want);
                }
            }
        }
    }
}

TEST_CASE("int8: y is one fma of the exact sum, for all numbers of rows and columns, by scales of its own or fixed") {
    Random random(62);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        CAPTURE(set->name);
        for (std::uint32_t rows = 1; rows <= 67; ++rows) {
            for (std::uint32_t cols : {1 + rows % 4, 5 + rows * 7 % 61, 130 + rows}) {
                CAPTURE(rows);
                CAPTURE(cols);
                const Panels w(random_matrix(random, 1, rows, cols), Form::i8);
                const Floats x = random.uniforms(cols, -1, 1), start = random.uniforms(rows, -1, 1);
                for (float scale : {0.0F, 1 / 127.0F, 0.003F}) {
                    Output y(rows);
                    Floats want(rows);
                    multiply(*set, Form::i8, w.columns(0, scale), x.data(), start.data(), y.data(), rows);
                    for (std::uint32_t r = 0; r < rows; ++r) want[r] = equation(w, r, 0, quantized(x, scale), start[r]);
                    CHECK_SAME_BITS(y.values(), want);
                    CHECK(y.guards_unharmed());
                }
            }
        }
    }
}

TEST_CASE("int8: W's columns and R's have scales and corrections of their own") {
    Random random(63);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        CAPTURE(set->name);
        for (std::uint32_t units = 1; units <= 40; ++units) {
            const std::uint32_t x_cols = 1 + units % 9;
            Matrix m = random_matrix(random, 4, units, x_cols, units);
            for (std::uint32_t u = 0; u < units; ++u) m.at(u % 4, u, 0) = 20;  // W's scale is far from R's
            const Panels w(m, Form::i8);
            const Floats h = random.uniforms(units, -1, 1);
            Floats y(m.padded_rows()), want(m.padded_rows());
            multiply(*set, Form::i8, w.columns(1, 1 / 127.0F), h.data(), m.biases(), y.data(), y.size());
            for (std::size_t r = 0; r < want.size(); ++r) {
                want[r] = equation(w, r, 1, quantized(h, 1 / 127.0F), m.biases()[r]);
            }
            CHECK_SAME_BITS(y, want);
        }
    }
}

TEST_CASE("int8: sums of the largest weights and integers neither saturate nor overflow") {
    for (const Kernels* set : int8_sets_here()) {
        CAPTURE(set->name);
        for (std::uint32_t cols : {1000U, 4097U, 66311U, 132104U}) {  // 128 * 127 * 132104 < 2^31
            for (int signs = 0; signs < 4; ++signs) {
                const std::uint32_t rows = cols > 5000 ? 2 : 37;
                Matrix m(1, rows, cols);
                Floats x(cols);
                for (std::uint32_t k = 0; k < cols; ++k) {
                    x[k] = (signs & 1) != 0 ? -1.0F : 1.0F;
                    if (signs == 3 && k % 3 == 0) x[k] = 1;
                    for (std::uint32_t r = 0; r < rows; ++r)
                        m.at(0, r, k) = (signs & 2) != 0 && r % 2 == 0 ? -127 : 127;
                }
                const Panels w(m, Form::i8);
                const Floats start(rows, 0.25F);
                Floats y(rows), want(rows);
                for (float scale : {0.0F, 1 / 127.0F}) {
                    multiply(*set, Form::i8, w.columns(0, scale), x.data(), start.data(), y.data(), rows);
                    for (std::uint32_t r = 0; r < rows; ++r) want[r] = equation(w, r, 0, quantized(x, scale), start[r]);
                    CHECK_SAME_BITS(y, want);
                }
            }
        }
    }
}

TEST_CASE("int8: the scale of a series is its own: batch mates change no bit") {
    Random random(64);
    for (const Kernels* set : int8_sets_here()) {
        CAPTURE(set->name);
        for (std::uint32_t series = 1; series <= kernels::kMostSeries; ++series) {
            const std::uint32_t rows = 16 + 5 * series, cols = 7 * series + 1;
            const Panels w(random_matrix(random, 1, rows, cols), Form::i8);
            std::vector<Floats> x;
            for (std::uint32_t s = 0; s < series; ++s) {
                const float size = std::ldexp(1.0F, static_cast<int>(random.word() % 60) - 30);
                x.push_back(random.uniforms(cols, -size, size));
            }
            const Floats start = random.uniforms(rows, -1, 1);
            for (float scale : {0.0F, 0.05F}) {
                const Inputs inputs(x, series % 3);
                Outputs y(series, rows, series % 2);
                multiply(*set, Form::i8, w.columns(0, scale), inputs.vectors(), {start.data(), 0}, y.results(), rows,
                         series);
                for (std::uint32_t s = 0; s < series; ++s) {
                    Floats want(rows);
                    for (std::uint32_t r = 0; r < rows; ++r) {
                        want[r] = equation(w, r, 0, quantized(x[s], scale), start[r]);
                    }
                    CHECK_SAME_BITS(y.values(s), want);
                }
                CHECK(y.guards_unharmed());
            }
        }
    }
}

TEST_CASE("int8: without columns y is start, for any number of series") {
    Random random(65);
    for (const Kernels* set : int8_sets_here()) {
        CAPTURE(set->name);
        for (std::uint32_t series = 1; series <= kernels::kMostSeries; ++series) {
            const std::uint32_t rows = 16 + 9 * series;
            const Panels w(Matrix(1, rows, 0), Form::i8);
            const Floats start = random.uniforms(rows, -1, 1);
            const Inputs inputs(std::vector<Floats>(series), 0);
            Outputs y(series, rows, 3);
            multiply(*set, Form::i8, w.columns(0), inputs.vectors(), {start.data(), 0}, y.results(), rows, series);
            for (std::uint32_t s = 0; s < series; ++s) CHECK_SAME_BITS(y.values(s), start);
            CHECK(y.guards_unharmed());
        }
    }
}
