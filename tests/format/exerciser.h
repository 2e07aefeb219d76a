// SPDX-License-Identifier: MIT
// Does with a file all that a program can do with it, between forbidden pages: file (read-only) and arena lie once
// directly behind such a page and once directly before one.
#pragma once

#include <cstdint>
#include <vector>

#include "guarded.h"
#include "tidegate/tidegate.h"

namespace tidegate::test {

class Exerciser {
public:
    Exerciser(std::size_t largest_file, std::size_t largest_arena) : file_(largest_file), arena_(largest_arena) {}

    /// Opens the file; if it is good, describes, starts, runs and resets it with every kernel table of this CPU on
    /// hostile inputs, and forecasts with it if it can. All tables and places must give the same bits. Returns the
    /// status of tg_open.
    tg_status exercise(const std::vector<std::uint8_t>& file);

    std::size_t opened = 0;
    std::size_t run = 0;  ///< of those opened, how many had an arena that fits here

private:
    void use(const tg_model& model, bool at_front);
    std::uint64_t run_session(const tg_model& model, bool at_front, const tg_kernel_table* kernels);
    std::uint64_t run_forecaster(const tg_model& model, bool at_front, const tg_kernel_table* kernels);
    std::uint8_t* arena(std::size_t bytes, bool at_front);

    Guarded file_;
    Guarded arena_;
    std::uint64_t session_bits_ = 0;  ///< of the first run of the file
    std::uint64_t forecast_bits_ = 0;
};

}  // namespace tidegate::test
