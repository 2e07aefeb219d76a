// SPDX-License-Identifier: MIT
// Program -> the bytes of a .tide file. The same program always gives the same bytes.
#include <cstring>
#include <stdexcept>

#include "convert.h"
#include "emit/expressions.h"
#include "emit/weight_store.h"
#include "emit/write_step.h"
#include "format/check.h"
#include "format/crc32c.h"
#include "format/file.h"
#include "format/model_generated.h"
#include "graph/error.h"
#include "graph/text.h"
#include "tidegate/tidegate.h"

#define TIDEGATE_TEXT_(x) #x
#define TIDEGATE_TEXT(x) TIDEGATE_TEXT_(x)

namespace tidegate {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

constexpr const char* kConverter = "tidegate-convert " TIDEGATE_TEXT(TG_VERSION_MAJOR) "." TIDEGATE_TEXT(
    TG_VERSION_MINOR) "." TIDEGATE_TEXT(TG_VERSION_PATCH);
constexpr std::uint64_t kMaxPayload = (std::uint64_t{1} << 31) - (1 << 20);  // FlatBuffers' offsets have 31 bits

static_assert(static_cast<int>(format::ElementType::boolean) == static_cast<int>(ElementType::boolean));
static_assert(static_cast<int>(format::FeatureKind::cosine) == static_cast<int>(ForecastFeatureKind::cosine));

Offset<format::Tensor> write_tensor(FlatBufferBuilder& builder, const ProgramTensor& tensor, WeightStore& weights,
                                    Expressions& expressions) {
    const std::vector<std::int32_t> dims = expressions.add(tensor.dims);
    const std::uint64_t offset = tensor.constant ? weights.add(*tensor.constant) : tensor.offset;
    return format::CreateTensorDirect(builder, static_cast<format::ElementType>(tensor.type), &dims,
                                      tensor.constant ? -1 : tensor.buffer, offset);
}

std::vector<Offset<format::Port>> write_ports(FlatBufferBuilder& builder, const std::vector<ProgramPort>& ports) {
    std::vector<Offset<format::Port>> result;
    for (const ProgramPort& port : ports) {
        const auto name = builder.CreateString(port.name);
        result.push_back(format::CreatePort(builder, name, static_cast<std::uint32_t>(port.tensor)));
    }
    return result;
}

std::vector<Offset<format::Symbol>> write_symbols(FlatBufferBuilder& builder, const Program& program) {
    std::vector<Offset<format::Symbol>> result;
    for (const auto& symbol : program.symbols) {
        result.push_back(format::CreateSymbolDirect(builder, symbol->name.c_str(),
                                                    static_cast<std::int32_t>(symbol->minimum),
                                                    static_cast<std::int32_t>(symbol->maximum)));
    }
    return result;
}

std::vector<Offset<format::State>> write_states(FlatBufferBuilder& builder, const Program& program) {
    std::vector<Offset<format::State>> result;
    for (const ProgramState& state : program.states) {
        const auto name = builder.CreateString(state.name);
        result.push_back(format::CreateState(builder, name, static_cast<std::uint32_t>(state.input),
                                             static_cast<std::uint32_t>(state.output), state.initial, state.limit,
                                             state.exact));
    }
    return result;
}

Offset<format::Stream> write_stream(FlatBufferBuilder& builder, const Program& program) {
    if (!program.stream) { return 0; }
    const ProgramStream& stream = *program.stream;
    return format::CreateStreamDirect(builder, stream.axis.c_str(), static_cast<std::uint32_t>(stream.steps),
                                      &stream.inputs, &stream.outputs, &stream.shifts);
}

Offset<format::Column> write_column(FlatBufferBuilder& builder, const ForecastColumn& column) {
    const auto name = builder.CreateString(column.name);
    Offset<flatbuffers::Vector<Offset<flatbuffers::String>>> categories;  // none: a numeric column
    if (!column.categories.empty()) { categories = builder.CreateVectorOfStrings(column.categories); }
    return format::CreateColumn(builder, name, column.log1p ? format::Transform::log1p : format::Transform::affine,
                                column.offset, column.scale, categories);
}

std::uint32_t index_of(const std::vector<ProgramPort>& ports, const std::string& name) {
    for (std::size_t i = 0; i < ports.size(); ++i) {
        if (ports[i].name == name) { return static_cast<std::uint32_t>(i); }
    }
    throw std::logic_error("the forecast block names a port that does not exist");
}

Offset<format::Forecast> write_forecast(FlatBufferBuilder& builder, const Program& program) {
    if (!program.forecast) { return 0; }
    const ForecastSpec& spec = *program.forecast;
    std::vector<Offset<format::Column>> columns;
    for (const ForecastColumn& column : spec.columns) { columns.push_back(write_column(builder, column)); }
    std::vector<Offset<format::Feature>> features;
    for (const ForecastFeature& f : spec.features) {
        features.push_back(format::CreateFeature(builder, static_cast<format::FeatureKind>(f.kind), f.column,
                                                 f.category, f.period_seconds, f.origin_seconds));
    }
    const auto time_columns = builder.CreateVectorOfStrings(spec.time_columns);
    const auto columns_at = builder.CreateVector(columns);
    const auto features_at = builder.CreateVector(features);
    const auto quantiles = builder.CreateVector(spec.quantiles);
    return format::CreateForecast(builder, time_columns, spec.step_seconds, columns_at, features_at, spec.target,
                                  spec.horizon, quantiles, index_of(program.inputs, spec.input),
                                  index_of(program.outputs, spec.output), spec.max_gap_steps);
}

Offset<format::Metadata> write_metadata(FlatBufferBuilder& builder, const Program& program) {
    const auto name = builder.CreateString(program.name);
    const auto producer = builder.CreateString(program.producer);
    const std::vector<std::uint8_t> sha256(program.source_sha256.begin(), program.source_sha256.end());
    const auto source = builder.CreateVector(sha256);
    const auto converter = builder.CreateString(kConverter);
    return format::CreateMetadata(builder, name, producer, source, converter);
}

void write_model(FlatBufferBuilder& builder, const Program& program) {
    WeightStore weights;
    Expressions expressions;
    std::vector<Offset<format::Op>> ops;
    for (const Step& step : program.steps) { ops.push_back(write_step(builder, step, weights, expressions)); }
    std::vector<Offset<format::Tensor>> tensors;
    for (const ProgramTensor& tensor : program.tensors) {
        tensors.push_back(write_tensor(builder, tensor, weights, expressions));
    }
    if (weights.bytes().size() > kMaxPayload) {
        throw ConvertError("the weights take " + std::to_string(weights.bytes().size()) +
                           " bytes; a file holds at most " + std::to_string(kMaxPayload));
    }
    std::vector<format::Buffer> buffers;
    for (const ProgramBuffer& b : program.buffers) { buffers.emplace_back(b.offset, b.bytes, b.first, b.last); }
    std::vector<format::Range> ranges;
    for (const ProgramRange& r : program.ranges) {
        ranges.emplace_back(static_cast<std::uint32_t>(r.tensor), static_cast<format::RangeKind>(r.kind),
                            expressions.add(r.extent));
    }
    const auto symbols = write_symbols(builder, program);
    const auto inputs = write_ports(builder, program.inputs);
    const auto outputs = write_ports(builder, program.outputs);
    const auto states = write_states(builder, program);
    const auto forecast = write_forecast(builder, program);
    const auto metadata = write_metadata(builder, program);
    const auto stream = write_stream(builder, program);
    const auto* symbols_at = symbols.empty() ? nullptr : &symbols;  // a model without any has no such lists
    const auto* expressions_at = expressions.all().empty() ? nullptr : &expressions.all();
    format::FinishModelBuffer(
        builder, format::CreateModelDirect(builder, 0, metadata, symbols_at, expressions_at, program.arena_bytes,
                                           &buffers, &tensors, &ops, &inputs, &outputs, &states, &ranges, forecast,
                                           &weights.bytes(), stream));
}

void need_at_most(std::size_t count, std::uint32_t limit, const char* what) {
    if (count <= limit) { return; }
    throw ConvertError("the model becomes " + std::to_string(count) + " " + what + "; a file holds at most " +
                       std::to_string(limit) + "; export it with recurrent nodes instead of an unrolled loop");
}

}  // namespace

std::vector<std::uint8_t> write(const Program& program) {
    for (const auto& symbol : program.symbols) {
        if (symbol->name.empty() || symbol->name.size() > format::kMaxName ||
            symbol->name.find('\0') != std::string::npos) {
            throw ConvertError("dimension " + in_quotes(symbol->name) + ": a name has 1 to " +
                               std::to_string(format::kMaxName) + " bytes, none of them zero; rename it");
        }
    }
    need_at_most(program.steps.size(), format::kMaxOps, "steps");
    need_at_most(program.buffers.size(), format::kMaxBuffers, "buffers");
    need_at_most(program.tensors.size(), format::kMaxTensors, "tensors");
    FlatBufferBuilder builder(1024);
    write_model(builder, program);
    format::FileHeader header{};
    std::memcpy(header.magic, format::kMagic, sizeof(header.magic));
    header.major = format::kMajor;
    header.minor = format::kMinor;
    header.payload_bytes = builder.GetSize();
    header.crc = format::file_crc(header, builder.GetBufferPointer(), builder.GetSize());

    std::vector<std::uint8_t> file(sizeof(header) + builder.GetSize());
    std::memcpy(file.data(), &header, sizeof(header));
    std::memcpy(file.data() + sizeof(header), builder.GetBufferPointer(), builder.GetSize());
    return file;
}

}  // namespace tidegate
