// SPDX-License-Identifier: MIT
// bench_table: what models cost through the public API, the limits of this core beside each figure, and others
// doing the same beside ours where they are installed. docs/benchmarks.md says how it measures.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>
#include <exception>

#include "machine.h"
#include "peer.h"
#include "tables.h"

namespace tidegate::bench {
namespace {

struct Options {
    bool quick = false;
    bool all = false;
    bool no_peer = false;
    bool markdown = false;
    bool json = false;
    std::string filter;
};

Form form_of(const Options& options) {
    return options.json ? Form::json : options.markdown ? Form::markdown : Form::text;
}

std::vector<const tg_kernel_table*> kernel_tables(bool all) {
    std::vector<const tg_kernel_table*> tables;
    for (std::size_t i = 0; tg_kernels_at(i) != nullptr; ++i) {
        const bool slow = std::strcmp(tg_kernels_name(tg_kernels_at(i)), "scalar") == 0;
        if (all || !slow || i == 0) tables.push_back(tg_kernels_at(i));
    }
    return tables;
}

void print_head(const Bench& bench) {
    std::string names;
    for (const tg_kernel_table* table : bench.kernels) names += std::string(" ") + tg_kernels_name(table);
    std::string others;
    for (const PeerMaker& peer : peers()) {
        if (bench.peers && peer.number == Number::f32)
            others += (others.empty() ? " " : ", ") + peer.name + " " + peer.version();
    }
    bench.output.note(cpu_name() + ", " + compiler_name() + ", kernels" + names + ", peers" +
                      (others.empty() ? " none" : others) + ", load average " + load_average());
    bench.output.note("measured here: " + to_text(bench.roofline));
    bench.output.note(
        "limit = max(multiply-adds / peak, weight bytes / bandwidth of the level that holds them); best, "
        "median and worst of " +
        std::to_string(bench.method.repetitions) + " batches of at least " + number(bench.method.batch_ns / 1e6, 1) +
        " ms, one thread, each batch of ours beside one of each peer\n");
}

int run(const Options& options) {
    const Method method = options.quick ? kQuickMethod : Method{};
    std::fprintf(stderr, "limits of this core\n");
    const Bench bench{method, kernel_tables(options.all), !options.no_peer, measure_roofline(method),
                      Output(form_of(options), options.filter)};
    print_head(bench);
    cell_tables(bench);
    cold_tables(bench);
    api_cost_table(bench);
    load_table(bench);
    flagship_table(bench);
    if (!options.json) {
        bench.output.note("at the end: " + to_text(measure_roofline(method)) + "; load average " + load_average());
    }
    return 0;
}

}  // namespace
}  // namespace tidegate::bench

int main(int argc, char** argv) {
    tidegate::bench::Options options;
    CLI::App app("Measures models through tidegate's API, beside the limits of this core and its peers.",
                 "bench_table");
    app.add_flag("--quick", options.quick, "7 batches of 1 ms instead of 41 of 3 ms");
    app.add_flag("--all", options.all, "the scalar kernels too");
    app.add_flag("--no-peer", options.no_peer, "without oneDNN and ONNX Runtime");
    app.add_option("--filter", options.filter, "lines whose name matches, such as 'lstm/T=1/8->64|api'")
        ->type_name("REGEX");
    CLI::Option* markdown = app.add_flag("--markdown", options.markdown, "tables in Markdown");
    app.add_flag("--json", options.json, "one JSON object a line: name, best_ns, median_ns, worst_ns, repetitions")
        ->excludes(markdown);
    app.footer(
        "Names: CELL/T=STEPS/SIZE, CELL/T=STEPS/B=SERIES/SIZE, cold/CELL/SIZE, api/CELL/SIZE, load/MODEL,\n"
        "flagship/MODEL, with CELL lstm, gru or gru_linear (linear_before_reset=1), which may be followed by /f16 or\n"
        "/i8 (half-precision weights, int8), and SIZE INPUT->HIDDEN. Progress goes to stderr.");
    CLI11_PARSE(app, argc, argv);
    try {
        return tidegate::bench::run(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_table: %s\n", error.what());
        return 1;
    }
}
