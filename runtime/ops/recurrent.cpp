// SPDX-License-Identifier: MIT
// RNN, LSTM, GRU over time, batch rows and directions. The step itself is a Cell.
#include "ops/recurrent.h"

#include <cstring>

#include "format/sizes.h"

namespace tidegate::ops {
namespace {

/// Some series in one direction, stepped together.
struct Group {
    const RecurrentSlot& slot;
    const Cell& cell;
    std::int32_t first;
    std::uint32_t series;
    std::uint32_t direction;
    std::int32_t length;

    /// When step n is.
    std::int32_t time(std::int32_t n) const { return cell.reverse ? length - 1 - n : n; }
    std::uint64_t state_offset() const {
        return static_cast<std::uint64_t>(first) * slot.state_strides.batch + direction * slot.state_strides.direction;
    }
    /// null if `data` is.
    kernels::Vectors state(const float* data) const {
        return {data == nullptr ? nullptr : data + state_offset(), size(slot.state_strides.batch)};
    }
    kernels::Results state(float* data) const {
        return {data == nullptr ? nullptr : data + state_offset(), size(slot.state_strides.batch)};
    }
    kernels::Results y_at(std::int32_t t) const {
        return {slot.y + static_cast<std::uint64_t>(t) * slot.y_strides.time +
                    static_cast<std::uint64_t>(first) * slot.y_strides.batch + direction * slot.y_strides.direction,
                size(slot.y_strides.batch)};
    }
    kernels::Vectors x_at(std::int32_t t) const {
        return {slot.x + static_cast<std::uint64_t>(t) * slot.x_strides.time +
                    static_cast<std::uint64_t>(first) * slot.x_strides.batch,
                size(slot.x_strides.batch)};
    }
    static std::size_t size(std::uint64_t n) { return static_cast<std::size_t>(n); }
    std::size_t vector_bytes() const { return slot.hidden * sizeof(float); }
};

kernels::Vectors const_of(const kernels::Results& r) { return {r.data, r.stride}; }

format::RecurrentSize size_of(const RecurrentSlot& slot) {
    const PackedMatrix& gates = slot.cells()->gates;
    return {gates.gates, gates.units, gates.input_cols, slot.quantizes};
}

/// h by turns in two vectors, c, and the memory of the step.
struct Memory {
    float* turns[2];
    float* c;
    float* work;
    std::uint64_t stride;
    std::int8_t* quantized;

    Memory(const RecurrentSlot& slot, std::uint32_t series) {
        const std::uint64_t vector = format::padded_units(slot.hidden);
        const bool single = series == 1;
        stride = single ? 0 : format::series_lane_floats(size_of(slot));
        float* base = single ? slot.scratch.get() : slot.lanes.get();
        turns[0] = base;
        turns[1] = base + vector;
        c = base + 2 * vector;
        work = base + (single ? 4 : 3) * vector;
        quantized = single ? slot.quantized.get() : reinterpret_cast<std::int8_t*>(base + series * stride);
    }
};

/// Gives each step of a group its input, in the order in which they are made: x itself, or sums made for up to
/// step_lanes of them.
class StepInputs {
public:
    StepInputs(const Group& group, const kernels::Kernels& kernels)
        : g_(group), kernels_(kernels), lanes_(group.series == 1 ? group.slot.step_lanes : 0) {}

    /// For step n; the last one asked for was n - 1. Valid until the next is asked for.
    void set(std::int32_t n, StepAt& at) {
        const std::int32_t t = g_.time(n);
        if (lanes_ == 0) {
            at.x = g_.x_at(t);
            return;
        }
        if (n % static_cast<std::int32_t>(lanes_) == 0) { make(n); }
        at.gates = g_.slot.lanes + static_cast<std::uint64_t>(t - first_) * floats();
        at.candidate = at.gates + g_.cell.gates.rows();
    }

private:
    std::uint64_t floats() const { return format::recurrent_sum_floats(size_of(g_.slot)); }

    void make(std::int32_t n) {
        const auto most = static_cast<std::int32_t>(lanes_);
        const std::int32_t count = g_.length - n < most ? g_.length - n : most;
        first_ = g_.cell.reverse ? g_.time(n + count - 1) : n;
        multiply(g_.cell.gates, g_.slot.lanes, count);
        if (g_.cell.candidate_input.units != 0) {
            multiply(g_.cell.candidate_input, g_.slot.lanes + g_.cell.gates.rows(), count);
        }
    }

    void multiply(const PackedMatrix& m, float* y, std::int32_t count) {
        const auto steps = static_cast<std::uint32_t>(count);
        const kernels::Vectors x{g_.x_at(first_).data, static_cast<std::size_t>(g_.slot.x_strides.time)};
        g_.cell.multiply(kernels_, {m.input_part(g_.cell.input_scale),
                                    m.rows(),
                                    steps,
                                    x,
                                    {m.bias, 0},
                                    {y, static_cast<std::size_t>(floats())},
                                    reinterpret_cast<std::int8_t*>(g_.slot.lanes + lanes_ * floats())});
    }

    const Group& g_;
    const kernels::Kernels& kernels_;
    std::uint32_t lanes_;
    std::int32_t first_ = 0;  ///< the time whose sums come first
};

void clear(const kernels::Results& to, const Group& g) {
    for (std::uint32_t i = 0; to.data != nullptr && i < g.series; ++i) {
        std::memset(to.data + i * to.stride, 0, g.vector_bytes());
    }
}

/// A length of 0 gives zeros everywhere, not the initial state.
void run_empty(const Group& g) {
    clear(g.state(g.slot.y_h.get()), g);
    clear(g.state(g.slot.y_c.get()), g);
}

/// h is read where the last step wrote it: in Y, in Y_h, or in scratch by turns.
void run_group(const Group& g, const kernels::Kernels& kernels) {
    const RecurrentSlot& slot = g.slot;
    const Memory memory(slot, g.series);
    const auto stride = static_cast<std::size_t>(memory.stride);
    StepAt at;
    at.series = g.series;
    at.work = {memory.work, stride};
    at.quantized = memory.quantized;
    at.h = g.state(slot.initial_h.get());
    if (at.h.data == nullptr) {
        clear({memory.turns[1], stride}, g);
        at.h = {memory.turns[1], stride};
    }
    if (slot.has_cell_state) {
        at.c_out = slot.y_c != nullptr ? g.state(slot.y_c.get()) : kernels::Results{memory.c, stride};
        at.c = g.state(slot.initial_c.get());
        if (at.c.data == nullptr) {
            clear(at.c_out, g);
            at.c = const_of(at.c_out);
        }
    }
    StepInputs inputs(g, kernels);
    for (std::int32_t n = 0; n < g.length; ++n) {
        at.h_out = {memory.turns[n & 1], stride};
        if (slot.y != nullptr) {
            at.h_out = g.y_at(g.time(n));
        } else if (n + 1 == g.length && slot.y_h != nullptr) {
            at.h_out = g.state(slot.y_h.get());
        }
        inputs.set(n, at);
        g.cell.step(g.cell, kernels, at);
        at.h = const_of(at.h_out);
        at.c = const_of(at.c_out);
    }
    if (slot.y == nullptr || slot.y_h == nullptr) { return; }
    const kernels::Results y_h = g.state(slot.y_h.get());
    for (std::uint32_t i = 0; i < g.series; ++i) {
        std::memcpy(y_h.data + i * y_h.stride, at.h.data + i * at.h.stride, g.vector_bytes());
    }
}

std::int32_t length_of(const RecurrentSlot& slot, std::int32_t batch, bool count) {
    if (slot.lengths == nullptr) { return slot.steps; }
    const std::int32_t asked = slot.lengths[batch];
    *slot.clamped += count && (asked < 0 || asked > slot.steps);
    return asked < 0 ? 0 : asked < slot.steps ? asked : slot.steps;
}

void run(const Prepared& self, const kernels::Kernels& kernels) {
    const RecurrentSlot& slot = reinterpret_cast<const RecurrentSlot&>(self);
    for (std::uint32_t d = 0; d < slot.directions; ++d) {
        for (std::int32_t b = 0; b < slot.batch;) {
            const auto left = static_cast<std::uint32_t>(slot.batch - b);
            const std::uint32_t series = left < slot.series_lanes ? left : slot.series_lanes;
            const Group group{slot, slot.cells()[d], b, series, d, length_of(slot, b, d == 0)};
            group.length == 0 ? run_empty(group) : run_group(group, kernels);
            for (std::int32_t t = group.length; slot.y != nullptr && t < slot.steps; ++t) {
                clear(group.y_at(t), group);
            }
            b += static_cast<std::int32_t>(series);
        }
    }
}

// ---- a stream: one step forward of one series that has its states; run() without its loops and offsets ------------

void run_stream(const Prepared& self, const kernels::Kernels& kernels) {
    const RecurrentSlot& slot = reinterpret_cast<const RecurrentSlot&>(self);
    const Memory memory(slot, 1);
    StepAt at;
    at.x = {slot.x, 0};
    at.h = {slot.initial_h, 0};
    at.c = {slot.initial_c, 0};
    at.h_out = {slot.y != nullptr ? slot.y.get() : slot.y_h != nullptr ? slot.y_h.get() : memory.turns[0], 0};
    at.c_out = {slot.y_c != nullptr ? slot.y_c.get() : memory.c, 0};
    at.work = {memory.work, 0};
    at.quantized = memory.quantized;
    slot.cells()->step(*slot.cells(), kernels, at);
    if (slot.y != nullptr && slot.y_h != nullptr) { std::memcpy(slot.y_h, at.h_out.data, slot.hidden * sizeof(float)); }
}

bool is_stream(const RecurrentSlot& slot) {
    return slot.steps == 1 && slot.batch == 1 && slot.directions == 1 && slot.lengths == nullptr &&
           slot.initial_h != nullptr && (!slot.has_cell_state || slot.initial_c != nullptr);
}

/// As many as there is room for, but no more than are of use.
std::uint32_t lanes_in(std::uint64_t room, std::uint64_t lane_bytes, std::int32_t wanted) {
    std::uint32_t lanes = 0;
    while (lanes < format::kMostLanes && lanes < static_cast<std::uint32_t>(wanted) &&
           (lanes + 1) * lane_bytes <= room) {
        ++lanes;
    }
    return lanes;
}

/// Series or steps at once: behind what a single series needs.
void prepare_lanes(const Site& site, RecurrentSlot& slot, bool many_series) {
    const format::RecurrentSize size = size_of(slot);
    const std::uint64_t single = format::recurrent_scratch_bytes(size);
    const std::uint64_t quantized = format::align_up(format::quantized_bytes(size), format::kFileAlignment);
    const std::uint64_t room = site.scratch_bytes() - single;
    slot.lanes = slot.scratch + single / sizeof(float);
    slot.quantized = reinterpret_cast<std::int8_t*>(slot.lanes - quantized / sizeof(float));
    slot.series_lanes = 1;
    slot.step_lanes = 0;
    if (many_series && slot.batch > 1 && slot.lengths == nullptr) {
        const std::uint32_t lanes = lanes_in(room, format::series_lane_bytes(size), slot.batch);
        if (lanes > 1) { slot.series_lanes = lanes; }
    }
    if (slot.series_lanes == 1 && slot.steps > 1) {
        slot.step_lanes = lanes_in(room, format::step_lane_bytes(size), slot.steps);
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

void prepare_cell(const Site& site, std::uint32_t direction, Cell& cell) {
    const format::Recurrent& op = *site.op->params_as_Recurrent();
    const format::Direction& from = *op.directions()->Get(direction);
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
    cell.input_scale = from.input_scale();
    cell.state_scale = from.state_scale();
}

std::uint64_t recurrent_slot_bytes(const format::Op& op) {
    return sizeof(RecurrentSlot) + op.params_as_Recurrent()->directions()->size() * std::uint64_t{sizeof(Cell)};
}

void prepare_recurrent(const Site& site, Prepared* head, const CellCode& code) {
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
        prepare_cell(site, d, slot.cells()[d]);
        slot.cells()[d].step = code.step;
        slot.cells()[d].multiply = code.multiply;
    }
    slot.quantizes = slot.cells()->gates.form == format::MatrixForm::i8_panels;
    prepare_lanes(site, slot, code.many_series);
    slot.head.run = is_stream(slot) ? run_stream : run;
}

StreamPlace::StreamPlace(const Site& site, const format::RecurrentSize& size) {
    float* memory = site.scratch();
    float* y = static_cast<float*>(site.output(0).data);
    float* y_h = static_cast<float*>(site.output(1).data);
    float* y_c = static_cast<float*>(site.output(2).data);
    const std::uint64_t vector = format::padded_units(size.units);
    const std::uint64_t integers = format::align_up(format::quantized_bytes(size), format::kFileAlignment);
    h_out = y != nullptr ? y : y_h != nullptr ? y_h : memory;
    c_out = y_c != nullptr ? y_c : memory + 2 * vector;
    work = memory + 4 * vector;
    quantized = reinterpret_cast<std::int8_t*>(memory) + (format::recurrent_scratch_bytes(size) - integers);
}

PackedMatrix::PackedMatrix(const Site& site, const format::Matrix& matrix)
    : panels(site.weights + matrix.panels()),
      bias(site.floats_at(matrix.bias())),
      row_scales(reinterpret_cast<const kernels::RowScales*>(site.weights + matrix.rows())),
      form(matrix.form()),
      gates(matrix.gates()),
      units(matrix.units()),
      input_cols(matrix.input_cols()),
      state_cols(matrix.state_cols()) {}

kernels::Columns PackedMatrix::input_part(float scale) const {
    const std::uint64_t input_bytes = format::column_bytes(form, input_cols);
    return {panels.get(),
            row_scales,
            input_cols,
            static_cast<std::uint32_t>(input_bytes + format::column_bytes(form, state_cols)),
            format::column_parts(state_cols),
            scale};
}

kernels::Columns PackedMatrix::state_part(float scale) const {
    const std::uint64_t input_bytes = format::column_bytes(form, input_cols);
    return {panels + input_bytes,
            row_scales + 1,
            state_cols,
            static_cast<std::uint32_t>(input_bytes + format::column_bytes(form, state_cols)),
            format::column_parts(state_cols),
            scale};
}

}  // namespace tidegate::ops
