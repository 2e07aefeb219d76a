// SPDX-License-Identifier: MIT
// What stands beside a measurement.
#pragma once

#include <string>

namespace tidegate::command {

/// As the system calls it, "unknown CPU" if it does not.
std::string cpu_name();
const char* compiler_name();

}  // namespace tidegate::command
