// SPDX-License-Identifier: MIT
// One step of RNN, LSTM and GRU, written from ONNX's Operators.md (RNN-22, LSTM-22, GRU-22). Inside reference/ only.
#pragma once

#include <vector>

#include "graph/op.h"

namespace tidegate::reference {

using Row = std::vector<double>;

struct Extents {
    std::int64_t time, batch, features, hidden, directions, gates;
};

/// The weights of one direction: W [gates * H, I], R [gates * H, H], B [2 * gates * H] = Wb, Rb; P [3 * H] = i, o, f.
struct Weights {
    const double* w;
    const double* r;
    const double* b;  ///< null: zeros
    const double* p;  ///< null: zeros
};

/// The equations of one direction at one row of the batch. x, H' and C' (the last h and c) in, H and C out.
class Cell {
public:
    Cell(const Recurrent& op, const Extents& extents, const Weights& weights, const Function* functions)
        : op_(op), n_(extents), weights_(weights), functions_(functions) {}

    /// h [H], c [H] (lstm only) are replaced by the new ones.
    void step(const double* x, Row& h, Row& c) const;

private:
    void rnn(const double* x, Row& h) const;
    void lstm(const double* x, Row& h, Row& c) const;
    void gru(const double* x, Row& h) const;

    double from_input(std::int64_t gate, std::int64_t unit, const double* x) const;  ///< (W x + Wb)[gate, unit]
    double from_state(std::int64_t gate, std::int64_t unit, const Row& h) const;     ///< (R h + Rb)[gate, unit]
    double peephole(std::int64_t gate, std::int64_t unit) const;
    double activate(int function, double x) const;  ///< f(clip(x))

    const Recurrent& op_;
    const Extents& n_;
    Weights weights_;
    const Function* functions_;
};

}  // namespace tidegate::reference
