// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace tidegate::test {

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace tidegate::test
