// SPDX-License-Identifier: MIT
// RNN, LSTM and GRU as sequences: shapes, layouts, directions and lengths. The equations are in cell.cpp.
#include <algorithm>

#include "reference/cell.h"
#include "reference/ops.h"

namespace tidegate::reference {
namespace {

std::int64_t gate_count(CellKind cell) { return cell == CellKind::lstm ? 4 : cell == CellKind::gru ? 3 : 1; }
std::size_t function_count(CellKind cell) { return cell == CellKind::lstm ? 3 : cell == CellKind::gru ? 2 : 1; }

void require_dims(const char* what, const Tensor* tensor, const Dims& dims) {
    if (tensor != nullptr && tensor->dims != dims) {
        throw ShapeFault(std::string(what) + " has the shape " + to_text(tensor->dims) + ", expected is " +
                         to_text(dims));
    }
}

Extents extents_of(const Recurrent& op, const Tensor& x, const Tensor& r) {
    if (x.dims.size() != 3 || r.dims.size() != 3) {
        throw ShapeFault("X of shape " + to_text(x.dims) + " or R of shape " + to_text(r.dims) + " is not of rank 3");
    }
    Extents n{};
    n.time = x.dims[op.x_batch_first ? 1 : 0];
    n.batch = x.dims[op.x_batch_first ? 0 : 1];
    n.features = x.dims[2];
    n.hidden = r.dims[2];
    n.directions = op.directions();
    n.gates = gate_count(op.cell);
    if (op.hidden > 0 && op.hidden != n.hidden) {
        throw ShapeFault("hidden_size is " + std::to_string(op.hidden) + ", but R says " + std::to_string(n.hidden));
    }
    return n;
}

std::vector<std::int64_t> lengths_of(const Tensor* lengths, const Extents& n) {
    if (lengths == nullptr) { return std::vector<std::int64_t>(static_cast<std::size_t>(n.batch), n.time); }
    require_dims("sequence_lens", lengths, {n.batch});
    if (lengths->is_real()) { throw ShapeFault("sequence_lens are not integers"); }
    for (const std::int64_t length : lengths->integers) {
        if (length < 0 || length > n.time) {
            throw ShapeFault("sequence length " + std::to_string(length) + " is outside 0.." + std::to_string(n.time));
        }
    }
    return lengths->integers;
}

/// Where the hidden vector of a direction and a batch row begins in a state: [D, B, H] or [B, D, H].
std::int64_t state_offset(const Recurrent& op, const Extents& n, std::int64_t direction, std::int64_t row) {
    return n.hidden * (op.state_batch_first ? row * n.directions + direction : direction * n.batch + row);
}

std::int64_t y_offset(YOrder order, const Extents& n, std::int64_t t, std::int64_t d, std::int64_t b) {
    switch (order) {
        case YOrder::time_direction_batch:
            return n.hidden * ((t * n.directions + d) * n.batch + b);
        case YOrder::time_batch_direction:
            return n.hidden * ((t * n.batch + b) * n.directions + d);
        case YOrder::batch_time_direction:
            return n.hidden * ((b * n.time + t) * n.directions + d);
    }
    throw ShapeFault("an order of Y that is not known");
}

Dims y_dims(YOrder order, const Extents& n) {
    switch (order) {
        case YOrder::time_direction_batch:
            return {n.time, n.directions, n.batch, n.hidden};
        case YOrder::time_batch_direction:
            return {n.time, n.batch, n.directions, n.hidden};
        case YOrder::batch_time_direction:
            return {n.batch, n.time, n.directions, n.hidden};
    }
    throw ShapeFault("an order of Y that is not known");
}

Row row_of(const Tensor* state, std::int64_t offset, std::int64_t hidden) {
    if (state == nullptr) { return Row(static_cast<std::size_t>(hidden)); }
    return Row(state->reals.begin() + offset, state->reals.begin() + offset + hidden);
}

/// The operands by name, checked against each other; null where missing.
struct Sequence {
    const Recurrent& op;
    const Tensor& x;
    const Tensor& w;
    const Tensor& r;
    const Tensor* b;
    const Tensor* h0;
    const Tensor* c0;
    const Tensor* p;
    Extents n;
    std::vector<std::int64_t> lengths;
};

Dims state_dims(const Recurrent& op, const Extents& n) {
    return op.state_batch_first ? Dims{n.batch, n.directions, n.hidden} : Dims{n.directions, n.batch, n.hidden};
}

Sequence sequence_of(const Recurrent& op, const Operands& in) {
    const bool lstm = op.cell == CellKind::lstm;
    if (in.size() > (lstm ? 8U : 6U)) { throw ShapeFault("has " + std::to_string(in.size()) + " inputs"); }
    const Extents n = extents_of(op, in.real(0), in.real(2));
    Sequence s{op,
               in.real(0),
               in.real(1),
               in.real(2),
               in.maybe_real(3),
               in.maybe_real(5),
               lstm ? in.maybe_real(6) : nullptr,
               lstm ? in.maybe_real(7) : nullptr,
               n,
               lengths_of(in.maybe(4), n)};
    require_dims("W", &s.w, {n.directions, n.gates * n.hidden, n.features});
    require_dims("R", &s.r, {n.directions, n.gates * n.hidden, n.hidden});
    require_dims("B", s.b, {n.directions, 2 * n.gates * n.hidden});
    require_dims("initial_h", s.h0, state_dims(op, n));
    require_dims("initial_c", s.c0, state_dims(op, n));
    require_dims("P", s.p, {n.directions, 3 * n.hidden});
    if (op.functions.size() != function_count(op.cell) * static_cast<std::size_t>(n.directions)) {
        throw ShapeFault("has " + std::to_string(op.functions.size()) + " activations");
    }
    return s;
}

Cell cell_of(const Sequence& s, std::int64_t direction) {
    const std::int64_t rows = s.n.gates * s.n.hidden;
    const Weights weights{s.w.reals.data() + direction * rows * s.n.features,
                          s.r.reals.data() + direction * rows * s.n.hidden,
                          s.b != nullptr ? s.b->reals.data() + direction * 2 * rows : nullptr,
                          s.p != nullptr ? s.p->reals.data() + direction * 3 * s.n.hidden : nullptr};
    return Cell(s.op, s.n, weights, s.op.functions.data() + direction * function_count(s.op.cell));
}

/// Runs one direction over the valid steps of one batch row. A length of 0 leaves zeros, not the initial state.
void run(const Sequence& s, std::int64_t direction, std::int64_t row, Tensor& y, Tensor& y_h, Tensor& y_c) {
    const std::int64_t length = s.lengths[static_cast<std::size_t>(row)];
    if (length == 0) { return; }
    const bool reverse = s.op.direction == DirectionKind::reverse || direction == 1;
    const Cell cell = cell_of(s, direction);
    const std::int64_t state = state_offset(s.op, s.n, direction, row);
    Row h = row_of(s.h0, state, s.n.hidden);
    Row c = row_of(s.c0, state, s.n.hidden);
    for (std::int64_t k = 0; k < length; ++k) {
        const std::int64_t t = reverse ? length - 1 - k : k;
        const std::int64_t x_row = s.op.x_batch_first ? row * s.n.time + t : t * s.n.batch + row;
        cell.step(s.x.reals.data() + x_row * s.n.features, h, c);
        std::copy(h.begin(), h.end(), y.reals.begin() + y_offset(s.op.y_order, s.n, t, direction, row));
    }
    std::copy(h.begin(), h.end(), y_h.reals.begin() + state);
    std::copy(c.begin(), c.end(), y_c.reals.begin() + state);
}

}  // namespace

std::vector<Tensor> recurrent(const Recurrent& op, const Operands& in) {
    const Sequence s = sequence_of(op, in);
    Tensor y = allocate(ElementType::f32, y_dims(op.y_order, s.n));
    Tensor y_h = allocate(ElementType::f32, state_dims(op, s.n));
    Tensor y_c = y_h;
    for (std::int64_t direction = 0; direction < s.n.directions; ++direction) {
        for (std::int64_t row = 0; row < s.n.batch; ++row) { run(s, direction, row, y, y_h, y_c); }
    }
    if (op.cell == CellKind::lstm) { return {y, y_h, y_c}; }
    return {y, y_h};
}

}  // namespace tidegate::reference
