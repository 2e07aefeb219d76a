// SPDX-License-Identifier: MIT
#include "reference/cell.h"

#include "reference/ops.h"

namespace tidegate::reference {

void Cell::step(const double* x, Row& h, Row& c) const {
    switch (op_.cell) {
        case CellKind::rnn:
            return rnn(x, h);
        case CellKind::lstm:
            return lstm(x, h, c);
        case CellKind::gru:
            return gru(x, h);
    }
}

double Cell::from_input(std::int64_t gate, std::int64_t unit, const double* x) const {
    const std::int64_t row = gate * n_.hidden + unit;
    double sum = weights_.b != nullptr ? weights_.b[row] : 0;
    for (std::int64_t i = 0; i < n_.features; ++i) { sum += weights_.w[row * n_.features + i] * x[i]; }
    return sum;
}

double Cell::from_state(std::int64_t gate, std::int64_t unit, const Row& h) const {
    const std::int64_t row = gate * n_.hidden + unit;
    double sum = weights_.b != nullptr ? weights_.b[n_.gates * n_.hidden + row] : 0;
    for (std::int64_t i = 0; i < n_.hidden; ++i) {
        sum += weights_.r[row * n_.hidden + i] * h[static_cast<std::size_t>(i)];
    }
    return sum;
}

double Cell::peephole(std::int64_t gate, std::int64_t unit) const {
    return weights_.p != nullptr ? weights_.p[gate * n_.hidden + unit] : 0;
}

double Cell::activate(int function, double x) const {
    if (op_.clip > 0) { x = x < -op_.clip ? -op_.clip : x > op_.clip ? op_.clip : x; }
    return apply(functions_[function], x);
}

/// H = f(W x + Wb + R H' + Rb)
void Cell::rnn(const double* x, Row& h) const {
    const Row h_old = h;
    for (std::int64_t u = 0; u < n_.hidden; ++u) {
        h[static_cast<std::size_t>(u)] = activate(0, from_input(0, u, x) + from_state(0, u, h_old));
    }
}

/// i = f(Wi x + Ri H' + Pi . C' + Wbi + Rbi)
/// f = f(Wf x + Rf H' + Pf . C' + Wbf + Rbf), or 1 - i with input_forget
/// c = g(Wc x + Rc H' + Wbc + Rbc)
/// C = f . C' + i . c
/// o = f(Wo x + Ro H' + Po . C + Wbo + Rbo)
/// H = o . h(C)
void Cell::lstm(const double* x, Row& h, Row& c) const {
    enum { kInput, kOutput, kForget, kCell };  // ONNX's order; P has the first three
    enum { kF, kG, kH };
    const Row h_old = h;
    for (std::int64_t u = 0; u < n_.hidden; ++u) {
        double& cell = c[static_cast<std::size_t>(u)];
        const auto gate = [&](std::int64_t g) { return from_input(g, u, x) + from_state(g, u, h_old); };
        const double input = activate(kF, gate(kInput) + peephole(kInput, u) * cell);
        const double forget = op_.input_forget ? 1 - input : activate(kF, gate(kForget) + peephole(kForget, u) * cell);
        const double candidate = activate(kG, gate(kCell));
        cell = forget * cell + input * candidate;
        const double output = activate(kF, gate(kOutput) + peephole(kOutput, u) * cell);
        h[static_cast<std::size_t>(u)] = output * activate(kH, cell);
    }
}

/// z = f(Wz x + Rz H' + Wbz + Rbz),  r = f(Wr x + Rr H' + Wbr + Rbr)
/// h = g(Wh x + Wbh + Rh (r . H') + Rbh), or with linear_before_reset: g(Wh x + Wbh + r . (Rh H' + Rbh))
/// H = (1 - z) . h + z . H'
void Cell::gru(const double* x, Row& h) const {
    enum { kUpdate, kReset, kCandidate };  // ONNX's order
    enum { kF, kG };
    const Row h_old = h;
    Row reset(h.size());
    Row reset_h(h.size());  // r . H'
    for (std::int64_t u = 0; u < n_.hidden; ++u) {
        const auto i = static_cast<std::size_t>(u);
        reset[i] = activate(kF, from_input(kReset, u, x) + from_state(kReset, u, h_old));
        reset_h[i] = reset[i] * h_old[i];
    }
    for (std::int64_t u = 0; u < n_.hidden; ++u) {
        const auto i = static_cast<std::size_t>(u);
        const double update = activate(kF, from_input(kUpdate, u, x) + from_state(kUpdate, u, h_old));
        const double state =
            op_.linear_before_reset ? reset[i] * from_state(kCandidate, u, h_old) : from_state(kCandidate, u, reset_h);
        const double candidate = activate(kG, from_input(kCandidate, u, x) + state);
        h[i] = (1 - update) * candidate + update * h_old[i];
    }
}

}  // namespace tidegate::reference
