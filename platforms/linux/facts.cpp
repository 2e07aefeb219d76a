// SPDX-License-Identifier: MIT
#include "facts.h"

#include <fmt/format.h>

#include <cstring>

#include "format/extents.h"
#include "format/file.h"
#include "tidegate/forecast.h"

namespace tidegate::command {
namespace {

std::string text(const flatbuffers::String* string) { return string != nullptr ? string->str() : std::string(); }

TensorFacts tensor_facts(const format::Model& root, std::int64_t index, std::string name) {
    const format::Tensor& tensor = *root.tensors()->Get(static_cast<flatbuffers::uoffset_t>(index));
    TensorFacts facts{std::move(name), format::EnumNameElementType(tensor.type()), {}};
    if (tensor.dims() != nullptr) {
        const format::Extents planned(root, nullptr);
        for (const std::int32_t extent : *tensor.dims()) { facts.shape.push_back(planned.value(extent)); }
    }
    return facts;
}

std::vector<TensorFacts> port_facts(const format::Model& root,
                                    const flatbuffers::Vector<flatbuffers::Offset<format::Port>>& ports) {
    std::vector<TensorFacts> facts;
    for (const format::Port* port : ports) { facts.push_back(tensor_facts(root, port->tensor(), text(port->name()))); }
    return facts;
}

std::string matrix_detail(const format::Matrix& matrix) {
    return fmt::format("{} -> {}", matrix.input_cols() + matrix.state_cols(), matrix.gates() * matrix.units());
}

std::string recurrent_detail(const format::Recurrent& op) {
    std::string detail = fmt::format("{}, {} -> {} units", format::EnumNameCell(op.cell()),
                                     op.directions()->Get(0)->gates()->input_cols(), op.hidden());
    if (op.directions()->size() == 2) {
        detail += ", bidirectional";
    } else if (op.directions()->Get(0)->reverse()) {
        detail += ", reverse";
    }
    return detail;
}

std::string op_detail(const format::Op& op) {
    if (const auto* recurrent = op.params_as_Recurrent()) { return recurrent_detail(*recurrent); }
    if (const auto* dense = op.params_as_Dense()) { return matrix_detail(*dense->matrix()); }
    if (const auto* binary = op.params_as_BinaryOp()) { return format::EnumNameBinary(binary->kind()); }
    if (const auto* unary = op.params_as_UnaryOp()) { return format::EnumNameUnary(unary->function()->kind()); }
    return "";
}

OpFacts op_facts(const format::Model& root, const format::Op& op) {
    OpFacts facts{text(op.name()), format::EnumNameOpParams(op.params_type()), op_detail(op), {}};
    for (const std::int32_t output : *op.outputs()) {
        if (output >= 0) { facts.outputs.push_back(tensor_facts(root, output, "")); }
    }
    return facts;
}

std::vector<RangeFacts> range_facts(const format::Model& root) {
    std::vector<RangeFacts> facts;
    for (std::size_t i = 0; root.ranges() != nullptr && i < root.inputs()->size(); ++i) {
        for (const format::Range* range : *root.ranges()) {
            if (range->tensor() == root.inputs()->Get(static_cast<flatbuffers::uoffset_t>(i))->tensor()) {
                const std::int64_t extent = format::Extents(root, nullptr).value(range->extent());
                const bool lengths = range->kind() == format::RangeKind::length;
                facts.push_back({i, lengths ? 0 : -extent, lengths ? extent : extent - 1});
            }
        }
    }
    return facts;
}

ColumnFacts column_facts(const format::Column& column) {
    ColumnFacts facts{text(column.name()), format::EnumNameTransform(column.transform()), {}};
    if (column.categories() != nullptr) {
        facts.transform = "categories";
        for (const auto* category : *column.categories()) { facts.categories.push_back(category->str()); }
    }
    return facts;
}

std::string feature_text(const format::Feature& feature, const std::vector<ColumnFacts>& columns) {
    const char* kind = format::EnumNameFeatureKind(feature.kind());
    switch (feature.kind()) {
        case format::FeatureKind::value:
        case format::FeatureKind::observed:
            return fmt::format("{}({})", kind, columns[feature.column()].name);
        case format::FeatureKind::category:
            return fmt::format("{} = {}", columns[feature.column()].name,
                               columns[feature.column()].categories[feature.category()]);
        case format::FeatureKind::sine:
        case format::FeatureKind::cosine:
            return fmt::format("{}({} s)", kind, feature.period_seconds());
    }
    return "";
}

ForecastFacts forecast_facts(const format::Forecast& spec, const tg_model& model) {
    ForecastFacts facts;
    for (const auto* column : *spec.time_columns()) { facts.time_columns.push_back(column->str()); }
    for (const format::Column* column : *spec.columns()) { facts.columns.push_back(column_facts(*column)); }
    for (const format::Feature* feature : *spec.features()) {
        facts.features.push_back(feature_text(*feature, facts.columns));
    }
    facts.step_seconds = spec.step_seconds();
    facts.target = facts.columns[spec.target()].name;
    facts.horizon = spec.horizon();
    facts.quantiles.assign(spec.quantiles()->begin(), spec.quantiles()->end());
    facts.max_gap_steps = spec.max_gap_steps();
    facts.arena_bytes = tg_forecaster_arena_size(&model);
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

}  // namespace

Facts facts_of(const ModelFile& file) {
    const auto& root = *static_cast<const format::Model*>(file.model().root);
    const format::FileHeader header = header_of(file);
    Facts facts;
    facts.format = fmt::format("{}.{}", header.major, header.minor);
    facts.crc = header.crc;
    facts.file_bytes = file.size();
    facts.weight_bytes = root.weights() != nullptr ? root.weights()->size() : 0;
    facts.arena_bytes = tg_arena_size(&file.model());
    if (root.metadata() != nullptr) { add_metadata(*root.metadata(), facts); }
    facts.inputs = port_facts(root, *root.inputs());
    facts.outputs = port_facts(root, *root.outputs());
    facts.ranges = range_facts(root);
    for (const format::Op* op : *root.ops()) { facts.ops.push_back(op_facts(root, *op)); }
    if (root.states() != nullptr) {
        for (const format::State* state : *root.states()) {
            facts.states.push_back(tensor_facts(root, state->input(), text(state->name())));
        }
    }
    if (root.forecast() != nullptr) { facts.forecast.push_back(forecast_facts(*root.forecast(), file.model())); }
    return facts;
}

std::string_view payload_of(const ModelFile& file) {
    return {reinterpret_cast<const char*>(file.bytes()) + sizeof(format::FileHeader),
            static_cast<std::size_t>(header_of(file).payload_bytes)};
}

}  // namespace tidegate::command
