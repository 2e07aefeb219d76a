// SPDX-License-Identifier: MIT
// Scratch memory of the operators: the planner reserves it, the check demands it, the operators use it.
#pragma once

#include "format/file.h"
#include "format/model_generated.h"
#include "format/panels.h"

namespace tidegate::format {

/// Hidden units rounded up to whole panels: what one vector of a cell takes in scratch.
constexpr std::uint64_t padded_units(std::uint32_t units) { return align_up(units, kPanelRows); }

/// Bytes of `cols` columns of a panel.
constexpr std::uint64_t column_bytes(MatrixForm form, std::uint32_t cols) {
    const std::uint64_t elements = std::uint64_t{cols} * kPanelRows;
    switch (form) {
        case MatrixForm::f16_panels:
            return 2 * elements;
        case MatrixForm::i8_panels:
            return align_up(cols, 4) * kPanelRows;
        default:
            return 4 * elements;
    }
}

/// Bytes of a panel: the input's columns, then the state's.
constexpr std::uint64_t panel_bytes(MatrixForm form, std::uint32_t input_cols, std::uint32_t state_cols) {
    return column_bytes(form, input_cols) + column_bytes(form, state_cols);
}

/// Parts of an i8 matrix' columns that have scales of their own.
constexpr std::uint32_t column_parts(std::uint32_t state_cols) { return state_cols != 0 ? 2 : 1; }

/// Of a panel and a part of its columns: a scale and a correction for each row.
inline constexpr std::uint64_t kRowScaleBytes = std::uint64_t{kPanelRows} * 8;
/// Of a panel: one f32 for each row.
inline constexpr std::uint64_t kPanelBiasBytes = std::uint64_t{kPanelRows} * 4;

/// How much scratch a Recurrent op needs depends on these only.
struct RecurrentSize {
    std::uint32_t gates;  ///< 1 (rnn), 4 (lstm), 2 (gru)
    std::uint32_t units;
    std::uint32_t input_cols;
    bool quantized;  ///< i8 matrices
};

/// Bytes of the integers of x and h.
constexpr std::uint64_t quantized_bytes(const RecurrentSize& n) {
    return n.quantized ? quantized_bytes(n.input_cols) + quantized_bytes(n.units) : 0;
}

/// Bytes of the f32 vectors of a single series: two h, two c, then the padded gate rows and six unit vectors of the
/// general cell.
constexpr std::uint64_t recurrent_vector_bytes(const RecurrentSize& n) {
    return sizeof(float) * (panel_count(n.gates, n.units) * kPanelRows + 12 * padded_units(n.units));
}

/// Bytes of scratch of a Recurrent op: the vectors, then the integers.
constexpr std::uint64_t recurrent_scratch_bytes(const RecurrentSize& n) {
    return recurrent_vector_bytes(n) + align_up(quantized_bytes(n), kFileAlignment);
}

/// Floats of bias + W x of one step: the padded gate rows, then those of a GRU's candidate.
constexpr std::uint64_t recurrent_sum_floats(const RecurrentSize& n) {
    return panel_count(n.gates, n.units) * kPanelRows + (n.gates == 2 ? padded_units(n.units) : 0);
}

/// Behind recurrent_scratch_bytes() a Recurrent op may have room for up to so many lanes: steps of one series whose
/// sums bias + W x are made at once, or series that are stepped at once. The weights are read once for all lanes.
inline constexpr std::uint32_t kMostLanes = 8;

/// Floats of a series beside others: two h, c, then the padded gate rows and four unit vectors.
constexpr std::uint64_t series_lane_floats(const RecurrentSize& n) {
    return panel_count(n.gates, n.units) * kPanelRows + 7 * padded_units(n.units);
}
constexpr std::uint64_t series_lane_bytes(const RecurrentSize& n) {
    return sizeof(float) * series_lane_floats(n) + quantized_bytes(n);
}
constexpr std::uint64_t step_lane_bytes(const RecurrentSize& n) {
    return sizeof(float) * recurrent_sum_floats(n) + (n.quantized ? quantized_bytes(n.input_cols) : 0);
}

/// How much scratch a window of a Conv op needs: the largest of its matrices.
struct WindowSize {
    std::uint32_t cols = 0;
    std::uint32_t units = 0;
    bool quantized = false;
};

/// Bytes of a window: its elements, the results, the integers. Up to kMostLanes windows are taken at once.
constexpr std::uint64_t window_lane_bytes(const WindowSize& n) {
    return sizeof(float) * (align_up(n.cols, kPanelRows) + padded_units(n.units)) +
           (n.quantized ? quantized_bytes(n.cols) : 0);
}

}  // namespace tidegate::format
