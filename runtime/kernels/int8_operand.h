// SPDX-License-Identifier: MIT
// What the sums of an int8 product are made of. In a header of its own, for files of other flags than the form's.
#pragma once

#include "kernels/kernels.h"

namespace tidegate::kernels {

/// Columns of quads, and the integers of one vector for each series.
struct Int8Operand {
    const std::int8_t* panels;
    Size panel_bytes;
    const RowScales* rows;
    Size panel_rows;
    const std::int8_t* x;
    Size x_stride;
    Size quads;
    float scales[kMostSeries];  ///< what one unit of x stands for
};

}  // namespace tidegate::kernels
