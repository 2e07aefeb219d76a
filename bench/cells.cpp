// SPDX-License-Identifier: MIT
#include "race.h"
#include "tables.h"

namespace tidegate::bench {
namespace {

constexpr std::uint32_t kSequence = 96;

std::vector<Column> columns_of(const Bench& bench) {
    std::vector<Column> columns = {{"", "size"}, {"", "limit"}};
    const std::vector<std::string> names = names_of(bench);
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (const char* name : {"best", "median", "worst"}) columns.push_back({names[i], name});
        if (i >= bench.kernels.size()) continue;
        columns.push_back({names[i], "GMAC/s"});
        columns.push_back({names[i], "of limit"});
    }
    if (has_peer(bench)) columns.insert(columns.end(), {{names.back(), "/ ours"}, {names.back(), "max error"}});
    columns.insert(columns.end(), {{"", "arena"}, {"", "weights"}});
    return columns;
}

Times per_step(Times times, std::uint32_t steps) {
    times.best /= steps;
    times.median /= steps;
    times.worst /= steps;
    return times;
}

std::vector<std::string> row_of(const Bench& bench, Cell cell, Size size, std::uint32_t steps,
                                const std::string& name) {
    Race race(bench, cell, size, steps);
    const double error = race.peer_error(steps == 1 ? 24 : 2);
    const std::vector<Times> times = measure(race.works(), bench.method);
    const std::vector<std::string> names = names_of(bench);
    // The input's weights are read once for all steps of a call.
    const double bytes = 4 * (state_products(cell, size) + input_products(cell, size) / steps);
    const double limit = bench.roofline.ns(products(cell, size), bytes);
    std::vector<std::string> row = {to_text(size), limit > 0 ? ns_text(limit) : ""};
    for (std::size_t i = 0; i < times.size(); ++i) {
        const Times step = per_step(times[i], steps);
        bench.output.line(name, names[i], step);
        row.insert(row.end(), {ns_text(step.best), ns_text(step.median), ns_text(step.worst)});
        if (i >= bench.kernels.size()) continue;
        row.insert(row.end(), {number(products(cell, size) / step.best, 1), share_text(limit / step.best)});
    }
    if (has_peer(bench)) {
        row.push_back(number(times.back().best / times.front().best, 2));
        row.push_back(error_text(error));
    }
    row.push_back(std::to_string(race.model().arena_bytes()));
    row.push_back(std::to_string(race.model().weight_bytes()));
    return row;
}

}  // namespace

void cell_tables(const Bench& bench) {
    for (const std::uint32_t steps : {1U, kSequence}) {
        for (const Cell cell : kCells) {
            const std::string way = steps == 1 ? "one step at a time" : std::to_string(steps) + " steps in one call";
            Table table{std::string(title_of(cell)) + ", " + way + " (ns per step)", columns_of(bench), {}};
            for (const Size size : kSizes) {
                const std::string name =
                    std::string(name_of(cell)) + "/T=" + std::to_string(steps) + "/" + to_text(size);
                if (bench.output.wants(name)) table.rows.push_back(row_of(bench, cell, size, steps, name));
            }
            bench.output.table(table);
        }
    }
}

}  // namespace tidegate::bench
