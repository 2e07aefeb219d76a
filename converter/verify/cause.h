// SPDX-License-Identifier: MIT
// Why a run was refused: what in its inputs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/tensor.h"
#include "tidegate/tidegate.h"

namespace tidegate {

/// ": input 'ids' has 99 at element 3, allowed are -50..49" for a run of the model with these inputs (in the file's
/// order) and dimensions (by symbol) that ended with this status; empty if no input is to blame.
std::string cause_of(tg_status status, const tg_model& model, const std::vector<Tensor>& inputs,
                     const std::vector<std::int32_t>& symbols);

}  // namespace tidegate
