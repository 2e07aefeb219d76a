// SPDX-License-Identifier: MIT
// Names from a file are shown to people and go through terminals: what could deceive either is written as an escape.
#pragma once

#include <string>
#include <string_view>

namespace tidegate {

/// The name with control and format characters, quotes, backslashes and bytes that are not UTF-8 as \xNN, and cut after
/// 200 bytes.
std::string printable(std::string_view name);
/// printable() in single quotes: how every message shows a name.
std::string in_quotes(std::string_view name);

}  // namespace tidegate
