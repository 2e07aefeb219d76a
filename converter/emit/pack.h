// SPDX-License-Identifier: MIT
// Matrices into the layout of format/panels.h.
#pragma once

#include <vector>

#include "lower/program.h"

namespace tidegate {

/// f32 [panel][column][16 rows], zero padded.
std::vector<float> pack_panels(const ProgramMatrix& matrix);
/// f32 [panel][16 rows], zero padded.
std::vector<float> pack_bias(const ProgramMatrix& matrix);

}  // namespace tidegate
