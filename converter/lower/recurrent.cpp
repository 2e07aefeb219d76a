// SPDX-License-Identifier: MIT
// RNN, LSTM, GRU. Here and nowhere else ONNX's gate order (LSTM i,o,f,c; GRU z,r,h) becomes ours.
#include <algorithm>
#include <cmath>

#include "graph/text.h"
#include "lower/nodes.h"
#include "lower/weights.h"

namespace tidegate {
namespace {

struct Sizes {
    Extent steps = 0, batch = 0;
    std::int64_t inputs = 0, hidden = 0, directions = 0, gates = 0;
};

/// Our gates by ONNX's index. GRU's candidate (2) is a matrix of its own.
std::vector<std::int64_t> gate_order(CellKind cell) {
    switch (cell) {
        case CellKind::lstm:
            return {0, 2, 3, 1};  // input, forget, cell, output of i, o, f, c
        case CellKind::gru:
            return {0, 1};  // update, reset of z, r, h
        case CellKind::rnn:
            break;
    }
    return {0};
}

std::int64_t onnx_gates(CellKind cell) { return cell == CellKind::lstm ? 4 : cell == CellKind::gru ? 3 : 1; }

enum Input { kX, kW, kR, kB, kLengths, kInitialH, kInitialC, kP };

class Lowering {
public:
    Lowering(Builder& builder, const Node& node, const Recurrent& op) : builder_(builder), node_(node), op_(op) {}

    void run();

private:
    ValueId input(std::size_t i) const { return node_.input(i); }
    ValueId output(std::size_t i) const { return node_.output(i); }
    const Tensor* weights(std::size_t i, const char* what) const;
    void expect(ValueId id, const char* what, const Extents& expected) const;
    void read_sizes();
    void check_shapes() const;
    TensorId lengths() const;
    bool y_is_y_h() const;
    ProgramDirection direction(std::int64_t d) const;
    ProgramMatrix gates(std::int64_t d) const;
    ProgramMatrix candidate(std::int64_t d, bool of_input) const;
    double bias(std::int64_t d, std::int64_t part, std::int64_t gate, std::int64_t unit) const;

    Builder& builder_;
    const Node& node_;
    const Recurrent& op_;
    Sizes n_;
    const Tensor* W_ = nullptr;
    const Tensor* R_ = nullptr;
    const Tensor* B_ = nullptr;
    const Tensor* P_ = nullptr;
};

const Tensor* Lowering::weights(std::size_t i, const char* what) const {
    const ValueId id = input(i);
    if (id == kNone) { return nullptr; }
    const Tensor* tensor = builder_.graph().constant(id);
    if (tensor == nullptr) {
        throw ConvertError(std::string(what) + " (" + in_quotes(builder_.name(id)) +
                           ") is not constant; freeze it with --fix-input " + printable(builder_.name(id)) +
                           "=FILE.npy, or export it as an initializer");
    }
    if (!tensor->is_real()) { throw ConvertError(std::string(what) + " is " + name_of(tensor->type) + ", not f32"); }
    return tensor;
}

void Lowering::expect(ValueId id, const char* what, const Extents& expected) const {
    if (id == kNone || builder_.dims(id) == expected) { return; }
    throw ConvertError(std::string(what) + " (" + in_quotes(builder_.name(id)) + ") has the shape " +
                       to_text(builder_.dims(id)) + ", but X, W and R ask for " + to_text(expected));
}

void Lowering::read_sizes() {
    if (input(kX) == kNone || W_ == nullptr || R_ == nullptr) { throw ConvertError("X, W and R must all be there"); }
    const Extents& x = builder_.dims(input(kX));
    const Dims& w = W_->dims;
    const Dims& r = R_->dims;
    if (x.size() != 3 || w.size() != 3 || r.size() != 3) {
        throw ConvertError("X " + to_text(x) + ", W " + to_text(w) + " and R " + to_text(r) + " must have 3 axes each");
    }
    n_ = {x[op_.x_batch_first ? 1 : 0], x[op_.x_batch_first ? 0 : 1], w[2], r[2], op_.directions(),
          onnx_gates(op_.cell)};
    if (op_.hidden > 0 && op_.hidden != n_.hidden) {
        throw ConvertError("hidden_size is " + std::to_string(op_.hidden) + ", but R has the shape " + to_text(r));
    }
}

void Lowering::check_shapes() const {
    const Extent B = n_.batch, T = n_.steps;
    const std::int64_t D = n_.directions, H = n_.hidden, rows = n_.gates * n_.hidden;
    const Extents states = op_.state_batch_first ? Extents{B, D, H} : Extents{D, B, H};
    expect(input(kW), "W", {D, rows, builder_.dims(input(kX))[2]});
    expect(input(kR), "R", {D, rows, H});
    expect(input(kB), "B", {D, 2 * rows});
    expect(input(kLengths), "sequence_lens", {B});
    expect(input(kInitialH), "initial_h", states);
    expect(input(kInitialC), "initial_c", states);
    expect(input(kP), "P", {D, 3 * H});
    switch (op_.y_order) {
        case YOrder::time_direction_batch:
            expect(output(0), "Y", {T, D, B, H});
            break;
        case YOrder::time_batch_direction:
            expect(output(0), "Y", {T, B, D, H});
            break;
        case YOrder::batch_time_direction:
            expect(output(0), "Y", {B, T, D, H});
            break;
    }
    expect(output(1), "Y_h", states);
    expect(output(2), "Y_c", states);
    const std::size_t functions = op_.cell == CellKind::lstm ? 3 : op_.cell == CellKind::gru ? 2 : 1;
    if (op_.functions.size() != functions * static_cast<std::size_t>(D)) {
        throw ConvertError(std::to_string(op_.functions.size()) + " activations for " + std::to_string(D) +
                           " direction(s); " + std::to_string(functions) + " each are needed");
    }
    for (const std::size_t i : {kX, kInitialH, kInitialC}) {
        if (input(i) != kNone) { need_type(builder_, input(i), {ElementType::f32}); }
    }
}

/// Constant lengths are checked here, those from the graph's inputs before each run; full lengths are none.
TensorId Lowering::lengths() const {
    const ValueId id = input(kLengths);
    if (id == kNone) { return -1; }
    need_type(builder_, id, {ElementType::i32});
    const Tensor* constant = builder_.graph().constant(id);
    if (constant == nullptr) {
        limit_range(builder_, id, RangeKind::length, n_.steps);
        return builder_.tensor(id);
    }
    for (const std::int64_t length : constant->integers) {
        if (length < 0 || length > n_.steps.planned()) {
            throw ConvertError("sequence_lens holds " + std::to_string(length) + "; 0 to " + to_text(n_.steps) +
                               " (the time steps of X) are allowed");
        }
    }
    const auto is_full = [this](std::int64_t length) { return n_.steps == length; };
    return std::ranges::all_of(constant->integers, is_full) ? -1 : builder_.tensor(id);
}

/// B is [D, Wb and Rb, gate, unit]; part 0 is Wb, 1 is Rb.
double Lowering::bias(std::int64_t d, std::int64_t part, std::int64_t gate, std::int64_t unit) const {
    if (B_ == nullptr) { return 0; }
    return B_->reals[static_cast<std::size_t>(((d * 2 + part) * n_.gates + gate) * n_.hidden + unit)];
}

ProgramMatrix Lowering::gates(std::int64_t d) const {
    const std::vector<std::int64_t> order = gate_order(op_.cell);
    ProgramMatrix matrix;
    matrix.gates = static_cast<std::uint32_t>(order.size());
    matrix.units = static_cast<std::uint32_t>(n_.hidden);
    matrix.input_cols = static_cast<std::uint32_t>(n_.inputs);
    matrix.state_cols = static_cast<std::uint32_t>(n_.hidden);
    for (const std::int64_t gate : order) {
        for (std::int64_t unit = 0; unit < n_.hidden; ++unit) {
            const std::int64_t row = (d * n_.gates + gate) * n_.hidden + unit;
            append_weights(matrix.weights, *W_, row * n_.inputs, n_.inputs, builder_.name(input(kW)));
            append_weights(matrix.weights, *R_, row * n_.hidden, n_.hidden, builder_.name(input(kR)));
            const double sum = bias(d, 0, gate, unit) + bias(d, 1, gate, unit);
            matrix.bias.push_back(B_ != nullptr ? weight(sum, builder_.name(input(kB))) : 0.0F);
        }
    }
    return matrix;
}

/// GRU's candidate: h = g(W_h x + Wb_h + r * (R_h h + Rb_h)) with linear_before_reset, and
/// h = g((W_h x + Wb_h + Rb_h) + R_h (r * h)) without.
ProgramMatrix Lowering::candidate(std::int64_t d, bool of_input) const {
    constexpr std::int64_t kGate = 2;
    const Tensor& from = of_input ? *W_ : *R_;
    const std::int64_t cols = of_input ? n_.inputs : n_.hidden;
    ProgramMatrix matrix;
    matrix.units = static_cast<std::uint32_t>(n_.hidden);
    matrix.input_cols = static_cast<std::uint32_t>(cols);
    append_weights(matrix.weights, from, (d * n_.gates + kGate) * n_.hidden * cols, n_.hidden * cols,
                   builder_.name(input(of_input ? kW : kR)));
    for (std::int64_t unit = 0; unit < n_.hidden; ++unit) {
        const double Wb = bias(d, 0, kGate, unit), Rb = bias(d, 1, kGate, unit);
        const double joined = of_input ? Wb + Rb : 0;
        const double apart = of_input ? Wb : Rb;
        const double value = op_.linear_before_reset ? apart : joined;
        matrix.bias.push_back(B_ != nullptr ? weight(value, builder_.name(input(kB))) : 0.0F);
    }
    return matrix;
}

ProgramDirection Lowering::direction(std::int64_t d) const {
    ProgramDirection result;
    result.reverse = op_.direction == DirectionKind::reverse || d == 1;
    result.gates = gates(d);
    if (op_.cell == CellKind::gru) {
        result.candidate_input = candidate(d, true);
        result.candidate_state = candidate(d, false);
    }
    if (P_ != nullptr) {
        append_weights(result.peepholes, *P_, d * 3 * n_.hidden, 3 * n_.hidden, builder_.name(input(kP)));
    }
    const auto each = static_cast<std::int64_t>(op_.functions.size()) / n_.directions;
    result.functions.assign(op_.functions.begin() + d * each, op_.functions.begin() + (d + 1) * each);
    for (const Function& f : result.functions) {
        if (!std::isfinite(f.alpha) || !std::isfinite(f.beta)) {
            throw ConvertError("activation_alpha and activation_beta must be finite");
        }
    }
    return result;
}

void Lowering::run() {
    W_ = weights(kW, "W");
    R_ = weights(kR, "R");
    B_ = weights(kB, "B");
    P_ = weights(kP, "P");
    read_sizes();
    check_shapes();
    if (!std::isfinite(op_.clip)) { throw ConvertError("clip is not finite; leave it out for none"); }

    step::Recurrent step;
    step.cell = op_.cell;
    step.hidden = static_cast<std::uint32_t>(n_.hidden);
    for (std::int64_t d = 0; d < n_.directions; ++d) { step.directions.push_back(direction(d)); }
    step.integer_weights = op_.integer_weights;
    step.linear_before_reset = op_.linear_before_reset;
    step.input_forget = op_.input_forget;
    step.clip = op_.clip > 0 ? static_cast<float>(op_.clip) : 0.0F;
    step.x_batch_first = op_.x_batch_first;
    step.y_order = op_.y_order;
    step.state_batch_first = op_.state_batch_first;
    std::vector<TensorId> inputs = {builder_.tensor(input(kX)), lengths(), builder_.tensor(input(kInitialH)),
                                    builder_.tensor(input(kInitialC))};
    std::vector<TensorId> outputs = {builder_.define(output(0)), -1, builder_.define(output(2))};
    if (outputs[0] >= 0 && builder_.wanted(output(1)) && y_is_y_h()) {
        builder_.bind(output(1), outputs[0]);
    } else {
        outputs[1] = builder_.define(output(1));
    }
    builder_.add(node_, std::move(step), std::move(inputs), std::move(outputs));
}

/// After a single step Y and Y_h are the same elements, in the same order if there is but one direction.
bool Lowering::y_is_y_h() const { return n_.steps == Extent(1) && n_.directions == 1; }

}  // namespace

void lower_recurrent(Builder& builder, const Node& node, const Recurrent& op) { Lowering(builder, node, op).run(); }

}  // namespace tidegate
