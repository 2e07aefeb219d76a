// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "lower/program.h"

namespace tidegate {

/// One line per input, state, step and output with types, shapes and places: for people (--explain) and for tests.
/// Arena offsets are shown once plan() has set them.
std::string to_text(const Program& program);

}  // namespace tidegate
