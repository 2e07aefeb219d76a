// SPDX-License-Identifier: MIT
// The arena plan: when each buffer is live, and where it lies. plan() of convert.h does all of it.
#pragma once

#include <cstdint>
#include <vector>

#include "lower/program.h"

namespace tidegate {

/// Gives every Recurrent step a scratch buffer with room for the lanes that pay (sizes.h), every Dense step of int8 one
/// for integers.
void add_scratch(Program& program);

/// Sets first and last (inclusive steps; N = steps.size() is "after the run"): inputs and states' inputs 0 to N,
/// outputs and states' outputs from their step to N, scratch at its step, the rest from its step to its last reader,
/// views counted. Throws std::logic_error for a buffer that no step or input fills.
void set_lifetimes(Program& program);

/// Sets offsets on multiples of kBufferAlignment so that no two buffers that are live at a step overlap; returns the
/// bytes of all. The same buffers always get the same offsets.
std::uint64_t place(std::vector<ProgramBuffer>& buffers);

/// The most bytes (of aligned buffers) that are live at any step: no plan can be smaller.
std::uint64_t peak_live_bytes(const std::vector<ProgramBuffer>& buffers);

}  // namespace tidegate
