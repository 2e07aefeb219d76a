// SPDX-License-Identifier: MIT
// gru_step against the equations, made of the other kernels (equal bits) and in double.
#include "format/sizes.h"
#include "kernels/panels.h"
#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::size_t kTanh = 1, kSigmoid = 2, kSubtract = 1, kMultiply = 2;
enum Gate : std::uint32_t { update, reset };

struct Problem {
    std::uint32_t units, input_cols;
    bool linear_before_reset;
    Matrix gates, input, state;
    Floats x, h;

    Problem(Random& random, std::uint32_t units_, std::uint32_t input_cols_, bool linear)
        : units(units_),
          input_cols(input_cols_),
          linear_before_reset(linear),
          gates(random_matrix(random, 2, units, input_cols + units)),
          input(random_matrix(random, 1, units, input_cols)),
          state(random_matrix(random, 1, units, units)),
          x(random.uniforms(input_cols, -2, 2)),
          h(random.uniforms(units, -1, 1)) {}
};

Floats fused(const Kernels& set, const Problem& p) {
    Output h_out(p.units);
    const auto scratch_floats = static_cast<std::size_t>(format::gru_scratch_floats(p.units));
    AlignedFloats scratch(scratch_floats + 16);
    for (std::size_t i = 0; i < scratch_floats + 16; ++i) scratch.data()[i] = std::nanf("");
    scratch.data()[scratch_floats] = 77;
    set.gru_step({p.gates.weights(), p.gates.biases(), p.input.weights(), p.input.biases(), p.state.weights(),
                  p.state.biases(), p.units, p.input_cols, p.input_cols + p.units, p.linear_before_reset, p.x.data(),
                  p.h.data(), h_out.data(), scratch.data()});
    CHECK(scratch.data()[scratch_floats] == 77);
    CHECK(h_out.guards_unharmed());
    return h_out.values();
}

Floats by_pieces(const Kernels& set, const Problem& p) {
    const Size n = p.units;
    Floats rows(p.gates.padded_rows());
    set.gemv(p.gates.columns(0, p.input_cols), p.x.data(), p.gates.biases(), rows.data(), rows.size());
    set.gemv(p.gates.columns(p.input_cols, p.units), p.h.data(), rows.data(), rows.data(), rows.size());
    Floats z(n), r(n), g(n), part(n), keep(n);
    for (std::uint32_t u = 0; u < n; ++u) z[u] = rows[p.gates.row(update, u)], r[u] = rows[p.gates.row(reset, u)];
    set.unary[kSigmoid](z.data(), z.data(), n, 0, 0);
    set.unary[kSigmoid](r.data(), r.data(), n, 0, 0);
    set.gemv(p.input.columns(0, p.input_cols), p.x.data(), p.input.biases(), g.data(), n);
    if (p.linear_before_reset) {
        set.gemv(p.state.columns(0, p.units), p.h.data(), p.state.biases(), part.data(), n);
        set.multiply_add(r.data(), part.data(), g.data(), g.data(), n);
    } else {
        set.binary[kMultiply](r.data(), 1, p.h.data(), 1, part.data(), n);
        set.gemv(p.state.columns(0, p.units), part.data(), g.data(), g.data(), n);
    }
    set.unary[kTanh](g.data(), g.data(), n, 0, 0);
    const float one = 1;
    set.binary[kSubtract](&one, 0, z.data(), 1, keep.data(), n);
    set.binary[kMultiply](keep.data(), 1, g.data(), 1, g.data(), n);
    set.multiply_add(z.data(), p.h.data(), g.data(), g.data(), n);
    return g;
}

double row(const Matrix& m, Gate gate, std::uint32_t unit, const Floats& x, const std::vector<double>& h) {
    double sum = 0;
    std::uint32_t column = 0;
    for (float v : x) sum += double{m.at(gate, unit, column++)} * v;
    for (double v : h) sum += double{m.at(gate, unit, column++)} * v;
    return sum + m.bias(gate, unit);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// The ONNX equations in double. `state` has a bias only with linear_before_reset.
std::vector<double> in_double(const Problem& p) {
    const std::vector<double> h(p.h.begin(), p.h.end());
    std::vector<double> r(p.units), reset_h(p.units), next(p.units);
    for (std::uint32_t u = 0; u < p.units; ++u) {
        r[u] = sigmoid(row(p.gates, reset, u, p.x, h));
        reset_h[u] = r[u] * h[u];
    }
    for (std::uint32_t u = 0; u < p.units; ++u) {
        const double z = sigmoid(row(p.gates, update, u, p.x, h));
        const double of_state = p.linear_before_reset ? r[u] * row(p.state, update, u, {}, h)
                                                      : row(p.state, update, u, {}, reset_h) - p.state.bias(0, u);
        const double g = std::tanh(row(p.input, update, u, p.x, {}) + of_state);
        next[u] = (1 - z) * g + z * h[u];
    }
    return next;
}

}  // namespace

TEST_CASE("gru_step has the bits of the other kernels in a row, and those of the scalar kernel") {
    Random random(40);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units = 1; units <= 67; ++units) {
            for (bool linear : {false, true}) {
                const Problem p(random, units, 1 + units * 3 % 20, linear);
                CAPTURE(set->name);
                CAPTURE(units);
                CAPTURE(linear);
                const Floats got = fused(*set, p);
                CHECK_SAME_BITS(got, by_pieces(*set, p));
                CHECK_SAME_BITS(got, fused(kernels::scalar_kernels, p));
            }
        }
    }
}

TEST_CASE("gru_step computes the equations") {
    Random random(41);
    for (std::uint32_t units = 1; units <= 67; ++units) {
        for (bool linear : {false, true}) {
            const Problem p(random, units, 1 + units % 20, linear);
            const Floats got = fused(*sets_here().front(), p);
            const std::vector<double> want = in_double(p);
            double worst = 0;
            for (std::uint32_t u = 0; u < units; ++u) worst = std::max(worst, std::abs(got[u] - want[u]));
            CHECK(worst < 4e-6);
        }
    }
}

TEST_CASE("gru_step of an infinite or NaN input is the same on every instruction set") {
    Random random(42);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units : {1U, 5U, 16U, 20U, 31U, 33U}) {
            for (bool linear : {false, true}) {
                Problem p(random, units, 4, linear);
                p.x = random.hard(4);
                CHECK_SAME_BITS(fused(*set, p), fused(kernels::scalar_kernels, p));
            }
        }
    }
}
