// SPDX-License-Identifier: MIT
// Whole files in, whole files out. Throws CommandError with the path and the system's reason.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::command {

std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

}  // namespace tidegate::command
