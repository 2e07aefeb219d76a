// SPDX-License-Identifier: MIT
#include "cell_model.h"
#include "kernel_step.h"
#include "model.h"
#include "tables.h"

namespace tidegate::bench {
namespace {

constexpr Size kSmall{8, 16};

/// What a run does beside the kernel: input cleaned, output's NaNs made one, new states checked and kept.
std::vector<std::string> row_of(const Bench& bench, Cell cell, const tg_kernel_table* kernels,
                                const std::string& name) {
    const Model model(cell_file(random_weights(cell, kSmall), {1, 1}));
    Session session(model, kernels);
    KernelStep alone(cell, kSmall);
    // The API's opaque table is this one.
    const auto& set = *reinterpret_cast<const kernels::Kernels*>(kernels);
    const std::vector<Times> times =
        measure({[&](std::size_t count) { session.run(count); }, [&](std::size_t count) { alone.run(set, count); }},
                bench.method);
    std::vector<double> differences;
    for (std::size_t i = 0; i < times[0].repetitions.size(); ++i) {
        differences.push_back(times[0].repetitions[i] - times[1].repetitions[i]);
    }
    const std::string who = tg_kernels_name(kernels);
    bench.output.line(name + "/tg_run", who, times[0]);
    bench.output.line(name + "/kernel", who, times[1]);
    return {std::string(title_of(cell)) + " " + to_text(kSmall),
            who,
            ns_text(times[0].best),
            ns_text(times[0].median),
            ns_text(times[1].best),
            ns_text(times[1].median),
            ns_text(times[0].best - times[1].best),
            ns_text(times_of(differences).median)};
}

}  // namespace

void api_cost_table(const Bench& bench) {
    Table table{"What the API costs: tg_run() of a model of one cell, and the same step by the kernel alone (ns)",
                {{"", "cell"},
                 {"", "kernels"},
                 {"tg_run", "best"},
                 {"tg_run", "median"},
                 {"kernel", "best"},
                 {"kernel", "median"},
                 {"difference", "of bests"},
                 {"difference", "median"}},
                {}};
    for (const Cell cell : kCells) {
        const std::string name = std::string("api/") + name_of(cell) + "/" + to_text(kSmall);
        if (!bench.output.wants(name)) continue;
        for (const tg_kernel_table* kernels : bench.kernels) {
            table.rows.push_back(row_of(bench, cell, kernels, name));
        }
    }
    bench.output.table(table);
}

}  // namespace tidegate::bench
