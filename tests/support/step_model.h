// SPDX-License-Identifier: MIT
// Recurrent cells as people use them, and models of one step whose states live in the session.
#pragma once

#include "support/recurrent_graph.h"

namespace tidegate::test {

inline std::vector<Function> usual_functions(CellKind cell) {
    const Function sigmoid{UnaryKind::sigmoid, 0, 0}, tanh{UnaryKind::tanh, 0, 0};
    if (cell == CellKind::lstm) { return {sigmoid, tanh, tanh}; }
    if (cell == CellKind::gru) { return {sigmoid, tanh}; }
    return {tanh};
}

/// A forward cell with the usual functions and nothing special.
inline RecurrentCase plain_case(CellKind cell, std::int64_t hidden, std::int64_t inputs) {
    RecurrentCase c;
    c.op.cell = cell;
    c.op.hidden = hidden;
    c.op.functions = usual_functions(cell);
    c.inputs = inputs;
    return c;
}

/// One step of the case: input X, output Y; h (and c) in the session.
inline Graph step_graph(RecurrentCase c, Random& random) {
    c.steps = 1;
    c.y = c.y_h = c.y_c = c.initial_h = c.initial_c = true;
    Graph g = recurrent_graph(c, random);
    for (std::size_t s = 1; s < g.inputs.size(); ++s) {
        g.states.push_back({g.outputs[s].name, g.inputs[s].value, g.outputs[s].value, nullptr});
    }
    g.inputs.resize(1);
    g.outputs.resize(1);
    return g;
}

inline std::vector<std::uint8_t> step_file(const RecurrentCase& c, std::uint32_t seed,
                                           const Quantization& quantization = {}) {
    Random random(seed);
    return file_of(step_graph(c, random), quantization);
}

/// The four cells that people know: RNN, LSTM, GRU as Keras has it and as PyTorch has it.
inline std::vector<RecurrentCase> known_cells(std::int64_t hidden, std::int64_t inputs) {
    std::vector<RecurrentCase> cells = {
        plain_case(CellKind::rnn, hidden, inputs), plain_case(CellKind::lstm, hidden, inputs),
        plain_case(CellKind::gru, hidden, inputs), plain_case(CellKind::gru, hidden, inputs)};
    cells[3].op.linear_before_reset = true;
    return cells;
}

inline std::vector<float> floats(const Tensor& t) { return {t.reals.begin(), t.reals.end()}; }

}  // namespace tidegate::test
