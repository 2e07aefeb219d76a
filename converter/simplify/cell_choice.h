// SPDX-License-Identifier: MIT
// Which of what looks like a cell is one. Inside simplify/ only.
#pragma once

#include <vector>

#include "simplify/cell.h"

namespace tidegate {

struct ChosenCell {
    Cell cell;
    std::size_t weights = 0;  ///< index of the cell that has the weights: its own, or of a head the step behind it
};
struct CellChoice {
    /// In the order of the graph. h of each is known, its state goes on in another step, in the run or in the
    /// interface, and nobody else reads what is inside of it.
    std::vector<ChosenCell> cells;
    /// Of each LSTM that is left because nothing tells which of them is its h: these.
    std::vector<std::vector<ValueId>> undecided;
};
CellChoice choose_cells(const Graph& graph, LinearForms& forms);

/// The block that a gate multiplies a source with; of a gate whose matrix has another source for h, give that one.
const Block* block_of(const Gate& gate, const Source& source);
/// What the gate's matrix R multiplies: h, or r * h.
ValueId state_of(const Cell& cell, std::size_t gate);
/// The sum of the constants.
std::vector<double> values_of(const Graph& graph, const std::vector<LinearForm::Bias>& bias, std::int64_t cols);

}  // namespace tidegate
