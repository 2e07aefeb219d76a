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

}  // namespace

void run_recurrent(const Prepared& self, const kernels::Kernels& kernels) {
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

void run_recurrent_stream(const Prepared& self, const kernels::Kernels& kernels) {
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

}  // namespace tidegate::ops
