// SPDX-License-Identifier: MIT
// The parts of bench_table. Each measures what the filter asks for and prints its tables.
#pragma once

#include <string>
#include <vector>

#include "output.h"
#include "roofline.h"
#include "tidegate/tidegate.h"

namespace tidegate::bench {

struct Bench {
    Method method;
    std::vector<const tg_kernel_table*> kernels;  ///< best first
    bool peers = true;
    Roofline roofline;
    Output output;
};

void cell_tables(const Bench& bench);     ///< one step at a time, and 96 in one call
void cold_tables(const Bench& bench);     ///< a step after other work has filled the caches
void api_cost_table(const Bench& bench);  ///< tg_run() less the kernel that it calls
void load_table(const Bench& bench);      ///< tg_open() and tg_start()
void flagship_table(const Bench& bench);  ///< examples/air-quality

}  // namespace tidegate::bench
