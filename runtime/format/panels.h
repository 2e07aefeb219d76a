// SPDX-License-Identifier: MIT
// The one weight layout: where row (gate, unit) of a matrix lies. Known to the packer, the kernels and the check.
//
// Panels of 16 rows, f32 and f16 as [panel][column][16 rows], i8 as [panel][quad of columns][16 rows][4 columns]. Full
// blocks of 16 units have one panel per gate, the gates' panels consecutive. The last units % 16, if at most 12, are
// ordered (unit/4, gate, unit%4) and padded to whole panels; 13 to 15 count as a full block. One gate: the natural
// order.
#pragma once

#include <cstdint>

namespace tidegate::format {

inline constexpr std::uint32_t kPanelRows = 16;

/// Units that lie in full blocks (a multiple of 16; may exceed `units` by up to 3).
constexpr std::uint32_t full_units(std::uint32_t units) { return (units + 3) / kPanelRows * kPanelRows; }

/// Units behind the full blocks, 0 to 12.
constexpr std::uint32_t tail_units(std::uint32_t units) {
    return units > full_units(units) ? units - full_units(units) : 0;
}

constexpr std::uint32_t tail_panels(std::uint32_t gates, std::uint32_t units) {
    return ((tail_units(units) + 3) / 4 * 4 * gates + kPanelRows - 1) / kPanelRows;
}

constexpr std::uint64_t panel_count(std::uint32_t gates, std::uint32_t units) {
    return std::uint64_t{full_units(units)} / kPanelRows * gates + tail_panels(gates, units);
}

/// The padded row of (gate, unit): panel row/16, lane row%16.
constexpr std::uint64_t padded_row(std::uint32_t gates, std::uint32_t units, std::uint32_t gate, std::uint32_t unit) {
    const std::uint32_t full = full_units(units);
    if (unit < full) { return (std::uint64_t{unit} / kPanelRows * gates + gate) * kPanelRows + unit % kPanelRows; }
    const std::uint32_t t = unit - full;
    return std::uint64_t{full} * gates + (t / 4 * gates + gate) * 4 + t % 4;
}

/// Bytes of the integers of a vector of i8 products: whole quads, and whole registers that may be written.
constexpr std::uint64_t quantized_bytes(std::uint32_t cols) { return (std::uint64_t{cols} + 15) / 16 * 16; }

/// Floats that a GRU step needs beside its operands: padded gates (z, r), then candidate parts and r * h.
constexpr std::uint64_t gru_scratch_floats(std::uint32_t units) {
    const std::uint64_t padded = (std::uint64_t{units} + kPanelRows - 1) / kPanelRows * kPanelRows;
    return panel_count(2, units) * kPanelRows + 4 * padded;
}

}  // namespace tidegate::format
