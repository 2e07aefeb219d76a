// SPDX-License-Identifier: MIT
// What lies where in the arena of a session, and when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model_file.h"

namespace tidegate::command {

/// A part of the session's own memory, from the start of the arena.
struct SessionPart {
    std::string what;
    std::uint64_t offset;
    std::uint64_t bytes;
};

/// A buffer of the plan. Two that share bytes are never live at the same step.
struct MappedBuffer {
    std::uint64_t offset;  ///< from the start of the arena
    std::uint64_t bytes;
    std::uint32_t first, last;       ///< live in these steps; step k is op k, the last one is "after the run"
    std::vector<std::string> holds;  ///< "input x", "next state h = Y_h of lstm", "scratch of lstm"
};

struct MemoryMap {
    std::vector<SessionPart> session;   ///< without gaps, `session_bytes` in all
    std::vector<MappedBuffer> buffers;  ///< by offset, then by first step
    std::uint64_t session_bytes = 0;
    std::uint64_t buffer_bytes = 0;   ///< behind the session's; together the arena
    std::uint64_t padding_bytes = 0;  ///< of these, bytes that no buffer uses at any step
    std::uint32_t steps = 0;          ///< the ops, and one for "after the run"
};

MemoryMap memory_map_of(const ModelFile& file);

}  // namespace tidegate::command
