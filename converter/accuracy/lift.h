// SPDX-License-Identifier: MIT
// Tensors of a loop's body, seen from outside of it.
#pragma once

#include "lower/program.h"

namespace tidegate {

/// Can what the step makes be seen in every run of the loops around it? Not if a condition may end one of them.
bool can_lift(const Program& program, std::size_t step);

/// A tensor of a step's body stacked by the loops around it, outer ones first; itself if there are none.
TensorId lifted(Program& program, std::size_t step, TensorId tensor);

}  // namespace tidegate
