// SPDX-License-Identifier: MIT
// RNN, LSTM, GRU over time, batch rows and directions. The step itself is a Cell.
#include "ops/recurrent.h"

#include <cstring>

#include "format/sizes.h"

namespace tidegate::ops {
namespace {

struct Series {
    const RecurrentSlot& slot;
    const Cell& cell;
    std::int32_t batch;
    std::uint32_t direction;
    std::int32_t length;

    /// When step n is.
    std::int32_t time(std::int32_t n) const { return cell.reverse ? length - 1 - n : n; }
    std::uint64_t state_offset() const {
        return static_cast<std::uint64_t>(batch) * slot.state_strides.batch + direction * slot.state_strides.direction;
    }
    float* y_at(std::int32_t t) const {
        return slot.y + static_cast<std::uint64_t>(t) * slot.y_strides.time +
               static_cast<std::uint64_t>(batch) * slot.y_strides.batch + direction * slot.y_strides.direction;
    }
    const float* x_at(std::int32_t t) const {
        return slot.x + static_cast<std::uint64_t>(t) * slot.x_strides.time +
               static_cast<std::uint64_t>(batch) * slot.x_strides.batch;
    }
};

/// What the steps of a series take, in the order in which they are made: x itself, or sums made for up to sum_steps of
/// them.
class StepInputs {
public:
    StepInputs(const Series& series, const kernels::Kernels& kernels) : s_(series), kernels_(kernels) {}

    /// Of step n, the last one asked for was n - 1. Valid until the next is asked for.
    StepInput at(std::int32_t n) {
        const std::int32_t t = s_.time(n);
        if (s_.slot.sum_steps == 0) { return {s_.x_at(t)}; }
        if (n % static_cast<std::int32_t>(s_.slot.sum_steps) == 0) { make(n); }
        const float* sums = s_.slot.sums + static_cast<std::uint64_t>(t - first_) * floats();
        return {nullptr, sums, sums + s_.cell.gates.rows()};
    }

private:
    std::uint64_t floats() const { return format::recurrent_sum_floats(s_.cell.gates.gates, s_.cell.hidden); }

    void make(std::int32_t n) {
        const auto most = static_cast<std::int32_t>(s_.slot.sum_steps);
        const std::int32_t count = s_.length - n < most ? s_.length - n : most;
        first_ = s_.cell.reverse ? s_.time(n + count - 1) : n;
        multiply(s_.cell.gates, s_.slot.sums, count);
        if (s_.cell.candidate_input.units != 0) {
            multiply(s_.cell.candidate_input, s_.slot.sums + s_.cell.gates.rows(), count);
        }
    }

    void multiply(const PackedMatrix& m, float* y, std::int32_t count) {
        kernels_.gemm({m.input_part(), s_.x_at(first_), m.bias, y, static_cast<std::size_t>(count),
                       static_cast<std::size_t>(s_.slot.x_strides.time), static_cast<std::size_t>(floats())});
    }

    const Series& s_;
    const kernels::Kernels& kernels_;
    std::int32_t first_ = 0;  ///< the time whose sums come first
};

/// A length of 0 gives zeros everywhere, not the initial state.
void run_empty(const Series& s) {
    const std::size_t bytes = s.slot.hidden * sizeof(float);
    if (s.slot.y_h != nullptr) { std::memset(s.slot.y_h + s.state_offset(), 0, bytes); }
    if (s.slot.y_c != nullptr) { std::memset(s.slot.y_c + s.state_offset(), 0, bytes); }
}

/// Steps one series in one direction. h is read where the last step wrote it: in Y, in Y_h, or in scratch by turns.
void run_series(const Series& s, const kernels::Kernels& kernels) {
    const RecurrentSlot& slot = s.slot;
    const std::size_t bytes = slot.hidden * sizeof(float);
    const std::uint64_t vector = format::padded_units(slot.hidden);
    float* turns[2] = {slot.scratch, slot.scratch + vector};
    float* c_scratch = slot.scratch + 2 * vector;
    float* cell_scratch = slot.scratch + 4 * vector;

    const float* h = slot.initial_h != nullptr ? slot.initial_h + s.state_offset() : nullptr;
    if (h == nullptr) { h = static_cast<float*>(std::memset(turns[1], 0, bytes)); }
    float* c_out = slot.y_c != nullptr ? slot.y_c + s.state_offset() : c_scratch;
    const float* c = slot.initial_c != nullptr ? slot.initial_c + s.state_offset() : nullptr;
    if (slot.has_cell_state && c == nullptr) { c = static_cast<float*>(std::memset(c_out, 0, bytes)); }

    StepInputs inputs(s, kernels);
    for (std::int32_t n = 0; n < s.length; ++n) {
        const bool last = n + 1 == s.length;
        float* h_out = turns[n & 1];
        if (slot.y != nullptr) {
            h_out = s.y_at(s.time(n));
        } else if (last && slot.y_h != nullptr) {
            h_out = slot.y_h + s.state_offset();
        }
        s.cell.step(s.cell, kernels, inputs.at(n), h, c, h_out, c_out, cell_scratch);
        h = h_out;
        c = c_out;
    }
    if (slot.y != nullptr && slot.y_h != nullptr) { std::memcpy(slot.y_h + s.state_offset(), h, bytes); }
}

void run(const Prepared& self, const kernels::Kernels& kernels) {
    const RecurrentSlot& slot = reinterpret_cast<const RecurrentSlot&>(self);
    for (std::uint32_t d = 0; d < slot.directions; ++d) {
        for (std::int32_t b = 0; b < slot.batch; ++b) {
            std::int32_t length = slot.steps;
            if (slot.lengths != nullptr) {
                const std::int32_t asked = slot.lengths[b];
                *slot.clamped += d == 0 && (asked < 0 || asked > slot.steps);
                length = asked < 0 ? 0 : asked < slot.steps ? asked : slot.steps;
            }
            const Series series{slot, slot.cells()[d], b, d, length};
            if (length == 0) {
                run_empty(series);
            } else {
                run_series(series, kernels);
            }
            for (std::int32_t t = length; slot.y != nullptr && t < slot.steps; ++t) {
                std::memset(series.y_at(t), 0, slot.hidden * sizeof(float));
            }
        }
    }
}

// ---- a stream: one step forward of one series that has its states; run() without its loops and offsets ------------

void run_stream(const Prepared& self, const kernels::Kernels& kernels) {
    const RecurrentSlot& slot = reinterpret_cast<const RecurrentSlot&>(self);
    const StreamPlace to(slot.y, slot.y_h, slot.y_c, slot.scratch, slot.hidden);
    slot.cells()->step(*slot.cells(), kernels, {slot.x}, slot.initial_h, slot.initial_c, to.h_out, to.c_out,
                       to.scratch);
    if (slot.y != nullptr && slot.y_h != nullptr) { std::memcpy(slot.y_h, to.h_out, slot.hidden * sizeof(float)); }
}

bool is_stream(const RecurrentSlot& slot) {
    return slot.steps == 1 && slot.batch == 1 && slot.directions == 1 && slot.lengths == nullptr &&
           slot.initial_h != nullptr && (!slot.has_cell_state || slot.initial_c != nullptr);
}

void prepare_cell(const Site& site, const format::Recurrent& op, const format::Direction& from, Cell& cell) {
    cell.gates = PackedMatrix(site, *from.gates());
    if (op.cell() == format::Cell::gru) {
        cell.candidate_input = PackedMatrix(site, *from.candidate_input());
        cell.candidate_state = PackedMatrix(site, *from.candidate_state());
    }
    if (from.peepholes() >= 0) { cell.peepholes = site.floats_at(static_cast<std::uint64_t>(from.peepholes())); }
    for (std::uint32_t i = 0; i < from.functions()->size() && i < 3; ++i) {
        const format::Function* f = from.functions()->Get(i);
        cell.functions[i] = {f->kind(), f->alpha(), f->beta()};
    }
    cell.hidden = op.hidden();
    cell.clip = op.clip();
    cell.has_clip = op.clip() > 0;
    cell.linear_before_reset = op.linear_before_reset();
    cell.input_forget = op.input_forget();
    cell.reverse = from.reverse();
}

/// Where sums for several steps may be: behind what every step needs.
void prepare_sums(const Site& site, RecurrentSlot& slot) {
    const std::uint32_t gates = slot.cells()->gates.gates;
    const std::uint64_t used = format::recurrent_scratch_bytes(gates, slot.hidden);
    const std::uint64_t step_bytes = sizeof(float) * format::recurrent_sum_floats(gates, slot.hidden);
    slot.sums = slot.scratch + used / sizeof(float);
    slot.sum_steps = 0;
    if (slot.steps == 1) { return; }
    while (slot.sum_steps < format::kSumSteps && used + (slot.sum_steps + 1) * step_bytes <= site.scratch_bytes()) {
        ++slot.sum_steps;
    }
}

void prepare_strides(const format::Recurrent& op, const TensorView& x, RecurrentSlot& slot) {
    const std::uint64_t inputs = static_cast<std::uint64_t>(x.dims[2]);
    const std::uint64_t steps = static_cast<std::uint64_t>(slot.steps), batch = static_cast<std::uint64_t>(slot.batch);
    const std::uint64_t h = slot.hidden, d = slot.directions;
    slot.x_strides = op.x_batch_first() ? Strides{inputs, steps * inputs, 0} : Strides{batch * inputs, inputs, 0};
    switch (op.y_order()) {
        case format::YOrder::time_direction_batch:
            slot.y_strides = {d * batch * h, h, batch * h};
            break;
        case format::YOrder::time_batch_direction:
            slot.y_strides = {batch * d * h, d * h, h};
            break;
        case format::YOrder::batch_time_direction:
            slot.y_strides = {d * h, steps * d * h, h};
            break;
    }
    slot.state_strides = op.state_batch_first() ? Strides{0, d * h, h} : Strides{0, h, batch * h};
}

}  // namespace

std::uint64_t recurrent_slot_bytes(const format::Op& op) {
    return sizeof(RecurrentSlot) + op.params_as_Recurrent()->directions()->size() * std::uint64_t{sizeof(Cell)};
}

void prepare_recurrent(const Site& site, Prepared* head, StepFunction* step) {
    const format::Recurrent& op = *site.op->params_as_Recurrent();
    RecurrentSlot& slot = *reinterpret_cast<RecurrentSlot*>(head);
    const TensorView x = site.input(0);
    slot.x = x.floats();
    slot.lengths = static_cast<const std::int32_t*>(site.input(1).data);
    slot.initial_h = site.input(2).floats();
    slot.initial_c = site.input(3).floats();
    slot.y = static_cast<float*>(site.output(0).data);
    slot.y_h = static_cast<float*>(site.output(1).data);
    slot.y_c = static_cast<float*>(site.output(2).data);
    slot.scratch = site.scratch();
    slot.clamped = site.clamped;
    slot.steps = x.dims[op.x_batch_first() ? 1 : 0];
    slot.batch = x.dims[op.x_batch_first() ? 0 : 1];
    slot.hidden = op.hidden();
    slot.directions = op.directions()->size();
    slot.has_cell_state = op.cell() == format::Cell::lstm;
    prepare_strides(op, x, slot);
    for (std::uint32_t d = 0; d < slot.directions; ++d) {
        slot.cells()[d] = Cell();
        prepare_cell(site, op, *op.directions()->Get(d), slot.cells()[d]);
        slot.cells()[d].step = step;
    }
    prepare_sums(site, slot);
    slot.head.run = is_stream(slot) ? run_stream : run;
}

StreamPlace::StreamPlace(float* y, float* y_h, float* y_c, float* memory, std::uint32_t hidden) {
    const std::uint64_t vector = format::padded_units(hidden);
    h_out = y != nullptr ? y : y_h != nullptr ? y_h : memory;
    c_out = y_c != nullptr ? y_c : memory + 2 * vector;
    scratch = memory + 4 * vector;
}

PackedMatrix::PackedMatrix(const Site& site, const format::Matrix& matrix)
    : panels(site.floats_at(matrix.panels())),
      bias(site.floats_at(matrix.bias())),
      gates(matrix.gates()),
      units(matrix.units()),
      input_cols(matrix.input_cols()),
      state_cols(matrix.state_cols()) {}

kernels::Panels PackedMatrix::input_part() const {
    return {panels, panel_count(), input_cols, format::kPanelRows * (input_cols + state_cols)};
}

kernels::Panels PackedMatrix::state_part() const {
    return {panels + std::size_t{format::kPanelRows} * input_cols, panel_count(), state_cols,
            format::kPanelRows * (input_cols + state_cols)};
}

}  // namespace tidegate::ops
