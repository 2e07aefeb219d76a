// SPDX-License-Identifier: MIT
// Does with a file all that a program can do with it, between forbidden pages: file (read-only) and arena lie once
// directly behind such a page and once directly before one.
#pragma once

#include <cstdint>
#include <vector>

#include "guarded.h"
#include "tidegate/tidegate.h"

namespace tidegate::test {

enum class Bits { of_all_tables, of_each_table };

class Exerciser {
public:
    Exerciser(std::size_t largest_file, std::size_t largest_arena) : file_(largest_file), arena_(largest_arena) {}

    /// Opens the file; if it is good, describes, starts, runs and resets it with every kernel table of this CPU on
    /// hostile inputs, and forecasts with it if it can. A table must give the same bits at both places, and all tables
    /// the same, unless `bits` says that the weights may not be what their form allows: not all tables read the
    /// corrections, -128 is no weight, and a half is finite. Returns the status of tg_open.
    tg_status exercise(const std::vector<std::uint8_t>& file, Bits bits = Bits::of_all_tables);

    std::size_t opened = 0;
    std::size_t run = 0;  ///< of those opened, how many had an arena that fits here

private:
    void use(const tg_model& model, bool at_front, Bits bits);
    std::uint64_t run_session(const tg_model& model, bool at_front, const tg_kernel_table* kernels);
    std::uint64_t run_forecaster(const tg_model& model, bool at_front, const tg_kernel_table* kernels);
    std::uint8_t* arena(std::size_t bytes, bool at_front);

    Guarded file_;
    Guarded arena_;
    struct Seen {
        std::uint64_t session, forecast;
        bool operator==(const Seen&) const = default;
    };
    std::vector<Seen> seen_;  ///< of each table, when the file was run first
};

}  // namespace tidegate::test
