// SPDX-License-Identifier: MIT
#include "facts.h"

#include <fmt/format.h>

#include <cstring>

#include "file_reader.h"
#include "format/elements.h"
#include "format/file.h"

namespace tidegate::command {
namespace {

using format::length;

/// Of states without a limit of their own, as tidegate.h says.
constexpr float kLargestState = 0x1p50F;

std::vector<TensorFacts> port_facts(const FileReader& reader,
                                    const flatbuffers::Vector<flatbuffers::Offset<format::Port>>& ports) {
    std::vector<TensorFacts> facts;
    for (const format::Port* port : ports) { facts.push_back(reader.tensor(port->tensor(), text(port->name()))); }
    return facts;
}

std::vector<RangeFacts> range_facts(const format::Model& root, const Expressions& expressions) {
    std::vector<RangeFacts> facts;
    for (std::size_t i = 0; root.ranges() != nullptr && i < root.inputs()->size(); ++i) {
        for (const format::Range* range : *root.ranges()) {
            if (range->tensor() == root.inputs()->Get(static_cast<flatbuffers::uoffset_t>(i))->tensor()) {
                const std::int64_t extent = expressions.value(range->extent());
                const bool lengths = range->kind() == format::RangeKind::length;
                facts.push_back({i, lengths ? 0 : -extent, lengths ? extent : extent - 1});
            }
        }
    }
    return facts;
}

void add_metadata(const format::Metadata& metadata, Facts& facts) {
    facts.name = text(metadata.name());
    facts.producer = text(metadata.producer());
    facts.converter = text(metadata.converter());
    if (metadata.source_sha256() != nullptr) {
        facts.source_sha256 = fmt::format("{:02x}", fmt::join(*metadata.source_sha256(), ""));
    }
}

format::FileHeader header_of(const ModelFile& file) {
    format::FileHeader header;
    std::memcpy(&header, file.bytes(), sizeof header);
    return header;
}

/// Nothing where the block does not fit the ports: the runtime does not look at it.
std::vector<StreamFacts> stream_facts(const format::Stream* stream, const Facts& facts) {
    if (stream == nullptr) { return {}; }
    const auto numbers = [](const flatbuffers::Vector<std::int32_t>& list) {
        return std::vector<std::int32_t>(list.begin(), list.end());
    };
    const auto are_axes = [](const std::vector<std::int32_t>& axes, const std::vector<TensorFacts>& ports) {
        bool fit = axes.size() == ports.size();
        for (std::size_t i = 0; fit && i < axes.size(); ++i) {
            fit = axes[i] >= -1 && axes[i] < static_cast<std::int32_t>(ports[i].shape.size());
        }
        return fit;
    };
    StreamFacts result = {text(stream->axis()), stream->steps(), numbers(*stream->inputs()),
                          numbers(*stream->outputs()), numbers(*stream->shifts())};
    const bool fits = are_axes(result.inputs, facts.inputs) && are_axes(result.outputs, facts.outputs) &&
                      result.shifts.size() == facts.outputs.size();
    return fits ? std::vector<StreamFacts>{result} : std::vector<StreamFacts>{};
}

}  // namespace

Facts facts_of(const ModelFile& file, const std::vector<std::int32_t>& symbols) {
    const auto& root = *static_cast<const format::Model*>(file.model().root);
    const format::FileHeader header = header_of(file);
    Facts facts;
    facts.format = fmt::format("{}.{}", header.major, header.minor);
    facts.crc = header.crc;
    facts.file_bytes = file.size();
    facts.weight_bytes = root.weights() != nullptr ? root.weights()->size() : 0;
    facts.arena_bytes = tg_arena_size(&file.model());
    if (root.metadata() != nullptr) { add_metadata(*root.metadata(), facts); }
    const FileReader reader(root, symbols);
    for (std::size_t i = 0; i < length(root.symbols()); ++i) {
        const format::Symbol& symbol = *root.symbols()->Get(static_cast<flatbuffers::uoffset_t>(i));
        facts.symbols.push_back({text(symbol.name()), symbol.minimum(), symbol.maximum()});
    }
    facts.inputs = port_facts(reader, *root.inputs());
    facts.outputs = port_facts(reader, *root.outputs());
    facts.ranges = range_facts(root, reader.expressions());
    for (const format::Op* op : *root.ops()) { facts.ops.push_back(reader.op(*op)); }
    for (std::size_t i = 0; i < length(root.states()); ++i) {
        const format::State& state = *root.states()->Get(static_cast<flatbuffers::uoffset_t>(i));
        facts.states.push_back(reader.tensor(state.input(), text(state.name())));
        facts.state_limits.push_back(state.limit() > 0 ? state.limit() : kLargestState);
    }
    facts.stream = stream_facts(root.stream(), facts);
    if (root.forecast() != nullptr) { facts.forecast.push_back(forecast_facts(*root.forecast(), file.model())); }
    return facts;
}

std::string_view payload_of(const ModelFile& file) {
    return {reinterpret_cast<const char*>(file.bytes()) + sizeof(format::FileHeader),
            static_cast<std::size_t>(header_of(file).payload_bytes)};
}

}  // namespace tidegate::command
