// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tidegate {

/// Writes a file that is there whole or not at all: a temporary file beside it, flushed to the disk, renamed. What is
/// no regular file (a device, a pipe) is written directly. Throws ConvertError naming the path and the reason.
void write_output_file(const std::string& path, const std::vector<std::uint8_t>& bytes);

}  // namespace tidegate
