// SPDX-License-Identifier: MIT
// tidegate info --kernels: the tables that were compiled in, and what this CPU does with them.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.h"
#include "machine.h"
#include "tidegate/tidegate.h"

namespace tidegate::command {

void info_kernels(bool json) {
    using Json = nlohmann::ordered_json;
    const tg_kernel_table* const chosen = tg_kernels_at(0);
    Json list = Json::array();
    std::string text;
    for (std::size_t i = 0; const tg_kernel_table* table = tg_kernels_built_at(i); ++i) {
        const bool runs = tg_kernels_run_here(table) != 0;
        list.push_back({{"name", tg_kernels_name(table)}, {"runs_here", runs}, {"chosen", table == chosen}});
        text += fmt::format("{:14}{}\n", tg_kernels_name(table),
                            table == chosen ? "chosen"
                            : runs          ? "can run"
                                            : "not on this CPU");
    }
    if (json) {
        fmt::print("{}\n", Json({{"cpu", cpu_name()}, {"compiler", compiler_name()}, {"kernels", list}}).dump(2));
    } else {
        fmt::print("{}, {}; kernels, best first:\n{}", cpu_name(), compiler_name(), text);
    }
}

}  // namespace tidegate::command
