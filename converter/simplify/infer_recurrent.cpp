// SPDX-License-Identifier: MIT
// The shapes of RNN, LSTM and GRU: X [S,B,I]; W [D,g*H,I]; R [D,g*H,H]; B [D,2*g*H]; P [D,3H]; states [D,B,H];
// Y [S,D,B,H]; and what layout and absorbed wrappers change of it.
#include <algorithm>

#include "graph/text.h"
#include "reference/shapes.h"
#include "simplify/infer_node.h"
#include "simplify/recurrent.h"

namespace tidegate {
namespace {

std::int64_t gates_of(CellKind cell) {
    switch (cell) {
        case CellKind::lstm:
            return 4;
        case CellKind::gru:
            return 3;
        case CellKind::rnn:
            break;
    }
    return 1;
}

void expect(const InferNode& node, std::size_t input, const char* name, const Extents& wanted) {
    if (node.has(input) && !(node.dims(input) == wanted)) {
        const Extents& found = node.dims(input);
        Extents differing;
        for (std::size_t i = 0; i < std::min(found.size(), wanted.size()); ++i) {
            if (!(found[i] == wanted[i])) { differing.insert(differing.end(), {found[i], wanted[i]}); }
        }
        throw ShapeFault(std::string(name) + " has shape " + to_text(node.dims(input)) +
                         ", but X, R and the attributes ask for " + to_text(wanted) +
                         (symbols_in(differing).empty() ? "" : "; " + how_to_bind(differing)));
    }
}

void expect_rank(const InferNode& node, std::size_t input, const char* name) {
    if (node.dims(input).size() != 3) {
        throw ShapeFault(std::string(name) + " has shape " + to_text(node.dims(input)) + ", but must have 3 axes");
    }
}

void check_types(const InferNode& node) {
    for (std::size_t i = 0; i < node.inputs(); ++i) {
        if (node.has(i)) { node.need(i, {i == kLengths ? ElementType::i32 : ElementType::f32}); }
    }
}

/// A number must fit the largest sequence (a smaller one is refused when it is set); an expression every one.
void check_lengths(const InferNode& node, const Extent& steps) {
    for (const Extent& length : node.elements(kLengths).value_or(Extents())) {
        const bool fits = length.is_constant() ? length.constant() >= 0 && length.constant() <= steps.planned()
                                               : always_at_most(0, length) && always_at_most(length, steps);
        if (fits) { continue; }
        throw ShapeFault("sequence_lens holds " + to_text(length) + ", which is outside 0.." + to_text(steps) +
                         " (the time steps of X)" + (length.is_constant() ? "" : "; " + how_to_bind({length})));
    }
}

}  // namespace

std::vector<Inferred> infer_recurrent(const InferNode& node, Recurrent& op) {
    check_types(node);
    expect_rank(node, kX, "X");
    expect_rank(node, kW, "W");
    expect_rank(node, kR, "R");
    const Extents& x = node.dims(kX);
    const Extent& S = x[op.x_batch_first ? 1 : 0];
    const Extent& B = x[op.x_batch_first ? 0 : 1];
    const std::int64_t D = op.directions();
    if (!node.dims(kR).are_constant()) { throw ShapeFault("R depends on symbols; " + how_to_bind(node.dims(kR))); }
    const std::int64_t H = node.dims(kR)[2].constant();
    if (op.hidden == 0) { op.hidden = H; }
    if (op.hidden != H) {
        throw ShapeFault("hidden_size is " + std::to_string(op.hidden) + ", but R has shape " + to_text(node.dims(kR)));
    }
    if (element_count(x) == 0 || H == 0) { throw ShapeFault("X or R has no elements"); }

    const std::int64_t rows = gates_of(op.cell) * H;
    const Extents state = op.state_batch_first ? Extents{B, D, H} : Extents{D, B, H};
    expect(node, kR, "R", {D, rows, H});
    expect(node, kW, "W", {D, rows, x[2]});
    expect(node, kB, "B", {D, 2 * rows});
    expect(node, kLengths, "sequence_lens", {B});
    expect(node, kInitialH, "initial_h", state);
    expect(node, kInitialC, "initial_c", state);
    expect(node, kPeepholes, "P", {D, 3 * H});
    check_lengths(node, S);

    Extents y;
    switch (op.y_order) {
        case YOrder::time_direction_batch:
            y = {S, D, B, H};
            break;
        case YOrder::time_batch_direction:
            y = {S, B, D, H};
            break;
        case YOrder::batch_time_direction:
            y = {B, S, D, H};
            break;
    }
    return {{ElementType::f32, y}, {ElementType::f32, state}, {ElementType::f32, state}};
}

}  // namespace tidegate
