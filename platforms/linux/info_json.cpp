// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "info.h"

namespace tidegate::command {
namespace {

using Json = nlohmann::ordered_json;

/// "shape" is at the maxima; "axes" says what varies.
void add_axes(const TensorFacts& tensor, Json& json) {
    if (!tensor.symbolic) { return; }
    for (std::size_t i = 0; i < tensor.axes.size(); ++i) {
        const bool fixed = tensor.axes[i] == std::to_string(tensor.shape[i]);
        json["axes"].push_back(fixed ? Json(tensor.shape[i]) : Json(tensor.axes[i]));
    }
}

Json tensor_json(const TensorFacts& tensor) {
    Json json = {{"name", tensor.name}, {"type", tensor.type}, {"shape", tensor.shape}};
    add_axes(tensor, json);
    return json;
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
        add_axes(output, json["outputs"].back());
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

Json symbols_json(const std::vector<SymbolFacts>& symbols) {
    Json json = Json::array();
    for (const SymbolFacts& symbol : symbols) {
        json.push_back({{"name", symbol.name}, {"minimum", symbol.minimum}, {"maximum", symbol.maximum}});
    }
    return json;
}

Json memory_json(const MemoryMap& map) {
    Json parts = Json::array(), buffers = Json::array();
    for (const SessionPart& part : map.session) {
        parts.push_back({{"what", part.what}, {"offset", part.offset}, {"bytes", part.bytes}});
    }
    for (const MappedBuffer& buffer : map.buffers) {
        buffers.push_back({{"offset", buffer.offset},
                           {"bytes", buffer.bytes},
                           {"first", buffer.first},
                           {"last", buffer.last},
                           {"holds", buffer.holds}});
    }
    return {{"session_bytes", map.session_bytes},
            {"buffer_bytes", map.buffer_bytes},
            {"padding_bytes", map.padding_bytes},
            {"steps", map.steps},
            {"session", parts},
            {"buffers", buffers}};
}

Json stream_json(const StreamFacts& f) {
    return {{"axis", f.axis}, {"steps", f.steps}, {"inputs", f.inputs}, {"outputs", f.outputs}, {"shifts", f.shifts}};
}

Json facts_json(const Facts& f, const MemoryMap& map) {
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
            {"symbols", symbols_json(f.symbols)},
            {"inputs", tensors_json(f.inputs)},
            {"outputs", tensors_json(f.outputs)},
            {"states", tensors_json(f.states)},
            {"ops", ops},
            {"memory", memory_json(map)},
            {"stream", f.stream.empty() ? Json(nullptr) : stream_json(f.stream.front())},
            {"forecast", f.forecast.empty() ? Json(nullptr) : forecast_json(f.forecast.front())}};
}

}  // namespace

std::string info_json(const Facts& facts, const MemoryMap& map) {
    return facts_json(facts, map).dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tidegate::command
