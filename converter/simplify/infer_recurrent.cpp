// SPDX-License-Identifier: MIT
// The shapes of RNN, LSTM and GRU: X [S,B,I]; W [D,g*H,I]; R [D,g*H,H]; B [D,2*g*H]; P [D,3H]; states [D,B,H];
// Y [S,D,B,H]; and what layout and absorbed wrappers change of it.
#include "graph/text.h"
#include "reference/shapes.h"
#include "simplify/infer_node.h"

namespace tidegate {
namespace {

enum Input { kX, kW, kR, kB, kLengths, kInitialH, kInitialC, kP };

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

void expect(const InferNode& node, std::size_t input, const char* name, const Dims& wanted) {
    if (node.has(input) && node.dims(input) != wanted) {
        throw ShapeFault(std::string(name) + " has shape " + to_text(node.dims(input)) +
                         ", but X, R and the attributes ask for " + to_text(wanted));
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

void check_lengths(const InferNode& node, std::int64_t steps) {
    const Tensor* lengths = node.constant(kLengths);
    if (lengths == nullptr) { return; }
    for (const std::int64_t length : lengths->integers) {
        if (length < 0 || length > steps) {
            throw ShapeFault("sequence_lens holds " + std::to_string(length) + ", which is outside 0.." +
                             std::to_string(steps) + " (the time steps of X)");
        }
    }
}

}  // namespace

std::vector<Inferred> infer_recurrent(const InferNode& node, Recurrent& op) {
    check_types(node);
    expect_rank(node, kX, "X");
    expect_rank(node, kW, "W");
    expect_rank(node, kR, "R");
    const Dims& x = node.dims(kX);
    const std::int64_t S = x[op.x_batch_first ? 1 : 0];
    const std::int64_t B = x[op.x_batch_first ? 0 : 1];
    const std::int64_t D = op.directions();
    const std::int64_t H = node.dims(kR)[2];
    if (op.hidden == 0) { op.hidden = H; }
    if (op.hidden != H) {
        throw ShapeFault("hidden_size is " + std::to_string(op.hidden) + ", but R has shape " + to_text(node.dims(kR)));
    }
    if (element_count(x) == 0 || H == 0) { throw ShapeFault("X or R has no elements"); }

    const std::int64_t rows = gates_of(op.cell) * H;
    const Dims state = op.state_batch_first ? Dims{B, D, H} : Dims{D, B, H};
    expect(node, kR, "R", {D, rows, H});
    expect(node, kW, "W", {D, rows, x[2]});
    expect(node, kB, "B", {D, 2 * rows});
    expect(node, kLengths, "sequence_lens", {B});
    expect(node, kInitialH, "initial_h", state);
    expect(node, kInitialC, "initial_c", state);
    expect(node, kP, "P", {D, 3 * H});
    check_lengths(node, S);

    Dims y;
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
