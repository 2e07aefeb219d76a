// SPDX-License-Identifier: MIT
#include <algorithm>

#include "race.h"
#include "tables.h"

namespace tidegate::bench {
namespace {

std::vector<Column> columns_of(const Runners& runners) {
    std::vector<Column> columns = {{"", "size"}, {"", "limit"}};
    for (std::size_t i = 0; i < runners.names.size(); ++i) {
        for (const char* name : {"best", "median", "worst"}) columns.push_back({runners.names[i], name});
        const bool peer = runners.is_peer(i);
        columns.push_back({runners.names[i], peer ? "/ ours" : "GMAC/s"});
        columns.push_back({runners.names[i], peer ? "max error" : "of limit"});
    }
    columns.insert(columns.end(), {{"", "arena"}, {"", "weights"}});
    return columns;
}

Times per_step(Times times, std::uint32_t steps) {
    times.best /= steps;
    times.median /= steps;
    times.worst /= steps;
    return times;
}

/// A step of all series: the state's weights are read in each, the input's once for all steps of a call.
double limit_of(const Roofline& roofline, Cell cell, Size size, Way way, Number number) {
    const double bytes = bytes_of(number) * (state_products(cell, size) + input_products(cell, size) / way.steps);
    return roofline.ns(products(cell, size) * way.batch, bytes, number);
}

struct Measured {
    Cell cell;
    Way way;
    Number number;
};

std::vector<std::string> row_of(const Bench& bench, const Runners& runners, const Measured& what, Size size,
                                const std::string& name) {
    Race race(bench, runners, what.cell, size, what.way, what.number);
    const std::vector<double> errors = race.peer_errors(what.way.steps == 1 ? 24 : 2);
    const std::vector<Times> times = measure(race.works(), bench.method);
    const double limit = limit_of(bench.roofline, what.cell, size, what.way, what.number);
    const double multiply_adds = products(what.cell, size) * what.way.batch;
    std::vector<std::string> row = {to_text(size), limit > 0 ? ns_text(limit) : ""};
    for (std::size_t i = 0; i < times.size(); ++i) {
        const Times step = per_step(times[i], what.way.steps);
        bench.output.line(name, runners.names[i], step);
        row.insert(row.end(), {ns_text(step.best), ns_text(step.median), ns_text(step.worst)});
        if (runners.is_peer(i)) {
            row.push_back(number(times[i].best / times.front().best, 2));
            row.push_back(error_text(errors[i - runners.ours]));
        } else {
            row.insert(row.end(), {number(multiply_adds / step.best, 1), share_text(limit / step.best)});
        }
    }
    row.push_back(std::to_string(race.model().arena_bytes()));
    row.push_back(std::to_string(race.model().weight_bytes()));
    return row;
}

std::string title_of(const Measured& what) {
    std::string title = title_of(what.cell);
    title += suffix_of(what.number);
    if (what.way.batch > 1) title += ", " + std::to_string(what.way.batch) + " series side by side";
    title +=
        what.way.steps == 1 ? ", one step at a time" : ", " + std::to_string(what.way.steps) + " steps in one call";
    return title + (what.way.batch > 1 ? " (ns per step of all)" : " (ns per step)");
}

void print_table(const Bench& bench, const Measured& what) {
    const Runners runners = runners_of(bench, what.cell, what.number);
    Table table{title_of(what), columns_of(runners), {}};
    const auto add = [&](Size size) {
        const std::string name =
            std::string(name_of(what.cell)) + "/" + prefix_of(what.number) + to_text(what.way) + "/" + to_text(size);
        if (bench.output.wants(name)) table.rows.push_back(row_of(bench, runners, what, size, name));
    };
    if (what.way.batch == 1) std::for_each(kSizes.begin(), kSizes.end(), add);
    if (what.way.batch > 1) std::for_each(kBatchSizes.begin(), kBatchSizes.end(), add);
    bench.output.table(table);
}

}  // namespace

void cell_tables(const Bench& bench) {
    for (const Number number : kNumbers) {
        for (const Way way : kWays) {
            for (const Cell cell : kCells) print_table(bench, {cell, way, number});
        }
    }
}

}  // namespace tidegate::bench
