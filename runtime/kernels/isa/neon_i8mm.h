// SPDX-License-Identifier: MIT
// Products of several series at once by FEAT_I8MM, for the table of neon_dotprod.cpp.
#pragma once

#include "kernels/int8_operand.h"

namespace tidegate::kernels {

/// y[s][row] = start[s][row] + the products of all parts one after the other, as Product says for i8: the rows of
/// panels [panel, end), of four series from `series` on. y may be start.
struct I8mmProduct {
    const Int8Operand* parts;
    Size count;
    Size panel, end, series;
    const float* start;  ///< of the first of these panels and series
    Size start_stride;
    float* y;
    Size y_stride;
};
void i8mm_product_of_four(const I8mmProduct& product);

}  // namespace tidegate::kernels
