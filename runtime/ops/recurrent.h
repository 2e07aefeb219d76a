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

struct Cell;
/// One step of one series. x [input_cols], h and c [hidden]; c and c_out are null but for LSTM, c_out may be c, h_out
/// is not h. scratch: what recurrent_scratch_bytes() reserves behind the four state vectors.
using StepFunction = void(const Cell& cell, const kernels::Kernels& kernels, const float* x, const float* h,
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

// recurrent_cells.cpp: the general form, every attribute of ONNX.
StepFunction rnn_step, lstm_step, gru_step;
// recurrent_fused.cpp: sigmoid, tanh(, tanh), no clip, no peepholes: one kernel call, the same bits.
StepFunction fused_lstm_step, fused_gru_step;
/// What these give to the kernel.
kernels::LstmStep lstm_kernel_step(const Cell& cell, const float* x, const float* h, const float* c, float* h_out,
                                   float* c_out);
kernels::GruStep gru_kernel_step(const Cell& cell, const float* x, const float* h, float* h_out, float* scratch);

}  // namespace tidegate::ops
