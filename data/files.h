// SPDX-License-Identifier: MIT
// Whole files in, whole files out. Throws DataError with the path and the system's reason.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::data {

std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

}  // namespace tidegate::data
