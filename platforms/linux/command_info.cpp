// SPDX-License-Identifier: MIT
// tidegate info: what is in the file, for people or as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "error.h"
#include "facts.h"
#include "files.h"
#include "npy.h"
#include "times.h"

namespace tidegate::command {
namespace {

using Json = nlohmann::ordered_json;

Json tensor_json(const TensorFacts& tensor) {
    return {{"name", tensor.name}, {"type", tensor.type}, {"shape", tensor.shape}};
}

Json tensors_json(const std::vector<TensorFacts>& tensors) {
    Json json = Json::array();
    for (const TensorFacts& tensor : tensors) { json.push_back(tensor_json(tensor)); }
    return json;
}

Json op_json(const OpFacts& op) {
    Json json = {{"name", op.name}, {"kind", op.kind}, {"detail", op.detail}, {"outputs", Json::array()}};
    for (const TensorFacts& output : op.outputs) {
        json["outputs"].push_back({{"type", output.type}, {"shape", output.shape}});
    }
    return json;
}

/// The shortest decimal that is this float: 0.1, not 0.10000000149011612.
double decimal(float x) { return std::stod(fmt::format("{}", x)); }

Json forecast_json(const ForecastFacts& f) {
    Json columns = Json::array();
    for (const ColumnFacts& column : f.columns) {
        columns.push_back({{"name", column.name}, {"transform", column.transform}});
        if (!column.categories.empty()) { columns.back()["categories"] = column.categories; }
    }
    Json quantiles = Json::array();
    for (const float q : f.quantiles) { quantiles.push_back(decimal(q)); }
    return {{"target", f.target},
            {"horizon", f.horizon},
            {"step_seconds", f.step_seconds},
            {"quantiles", quantiles},
            {"time", f.time_columns},
            {"columns", columns},
            {"features", f.features},
            {"max_gap_steps", f.max_gap_steps},
            {"arena_bytes", f.arena_bytes}};
}

Json facts_json(const Facts& f) {
    Json ops = Json::array();
    for (const OpFacts& op : f.ops) { ops.push_back(op_json(op)); }
    return {{"name", f.name},
            {"producer", f.producer},
            {"converter", f.converter},
            {"source_sha256", f.source_sha256},
            {"format", f.format},
            {"crc32c", fmt::format("{:08x}", f.crc)},
            {"file_bytes", f.file_bytes},
            {"weight_bytes", f.weight_bytes},
            {"arena_bytes", f.arena_bytes},
            {"inputs", tensors_json(f.inputs)},
            {"outputs", tensors_json(f.outputs)},
            {"states", tensors_json(f.states)},
            {"ops", ops},
            {"forecast", f.forecast.empty() ? Json(nullptr) : forecast_json(f.forecast.front())}};
}

/// "f32 [1,16]"
std::string type_text(const TensorFacts& tensor) { return fmt::format("{} {}", tensor.type, shape_text(tensor.shape)); }

void print_tensors(const char* title, const std::vector<TensorFacts>& tensors, std::size_t width) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        fmt::print("{:10}{:>3}  {:{}}  {}\n", i == 0 ? title : "", i, printable(tensors[i].name), width,
                   type_text(tensors[i]));
    }
}

void print_ops(const std::vector<OpFacts>& ops, std::size_t width) {
    for (std::size_t i = 0; i < ops.size(); ++i) {
        std::string shapes;
        for (const TensorFacts& output : ops[i].outputs) { shapes += (shapes.empty() ? "" : ", ") + type_text(output); }
        const std::string what = ops[i].kind + (ops[i].detail.empty() ? "" : " (" + ops[i].detail + ")");
        fmt::print("{:10}{:>3}  {:{}}  {:34}  {}\n", i == 0 ? "ops" : "", i, printable(ops[i].name), width, what,
                   shapes);
    }
}

void print_forecast(const ForecastFacts& f) {
    fmt::print("forecast  {}, {} steps of {}, quantiles {:g}\n", printable(f.target), f.horizon,
               duration_text(f.step_seconds), fmt::join(f.quantiles, " "));
    fmt::print("  time      {}; at most {} skipped samples in a row\n",
               printable(fmt::format("{}", fmt::join(f.time_columns, ", "))), f.max_gap_steps);
    std::string columns;
    for (const ColumnFacts& column : f.columns) {
        columns += fmt::format(
            "{}{} ({})", columns.empty() ? "" : ", ", column.name,
            column.categories.empty() ? column.transform : fmt::format("{}", fmt::join(column.categories, " ")));
    }
    fmt::print("  columns   {}\n", printable(columns));
    fmt::print("  features  {}\n", printable(fmt::format("{}", fmt::join(f.features, ", "))));
}

void print_facts(const Facts& f) {
    fmt::print("name      {}\n", f.name.empty() ? "-" : printable(f.name));
    fmt::print("producer  {}\n", f.producer.empty() ? "-" : printable(f.producer));
    fmt::print("converter {}\n", f.converter.empty() ? "-" : printable(f.converter));
    fmt::print("source    sha256 {}\n", f.source_sha256.empty() ? "-" : f.source_sha256);
    fmt::print("format    {}, CRC-32C {:08x}\n", f.format, f.crc);
    fmt::print("file      {} bytes, {} of them weights\n", f.file_bytes, f.weight_bytes);
    fmt::print("arena     {} bytes", f.arena_bytes);
    if (!f.forecast.empty()) { fmt::print(", as a forecaster {}", f.forecast.front().arena_bytes); }
    fmt::print("\n\n");

    std::size_t width = 0;
    for (const auto* tensors : {&f.inputs, &f.outputs, &f.states}) {
        for (const TensorFacts& tensor : *tensors) { width = std::max(width, tensor.name.size()); }
    }
    for (const OpFacts& op : f.ops) { width = std::max(width, op.name.size()); }
    print_tensors("inputs", f.inputs, width);
    print_tensors("outputs", f.outputs, width);
    print_tensors("states", f.states, width);
    print_ops(f.ops, width);
    if (!f.forecast.empty()) {
        fmt::print("\n");
        print_forecast(f.forecast.front());
    }
}

}  // namespace

void info(const InfoOptions& options) {
    const ModelFile file(options.model);
    const Facts facts = facts_of(file);
    if (!options.payload.empty()) { write_file(options.payload, payload_of(file)); }
    if (options.json) {
        fmt::print("{}\n", facts_json(facts).dump(2, ' ', false, Json::error_handler_t::replace));
    } else {
        print_facts(facts);
    }
}

}  // namespace tidegate::command
