// SPDX-License-Identifier: MIT
// What in a saved state the library refuses.
#pragma once

#include <string>

#include "facts.h"

namespace tidegate::command {

/// The first value of a whole, undamaged saved state of this model that is not finite or beyond its state's limit:
/// "state 'h' has 1.5 at [0,0,3], its limit is 1"; empty if there is none. Throws DataError if the file cannot be read.
std::string value_beyond_limit(const Facts& facts, const std::string& path);

}  // namespace tidegate::command
