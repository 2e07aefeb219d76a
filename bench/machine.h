// SPDX-License-Identifier: MIT
// What a figure was measured on.
#pragma once

#include <cstddef>
#include <string>

namespace tidegate::bench {

std::string cpu_name();       ///< "model name" of Linux, where there is one
std::string compiler_name();  ///< "GCC 12.2.0"
std::string load_average();   ///< of the last 1, 5 and 15 minutes: what else the machine is doing

/// Bytes of the data cache of level 1, 2 or 3 as the system states them, else what is usual.
std::size_t cache_bytes(int level);

}  // namespace tidegate::bench
