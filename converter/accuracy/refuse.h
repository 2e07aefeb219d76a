// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "graph/error.h"
#include "graph/text.h"

namespace tidegate {

/// The user's data, a file or folder, cannot be taken.
[[noreturn]] inline void refuse_data(const std::string& data, const std::string& what) {
    throw ConvertError("--calibrate " + in_quotes(data) + ": " + what);
}

}  // namespace tidegate
