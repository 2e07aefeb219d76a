// SPDX-License-Identifier: MIT
// Kernel tables by name.
#pragma once

#include <string>

#include "tidegate/tidegate.h"

namespace tidegate::command {

/// The kernels of that name, null for an empty one (the best). Throws CommandError if there are none, or if this CPU
/// cannot run them; it lists those that exist.
const tg_kernel_table* find_kernels(const std::string& name);

}  // namespace tidegate::command
