// SPDX-License-Identifier: MIT
// What `tidegate info` shows, as JSON and for people.
#pragma once

#include <string>

#include "facts.h"
#include "memory_map.h"

namespace tidegate::command {

std::string info_json(const Facts& facts, const MemoryMap& map);
void print_info(const Facts& facts, const MemoryMap& map);

/// "Recurrent (lstm, 16 -> 32 units)"
std::string op_text(const OpFacts& op);

}  // namespace tidegate::command
