// SPDX-License-Identifier: MIT
// What is refused: a file, an option, a value. main prints it as one line on stderr and exits with 2.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace tidegate::command {

class CommandError : public std::runtime_error {
public:
    template <class... Args>
    explicit CommandError(fmt::format_string<Args...> format, Args&&... args)
        : std::runtime_error(fmt::format(format, std::forward<Args>(args)...)) {}
};

/// Text from a file as one line for a terminal: control characters become blanks.
inline std::string printable(std::string text) {
    for (char& c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (code < 0x20 || code == 0x7f) { c = ' '; }
    }
    return text;
}

}  // namespace tidegate::command
