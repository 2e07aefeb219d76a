// SPDX-License-Identifier: MIT
// What is refused: a file, an option, a value. main prints it as one line on stderr and exits with 2.
#pragma once

#include <string>

#include "data/error.h"

namespace tidegate::command {

using CommandError = data::DataError;

/// Text from a file as one line for a terminal: control characters become blanks.
inline std::string printable(std::string text) {
    for (char& c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (code < 0x20 || code == 0x7f) { c = ' '; }
    }
    return text;
}

}  // namespace tidegate::command
