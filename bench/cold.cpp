// SPDX-License-Identifier: MIT
#include "race.h"
#include "tables.h"

namespace tidegate::bench {
namespace {

std::string us_text(double ns) { return ns > 0 ? number(ns / 1000, 2) : ""; }

constexpr Way kStep{1, 1};

std::vector<Column> columns_of(const Runners& runners) {
    std::vector<Column> columns = {{"", "size"}, {"", "memory limit"}};
    for (std::size_t i = 0; i < runners.names.size(); ++i) {
        for (const char* figure : {"best", "median", "worst"}) columns.push_back({runners.names[i], figure});
        if (runners.is_peer(i)) columns.push_back({runners.names[i], "/ ours"});
    }
    return columns;
}

std::vector<std::string> row_of(const Bench& bench, const Runners& runners, Cell cell, Number number, Size size,
                                const std::string& name) {
    Race race(bench, runners, cell, size, kStep, number);
    const std::vector<Work> works = race.works();
    for (const Work& work : works) work(3);  // what is done once only is not a step's affair
    const std::vector<Times> times = measure_cold(works, bench.roofline.walk_bytes(), bench.method.repetitions);
    std::vector<std::string> row = {to_text(size),
                                    us_text(bench.roofline.cold_ns(bytes_of(number) * products(cell, size)))};
    for (std::size_t i = 0; i < times.size(); ++i) {
        bench.output.line(name, runners.names[i], times[i]);
        row.insert(row.end(), {us_text(times[i].best), us_text(times[i].median), us_text(times[i].worst)});
        if (runners.is_peer(i)) row.push_back(bench::number(times[i].median / times.front().median, 2));
    }
    return row;
}

}  // namespace

void cold_tables(const Bench& bench) {
    const std::string walk = std::to_string(bench.roofline.walk_bytes() >> 20);
    for (const Number number : kNumbers) {
        for (const Cell cell : kCells) {
            const Runners runners = runners_of(bench, cell, number);
            Table table{title_of(cell) + suffix_of(number) + ", a cold step: after reading " + walk +
                            " MiB (µs; / ours: medians)",
                        columns_of(runners),
                        {}};
            for (const Size size : kSizes) {
                const std::string name = std::string("cold/") + name_of(cell) + "/" + prefix_of(number) + to_text(size);
                if (bench.output.wants(name)) table.rows.push_back(row_of(bench, runners, cell, number, size, name));
            }
            bench.output.table(table);
        }
    }
}

}  // namespace tidegate::bench
