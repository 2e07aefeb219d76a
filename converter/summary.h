// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "convert.h"

namespace tidegate {

/// What was made, for people: nodes before and after, parameters, bytes of file and arena, inputs, outputs, states, and
/// the graph's notes. Ends with a newline.
std::string summary(const Conversion& conversion);

}  // namespace tidegate
