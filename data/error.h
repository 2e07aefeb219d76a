// SPDX-License-Identifier: MIT
// A file of data that is refused: which one, where in it, what was found and what was expected; one line.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace tidegate::data {

class DataError : public std::runtime_error {
public:
    template <class... Args>
    explicit DataError(fmt::format_string<Args...> format, Args&&... args)
        : std::runtime_error(fmt::format(format, std::forward<Args>(args)...)) {}
};

}  // namespace tidegate::data
