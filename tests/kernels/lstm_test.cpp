// SPDX-License-Identifier: MIT
// lstm_step against the equations, made of the other kernels (equal bits) and in double.
#include "kernels/panels.h"
#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::size_t kTanh = 1, kSigmoid = 2;
enum Gate : std::uint32_t { input, forget, cell, output };

struct State {
    Floats h, c;
};

struct Problem {
    std::uint32_t units, input_cols;
    Matrix w;
    Floats x;
    State state;

    Problem(Random& random, std::uint32_t units_, std::uint32_t input_cols_)
        : units(units_),
          input_cols(input_cols_),
          w(random_matrix(random, 4, units, input_cols + units)),
          x(random.uniforms(input_cols, -2, 2)),
          state{random.uniforms(units, -1, 1), random.uniforms(units, -2, 2)} {}
};

State fused(const Kernels& set, const Problem& p, bool c_in_place) {
    Output h(p.units), c(p.state.c);
    const Floats old_c = p.state.c;
    set.lstm_step({p.w.weights(), p.w.biases(), p.units, p.input_cols, p.input_cols + p.units, p.x.data(),
                   p.state.h.data(), c_in_place ? c.data() : old_c.data(), h.data(), c.data()});
    CHECK(h.guards_unharmed());
    CHECK(c.guards_unharmed());
    return {h.values(), c.values()};
}

/// i, f, g, o before their functions, from two gemv calls over the columns of W and R.
std::vector<Floats> gate_sums(const Kernels& set, const Problem& p) {
    Floats rows(p.w.padded_rows());
    set.gemv(p.w.columns(0, p.input_cols), p.x.data(), p.w.biases(), rows.data(), rows.size());
    set.gemv(p.w.columns(p.input_cols, p.units), p.state.h.data(), rows.data(), rows.data(), rows.size());
    std::vector<Floats> gates(4, Floats(p.units));
    for (std::uint32_t gate = 0; gate < 4; ++gate) {
        for (std::uint32_t u = 0; u < p.units; ++u) gates[gate][u] = rows[p.w.row(gate, u)];
    }
    return gates;
}

State by_pieces(const Kernels& set, const Problem& p) {
    std::vector<Floats> g = gate_sums(set, p);
    const Size n = p.units;
    for (Gate gate : {input, forget, output}) set.unary[kSigmoid](g[gate].data(), g[gate].data(), n, 0, 0);
    set.unary[kTanh](g[cell].data(), g[cell].data(), n, 0, 0);
    State next{Floats(n), Floats(n)};
    set.binary[2](g[input].data(), 1, g[cell].data(), 1, g[cell].data(), n);  // i * g
    set.multiply_add(g[forget].data(), p.state.c.data(), g[cell].data(), next.c.data(), n);
    set.unary[kTanh](next.c.data(), next.h.data(), n, 0, 0);
    set.binary[2](g[output].data(), 1, next.h.data(), 1, next.h.data(), n);
    return next;
}

double row(const Problem& p, Gate gate, std::uint32_t unit) {
    const Matrix& w = p.w;
    double sum = w.bias(gate, unit);
    for (std::uint32_t k = 0; k < p.input_cols; ++k) sum += double{w.at(gate, unit, k)} * p.x[k];
    for (std::uint32_t k = 0; k < p.units; ++k) sum += double{w.at(gate, unit, p.input_cols + k)} * p.state.h[k];
    return sum;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST_CASE("lstm_step has the bits of gemv, sigmoid, tanh and multiply_add in a row, and those of the scalar kernel") {
    Random random(30);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units = 1; units <= 67; ++units) {
            const Problem p(random, units, 1 + units * 3 % 20);
            CAPTURE(set->name);
            CAPTURE(units);
            const State want = by_pieces(*set, p);
            const State scalar = fused(kernels::scalar_kernels, p, false);
            for (bool in_place : {false, true}) {
                const State got = fused(*set, p, in_place);
                CHECK_SAME_BITS(got.h, want.h);
                CHECK_SAME_BITS(got.c, want.c);
                CHECK_SAME_BITS(got.h, scalar.h);
                CHECK_SAME_BITS(got.c, scalar.c);
            }
        }
    }
}

TEST_CASE("lstm_step computes the equations") {
    Random random(31);
    for (std::uint32_t units = 1; units <= 67; ++units) {
        const Problem p(random, units, 1 + units % 20);
        const State got = fused(*sets_here().front(), p, false);
        double worst = 0;
        for (std::uint32_t u = 0; u < units; ++u) {
            const double i = sigmoid(row(p, input, u)), f = sigmoid(row(p, forget, u));
            const double g = std::tanh(row(p, cell, u)), o = sigmoid(row(p, output, u));
            const double c = f * p.state.c[u] + i * g;
            worst = std::max({worst, std::abs(got.c[u] - c), std::abs(got.h[u] - o * std::tanh(c))});
        }
        CHECK(worst < 4e-6);  // 87 terms up to 1.4: sums near 10, each of 87 roundings half of 2^-20 at most
    }
}

TEST_CASE("lstm_step of an infinite or NaN input is the same on every instruction set") {
    Random random(32);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units : {1U, 5U, 16U, 20U, 31U, 33U}) {
            Problem p(random, units, 4);
            p.x = random.hard(4);
            p.state.c = random.hard(units);
            const State want = fused(kernels::scalar_kernels, p, false), got = fused(*set, p, true);
            CHECK_SAME_BITS(got.h, want.h);
            CHECK_SAME_BITS(got.c, want.c);
        }
    }
}
