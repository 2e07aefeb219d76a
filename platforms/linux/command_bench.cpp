// SPDX-License-Identifier: MIT
// tidegate bench: nanoseconds per run, and with --ops per op.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "dims.h"
#include "error.h"
#include "facts.h"
#include "info.h"
#include "kernel_choice.h"
#include "machine.h"
#include "measure.h"
#include "model_file.h"

namespace tidegate::command {
namespace {

using Json = nlohmann::ordered_json;

/// f32 inputs get values in [-1, 1), lengths and indices their maximum, the rest zeros.
void fill_inputs(tg_session* session, const std::vector<RangeFacts>& ranges) {
    std::uint32_t noise = 1;
    for (std::size_t i = 0; i < tg_input_count(tg_session_model(session)); ++i) {
        tg_tensor tensor;
        require(tg_input(session, i, &tensor), "inputs");
        if (tensor.type != TG_F32) { continue; }
        for (std::size_t k = 0; k < tensor.bytes / sizeof(float); ++k) {
            noise = noise * 1664525U + 1013904223U;
            static_cast<float*>(tensor.data)[k] = static_cast<float>(noise >> 8) / 8388608.0F - 1.0F;
        }
    }
    for (const RangeFacts& range : ranges) {
        tg_tensor tensor;
        require(tg_input(session, range.input, &tensor), "inputs");
        const std::size_t width = tensor.type == TG_I64 ? sizeof(std::int64_t) : sizeof(std::int32_t);
        for (std::size_t k = 0; k < tensor.bytes / width; ++k) {
            std::memcpy(static_cast<char*>(tensor.data) + k * width, &range.maximum, width);  // little-endian
        }
    }
}

/// Bytes per ns of all weights, each counted as often as a run reads it; 0 for none.
double weight_rate(const OpFacts& op, const OpTimes::Row& time) {
    const double read = static_cast<double>(op.weight_bytes) * static_cast<double>(op.weight_reads);
    return time.median_ns > 0 ? read / time.median_ns : 0;
}

void add_row(const OpTimes::Row& row, Json& json) {
    json["median_ns"] = row.median_ns;
    json["min_ns"] = row.min_ns;
    json["share"] = row.share;
}

Json ops_json(const std::vector<OpFacts>& ops, const OpTimes& times) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < ops.size(); ++i) {
        Json row = {{"index", i}, {"name", ops[i].name}, {"kind", ops[i].kind}, {"detail", ops[i].detail}};
        add_row(times.ops[i], row);
        row["weight_bytes"] = ops[i].weight_bytes;
        row["weight_reads"] = ops[i].weight_reads;
        row["input_bytes"] = ops[i].input_bytes;
        row["output_bytes"] = ops[i].output_bytes;
        row["weight_gb_per_s"] = weight_rate(ops[i], times.ops[i]);
        rows.push_back(std::move(row));
    }
    Json rest, whole;
    add_row(times.rest, rest);
    add_row(times.whole, whole);
    return {{"runs", times.runs}, {"clock_ns", times.clock_ns}, {"ops", rows}, {"rest", rest}, {"whole", whole}};
}

void print_ops(const std::vector<OpFacts>& ops, const OpTimes& times) {
    std::size_t name = std::string_view("checks, states").size(), kind = 0;
    for (const OpFacts& op : ops) {
        name = std::max(name, op.name.size());
        kind = std::max(kind, op_text(op).size());
    }
    const auto print_times = [&](const std::string& index, const std::string& what, const std::string& how,
                                 const OpTimes::Row& row) {
        fmt::print("{:>3}  {:{}}  {:{}} {:>11.0f} {:>9.0f} {:>6.1f} %", index, what, name, how, kind, row.median_ns,
                   row.min_ns, row.share * 100);
    };
    fmt::print("\n{:>3}  {:{}}  {:{}} {:>11} {:>9} {:>8} {:>9} {:>6} {:>9} {:>9} {:>7}\n", "op", "name", name, "kind",
               kind, "median ns", "min ns", "share", "weights B", "reads", "in B", "out B", "GB/s");
    for (std::size_t i = 0; i < ops.size(); ++i) {
        const OpFacts& op = ops[i];
        print_times(std::to_string(i), printable(op.name), op_text(op), times.ops[i]);
        fmt::print(" {:>9} {:>6} {:>9} {:>9}", op.weight_bytes, op.weight_reads, op.input_bytes, op.output_bytes);
        fmt::print(" {:>7}\n", op.weight_bytes > 0 ? fmt::format("{:.1f}", weight_rate(op, times.ops[i])) : "-");
    }
    print_times("", "checks, states", "", times.rest);
    fmt::print("\n");
    print_times("", "whole run", "", times.whole);
    fmt::print("\n{} runs by the wall clock; reading it takes {:.1f} ns, which every op has in its time.\n", times.runs,
               times.clock_ns);
    fmt::print("reads: how often a run goes through an op's weights. GB/s: weights x reads / median.\n");
}

/// All that is printed.
struct Report {
    const Facts& facts;
    const Dims& dims;
    const RunTimes& times;
    const OpTimes* ops;  ///< or null
    std::string kernels;
};

void print_json(const Report& r) {
    Json json = {
        {"median_ns", r.times.median_ns},       {"min_ns", r.times.min_ns}, {"p999_ns", r.times.p999_ns},
        {"worst_ns", r.times.worst_ns},         {"runs", r.times.runs},     {"arena_bytes", r.facts.arena_bytes},
        {"weight_bytes", r.facts.weight_bytes}, {"kernels", r.kernels},     {"cpu", cpu_name()},
        {"compiler", compiler_name()},          {"dims", Json::object()}};
    const std::vector<std::int32_t> values = r.dims.values();
    for (std::size_t i = 0; i < values.size(); ++i) { json["dims"][r.facts.symbols[i].name] = values[i]; }
    if (r.ops != nullptr) { json["profile"] = ops_json(r.facts.ops, *r.ops); }
    fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void print_text(const Report& r) {
    const std::string at = r.dims.text().empty() ? "" : " at " + printable(r.dims.text());
    fmt::print("{}, {}, kernels {}\n", cpu_name(), compiler_name(), r.kernels);
    fmt::print(
        "one run{}: median {:.1f} ns, min {:.1f} ns; of {} single runs 99.9 % within {:.0f} ns, worst {:.0f} ns\n", at,
        r.times.median_ns, r.times.min_ns, r.times.runs, r.times.p999_ns, r.times.worst_ns);
    fmt::print("arena {} bytes, weights {} bytes\n", r.facts.arena_bytes, r.facts.weight_bytes);
    if (r.ops != nullptr) { print_ops(r.facts.ops, *r.ops); }
}

}  // namespace

void bench(const BenchOptions& options) {
    const ModelFile file(options.model);
    const Dims dims(file.model(), options.dims);
    const tg_kernel_table* kernels = find_kernels(options.kernels);
    const std::size_t needed = tg_arena_size(&file.model());
    const Arena arena(options.arena, needed);
    tg_session* session = nullptr;
    require_start(tg_start_with(&file.model(), arena.data(), arena.size(), kernels, &session), options.model,
                  arena.size(), needed);
    dims.apply(session, options.model);
    const Facts facts = facts_of(file, dims.values());
    fill_inputs(session, facts.ranges);
    require(tg_run(session), options.model);
    const RunTimes times = time_runs(session, options.runs);
    const OpTimes ops = options.ops ? time_ops(session, options.runs) : OpTimes();
    const Report report{facts, dims, times, options.ops ? &ops : nullptr, tg_kernels(session)};
    if (options.json) {
        print_json(report);
    } else {
        print_text(report);
    }
}

}  // namespace tidegate::command
