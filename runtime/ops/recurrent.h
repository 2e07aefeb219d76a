// SPDX-License-Identifier: MIT
// What the recurrent operator (sequences, batches, directions) and its cells (one step of one series) share.
#pragma once

#include "format/panels.h"
#include "ops/op.h"

namespace tidegate::ops {

/// A packed matrix whose columns are multiplied in two parts: first the input's, then the state's.
struct PackedMatrix {
    Wide<const float> panels;
    Wide<const float> bias;
    std::uint32_t gates = 0;
    std::uint32_t units = 0;
    std::uint32_t input_cols = 0;
    std::uint32_t state_cols = 0;

    PackedMatrix() = default;
    PackedMatrix(const Site& site, const format::Matrix& matrix);

    std::uint32_t panel_count() const { return static_cast<std::uint32_t>(format::panel_count(gates, units)); }
    std::uint32_t rows() const { return panel_count() * format::kPanelRows; }
    kernels::Panels input_part() const;
    kernels::Panels state_part() const;
};

struct CellFunction {
    format::Unary kind = format::Unary::tanh;
    float alpha = 0;
    float beta = 0;
};

/// What a step takes of its input: x, or the sums bias + W x, which were made for several steps at once.
struct StepInput {
    const float* x = nullptr;          ///< [input_cols]; null: the sums are there
    const float* gates = nullptr;      ///< the padded rows of Cell::gates
    const float* candidate = nullptr;  ///< gru: of Cell::candidate_input
};

struct Cell;
/// One step of one series. h and c [hidden]; c and c_out are null but for LSTM, c_out may be c, h_out is not h.
/// scratch: what recurrent_scratch_bytes() reserves behind the four state vectors.
using StepFunction = void(const Cell& cell, const kernels::Kernels& kernels, const StepInput& input, const float* h,
                          const float* c, float* h_out, float* c_out, float* scratch);

/// One direction of a recurrent operator.
struct Cell {
    Wide<StepFunction> step;
    PackedMatrix gates;
    PackedMatrix candidate_input;  ///< gru
    PackedMatrix candidate_state;  ///< gru
    Wide<const float> peepholes;   ///< lstm: [3][hidden] input, output, forget, or null
    CellFunction functions[3];
    std::uint32_t hidden = 0;
    float clip = 0;
    bool linear_before_reset = false;
    bool input_forget = false;
    bool reverse = false;
    bool has_clip = false;
};

/// Elements from one index of an axis to the next.
struct Strides {
    std::uint64_t time = 0;
    std::uint64_t batch = 0;
    std::uint64_t direction = 0;
};

struct RecurrentSlot {
    Prepared head;
    Wide<const float> x;
    Wide<const std::int32_t> lengths;  ///< [batch], or null
    Wide<const float> initial_h;       ///< or null: zeros
    Wide<const float> initial_c;
    Wide<float> y;
    Wide<float> y_h;
    Wide<float> y_c;
    Wide<float> scratch;
    Wide<float> sums;  ///< [sum_steps][recurrent_sum_floats()]
    Wide<std::uint64_t> clamped;
    Strides x_strides, y_strides, state_strides;
    std::int32_t steps = 0;
    std::int32_t batch = 0;
    std::uint32_t hidden = 0;
    std::uint32_t directions = 0;
    std::uint32_t sum_steps = 0;  ///< 0: steps multiply their input themselves
    bool has_cell_state = false;

    /// The cells, one per direction, follow the slot.
    const Cell* cells() const { return reinterpret_cast<const Cell*>(this + 1); }
    Cell* cells() { return reinterpret_cast<Cell*>(this + 1); }
};
static_assert(sizeof(RecurrentSlot) % 8 == 0 && sizeof(Cell) % 8 == 0);

// recurrent.cpp
/// Where one step of one series in one direction puts its results where none is copied, and its scratch.
struct StreamPlace {
    float* h_out;
    float* c_out;
    float* scratch;
    /// y, y_h and y_c may be null; memory: the op's scratch.
    StreamPlace(float* y, float* y_h, float* y_c, float* memory, std::uint32_t hidden);
};

std::uint64_t recurrent_slot_bytes(const format::Op& op);
/// Fills the slot; each of its cells makes its steps by `step`.
void prepare_recurrent(const Site& site, Prepared* head, StepFunction* step);

}  // namespace tidegate::ops
