// SPDX-License-Identifier: MIT
// Matrices into the layout of format/panels.h.
#pragma once

#include <string>
#include <vector>

#include "lower/program.h"

namespace tidegate {

struct PackedWeights {
    /// [panel][column][16 rows], i8 [panel][quad of columns][16 rows][4 columns], in the matrix' form, zero padded.
    std::string panels;
    /// i8: [panel][part]{f32 scale[16], i32 correction[16]}, zeros for padding. Other forms: empty.
    std::string row_scales;
};
PackedWeights pack_weights(const ProgramMatrix& matrix);

/// f32 [panel][16 rows], zero padded.
std::vector<float> pack_bias(const ProgramMatrix& matrix);

}  // namespace tidegate
