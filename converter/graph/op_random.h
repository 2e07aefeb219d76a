// SPDX-License-Identifier: MIT
// Random numbers. Nothing that depends on them can be converted: simplify/sampled.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "graph/tensor.h"

namespace tidegate {

struct RandomNumbers {
    std::string name;                 ///< of the ONNX operator
    std::optional<Dims> dims;         ///< nothing: those of the input, or
    std::int64_t samples = 0;         ///< not 0: this many for each row of the input
    std::optional<ElementType> type;  ///< nothing: that of the input
};                                    ///< x?

}  // namespace tidegate
