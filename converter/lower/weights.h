// SPDX-License-Identifier: MIT
// Reals of the graph become the floats of the file: rounded once, no subnormals, nothing that is not finite.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "graph/tensor.h"

namespace tidegate {

/// Magnitudes below 2^-126 become +0.
float without_subnormals(float value);

/// One weight; throws ConvertError naming the initializer if it is not finite as a float.
float weight(double value, const std::string& initializer);

/// `count` weights of a constant, from element `first` on, behind those in `to`.
void append_weights(std::vector<float>& to, const Tensor& from, std::int64_t first, std::int64_t count,
                    const std::string& initializer);

}  // namespace tidegate
