// SPDX-License-Identifier: MIT
// What the recurrent operator (sequences, batches, directions) and its cells (one step of one series) share.
#pragma once

#include "format/sizes.h"
#include "ops/forms.h"
#include "ops/op.h"

namespace tidegate::ops {

/// A packed matrix whose columns are multiplied in two parts: first the input's, then the state's.
struct PackedMatrix {
    Wide<const std::uint8_t> panels;
    Wide<const float> bias;
    Wide<const kernels::RowScales> row_scales;  ///< i8
    format::MatrixForm form = format::MatrixForm::f32_panels;
    std::uint32_t gates = 0;
    std::uint32_t units = 0;
    std::uint32_t input_cols = 0;
    std::uint32_t state_cols = 0;
    std::uint32_t reserved = 0;

    PackedMatrix() = default;
    PackedMatrix(const Site& site, const format::Matrix& matrix);

    std::uint32_t rows() const {
        return static_cast<std::uint32_t>(format::panel_count(gates, units)) * format::kPanelRows;
    }
    /// scale: of the vectors' integers, see Columns.
    kernels::Columns input_part(float scale) const;
    kernels::Columns state_part(float scale) const;
};

struct CellFunction {
    format::Unary kind = format::Unary::tanh;
    float alpha = 0;
    float beta = 0;
};

/// One step of one or more series: what it reads and writes. c and c_out are null but for LSTM.
struct StepAt {
    kernels::Vectors x;                ///< [input_cols]; null: the sums bias + W x are there
    const float* gates = nullptr;      ///< then: the padded rows of Cell::gates, of the one series
    const float* candidate = nullptr;  ///< gru: of Cell::candidate_input
    std::uint32_t series = 1;
    kernels::Vectors h, c;
    kernels::Results h_out, c_out;     ///< h_out is not h, c_out may be c
    kernels::Results work;             ///< padded gate rows and vectors, as many as the lanes of sizes.h have
    std::int8_t* quantized = nullptr;  ///< i8: of the x of all series, then of their h
};

struct Cell;
/// Cells of the general form take one series at a time.
using StepFunction = void(const Cell& cell, const kernels::Kernels& kernels, const StepAt& at);

/// One direction of a recurrent operator.
struct Cell {
    Wide<StepFunction> step;
    Wide<Multiply> multiply;
    PackedMatrix gates;
    PackedMatrix candidate_input;  ///< gru
    PackedMatrix candidate_state;  ///< gru
    Wide<const float> peepholes;   ///< lstm: [3][hidden] input, output, forget, or null
    CellFunction functions[3];
    std::uint32_t hidden = 0;
    float clip = 0;
    float input_scale = 0;  ///< i8: see Direction in model.fbs
    float state_scale = 0;
    bool linear_before_reset = false;
    bool input_forget = false;
    bool reverse = false;
    bool has_clip = false;
    std::uint32_t reserved = 0;
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
    Wide<float> scratch;          ///< of a single series
    Wide<float> lanes;            ///< behind it
    Wide<std::int8_t> quantized;  ///< i8: of a single series
    Wide<std::uint64_t> clamped;
    Strides x_strides, y_strides, state_strides;
    std::int32_t steps = 0;
    std::int32_t batch = 0;
    std::uint32_t hidden = 0;
    std::uint32_t directions = 0;
    std::uint32_t step_lanes = 0;    ///< steps of one series whose sums are made at once; 0: each step makes its own
    std::uint32_t series_lanes = 1;  ///< series that are stepped at once
    bool has_cell_state = false;
    bool quantizes = false;

    /// The cells, one per direction, follow the slot.
    const Cell* cells() const { return reinterpret_cast<const Cell*>(this + 1); }
    Cell* cells() { return reinterpret_cast<Cell*>(this + 1); }
};
static_assert(sizeof(RecurrentSlot) % 8 == 0 && sizeof(Cell) % 8 == 0);

inline format::RecurrentSize size_of(const RecurrentSlot& slot) {
    const PackedMatrix& gates = slot.cells()->gates;
    return {gates.gates, gates.units, gates.input_cols, slot.quantizes};
}

// recurrent.cpp
/// Sequences, batches and directions.
void run_recurrent(const Prepared& self, const kernels::Kernels& kernels);
/// One step forward of one series that has its states.
void run_recurrent_stream(const Prepared& self, const kernels::Kernels& kernels);

// recurrent_prepare.cpp
std::uint64_t recurrent_slot_bytes(const format::Op& op);

/// All of a cell but how it is stepped. Its memory is zeroed before.
void prepare_cell(const Site& site, std::uint32_t direction, Cell& cell);

/// How an op's cells are stepped, by what its matrices' form asks for.
struct CellCode {
    StepFunction* step;
    Multiply* multiply;
    bool many_series;  ///< the step takes more than one
};
void prepare_recurrent(const Site& site, Prepared* head, const CellCode& code);

/// Where one step of one series in one direction puts its results where none is copied, and its memory.
struct StreamPlace {
    float* h_out;
    float* c_out;
    float* work;
    std::int8_t* quantized;
    StreamPlace(const Site& site, const format::RecurrentSize& size);
};

}  // namespace tidegate::ops
