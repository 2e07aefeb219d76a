// SPDX-License-Identifier: MIT
#include "emit/pack.h"

#include "format/panels.h"

namespace tidegate {
namespace {

/// Calls place(row of the matrix, panel, lane) for every row.
template <class Place>
void for_each_row(const ProgramMatrix& matrix, Place place) {
    for (std::uint32_t gate = 0; gate < matrix.gates; ++gate) {
        for (std::uint32_t unit = 0; unit < matrix.units; ++unit) {
            const std::uint64_t padded = format::padded_row(matrix.gates, matrix.units, gate, unit);
            place(std::uint64_t{gate} * matrix.units + unit, padded / format::kPanelRows, padded % format::kPanelRows);
        }
    }
}

}  // namespace

std::vector<float> pack_panels(const ProgramMatrix& matrix) {
    const std::uint64_t cols = std::uint64_t{matrix.input_cols} + matrix.state_cols;
    std::vector<float> panels(format::panel_count(matrix.gates, matrix.units) * cols * format::kPanelRows);
    for_each_row(matrix, [&](std::uint64_t row, std::uint64_t panel, std::uint64_t lane) {
        for (std::uint64_t col = 0; col < cols; ++col) {
            panels[(panel * cols + col) * format::kPanelRows + lane] = matrix.weights[row * cols + col];
        }
    });
    return panels;
}

std::vector<float> pack_bias(const ProgramMatrix& matrix) {
    std::vector<float> bias(format::panel_count(matrix.gates, matrix.units) * format::kPanelRows);
    for_each_row(matrix, [&](std::uint64_t row, std::uint64_t panel, std::uint64_t lane) {
        bias[panel * format::kPanelRows + lane] = matrix.bias[row];
    });
    return bias;
}

}  // namespace tidegate
