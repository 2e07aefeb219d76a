// SPDX-License-Identifier: MIT
#include "kernel_choice.h"

#include "error.h"

namespace tidegate::command {
namespace {

/// "avx512 (not on this CPU), avx2, scalar"
std::string known_kernels() {
    std::string names;
    for (std::size_t i = 0; const tg_kernel_table* table = tg_kernels_built_at(i); ++i) {
        names += fmt::format("{}{}{}", i == 0 ? "" : ", ", tg_kernels_name(table),
                             tg_kernels_run_here(table) != 0 ? "" : " (not on this CPU)");
    }
    return names;
}

}  // namespace

const tg_kernel_table* find_kernels(const std::string& name) {
    if (name.empty()) { return nullptr; }
    for (std::size_t i = 0; const tg_kernel_table* table = tg_kernels_built_at(i); ++i) {
        if (name != tg_kernels_name(table)) { continue; }
        if (tg_kernels_run_here(table) != 0) { return table; }
        throw CommandError("--kernels {}: this CPU cannot run them; there are {}", name, known_kernels());
    }
    throw CommandError("--kernels {}: no such kernels; there are {}", name, known_kernels());
}

}  // namespace tidegate::command
