// SPDX-License-Identifier: MIT
// Scratch memory of the operators: the planner reserves it, the check demands it, the operators use it.
#pragma once

#include "format/file.h"
#include "format/panels.h"

namespace tidegate::format {

/// Hidden units rounded up to whole panels: what one vector of a cell takes in scratch.
constexpr std::uint64_t padded_units(std::uint32_t units) { return align_up(units, kPanelRows); }

/// Bytes of a vector's integers, quads and whole registers of which may be written.
constexpr std::uint64_t quantized_bytes(std::uint32_t cols) { return align_up(cols, kPanelRows); }

/// Floats that a GRU step needs beside its operands: padded gates (z, r), then candidate parts and r * h.
constexpr std::uint64_t gru_scratch_floats(std::uint32_t units) {
    return panel_count(2, units) * kPanelRows + 4 * padded_units(units);
}

/// Bytes of scratch of a Recurrent op: two h, two c, then the padded gate rows and six unit vectors of the general
/// cell. gates: 1 (rnn), 4 (lstm), 2 (gru).
constexpr std::uint64_t recurrent_scratch_bytes(std::uint32_t gates, std::uint32_t units) {
    return sizeof(float) * (panel_count(gates, units) * kPanelRows + 12 * padded_units(units));
}

/// Floats of bias + W x of one step: the padded gate rows, then those of a GRU's candidate.
constexpr std::uint64_t recurrent_sum_floats(std::uint32_t gates, std::uint32_t units) {
    return panel_count(gates, units) * kPanelRows + (gates == 2 ? padded_units(units) : 0);
}

/// Steps of which a Recurrent op makes these sums at once, if its scratch has room for them behind
/// recurrent_scratch_bytes(): W is then read once for all of them.
inline constexpr std::uint32_t kSumSteps = 8;

}  // namespace tidegate::format
