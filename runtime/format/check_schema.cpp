// SPDX-License-Identifier: MIT
// model.fbs as data, and the walk through a payload by it with the steps of FlatBuffers' verifier. The code that flatc
// generates for the same walk takes four times the flash; tests compare the two on damaged files.
#include <utility>

#include "format/check_parts.h"

namespace tidegate::format {
namespace {

using flatbuffers::ReadScalar;
using flatbuffers::uoffset_t;
using flatbuffers::Verifier;
using flatbuffers::voffset_t;

/// Tables in the order of kTables; those of operators in the order of OpParams, then those inside of them.
enum Id : std::uint8_t {
    kModel,
    kMetadata,
    kSymbol,
    kTensor,
    kOp,
    kPort,
    kState,
    kForecast,
    kColumn,
    kFeature,
    kMatrix,
    kDirection,
    kRecurrent,
    kDense,
    kMatMul,
    kBinaryOp,
    kUnaryOp,
    kSoftmax,
    kTranspose,
    kConcat,
    kSlice,
    kGather,
    kExpand,
    kCast,
    kExtentList,
    kConv,
    kChannelConv,
    kPool,
    kSelect,
    kOverlay,
    kGatherElements,
    kGatherND,
    kScatterElements,
    kScatterND,
    kReduce,
    kExtreme,
    kCumSum,
    kTopK,
    kLoop,
    kLoopEnd,
    kConvPart,
    kStream,
    kTableCount
};

enum class Kind : std::uint8_t {
    number,  ///< or struct, in the table itself; arg: its bytes
    string,
    table,    ///< arg: Id
    list,     ///< of numbers or structs; arg: bytes of an element
    strings,  ///< a list
    tables,   ///< a list; arg: Id
    params    ///< a table by the OpParams in the field before
};

struct Field {
    Kind kind : 7;
    bool required : 1;
    std::uint8_t arg;
    constexpr Field(Kind of, std::size_t with = 0, bool must = false)  // NOLINT(google-explicit-constructor)
        : kind(of), required(must), arg(static_cast<std::uint8_t>(with)) {}
};
static_assert(sizeof(Field) == 2, "the firmware carries all of them");
constexpr bool kRequired = true;

/// Fields in the order of model.fbs.
constexpr Field kModelFields[] = {{Kind::number, 8},
                                  {Kind::table, kMetadata},
                                  {Kind::tables, kSymbol},
                                  {Kind::list, sizeof(Expression)},
                                  {Kind::number, 8},
                                  {Kind::list, sizeof(Buffer)},
                                  {Kind::tables, kTensor, kRequired},
                                  {Kind::tables, kOp, kRequired},
                                  {Kind::tables, kPort, kRequired},
                                  {Kind::tables, kPort, kRequired},
                                  {Kind::tables, kState},
                                  {Kind::list, sizeof(Range)},
                                  {Kind::table, kForecast},
                                  {Kind::list, 1},
                                  {Kind::table, kStream}};
constexpr Field kMetadataFields[] = {{Kind::string}, {Kind::string}, {Kind::list, 1}, {Kind::string}};
constexpr Field kSymbolFields[] = {{Kind::string, 0, kRequired}, {Kind::number, 4}, {Kind::number, 4}};
constexpr Field kTensorFields[] = {{Kind::number, 1}, {Kind::list, 4}, {Kind::number, 4}, {Kind::number, 8}};
constexpr Field kOpFields[] = {{Kind::string},
                               {Kind::number, 1},
                               {Kind::params, 0, kRequired},
                               {Kind::list, 4, kRequired},
                               {Kind::list, 4, kRequired},
                               {Kind::number, 4}};
constexpr Field kPortFields[] = {{Kind::string, 0, kRequired}, {Kind::number, 4}};
constexpr Field kStateFields[] = {{Kind::string, 0, kRequired},
                                  {Kind::number, 4},
                                  {Kind::number, 4},
                                  {Kind::number, 4},
                                  {Kind::number, 4},
                                  {Kind::number, 1}};
constexpr Field kStreamFields[] = {{Kind::string, 0, kRequired},
                                   {Kind::number, 4},
                                   {Kind::list, 4, kRequired},
                                   {Kind::list, 4, kRequired},
                                   {Kind::list, 4, kRequired}};
constexpr Field kForecastFields[] = {{Kind::strings, 0, kRequired},
                                     {Kind::number, 4},
                                     {Kind::tables, kColumn, kRequired},
                                     {Kind::tables, kFeature, kRequired},
                                     {Kind::number, 4},
                                     {Kind::number, 4},
                                     {Kind::list, 4, kRequired},
                                     {Kind::number, 4},
                                     {Kind::number, 4},
                                     {Kind::number, 4}};
constexpr Field kColumnFields[] = {
    {Kind::string, 0, kRequired}, {Kind::number, 1}, {Kind::number, 4}, {Kind::number, 4}, {Kind::strings}};
constexpr Field kFeatureFields[] = {
    {Kind::number, 1}, {Kind::number, 4}, {Kind::number, 4}, {Kind::number, 8}, {Kind::number, 8}};
constexpr Field kMatrixFields[] = {{Kind::number, 1}, {Kind::number, 4}, {Kind::number, 4}, {Kind::number, 4},
                                   {Kind::number, 4}, {Kind::number, 8}, {Kind::number, 8}, {Kind::number, 8}};
constexpr Field kDirectionFields[] = {
    {Kind::number, 1}, {Kind::table, kMatrix, kRequired},         {Kind::table, kMatrix}, {Kind::table, kMatrix},
    {Kind::number, 8}, {Kind::list, sizeof(Function), kRequired}, {Kind::number, 4},      {Kind::number, 4}};
constexpr Field kRecurrentFields[] = {{Kind::number, 1}, {Kind::number, 4}, {Kind::tables, kDirection, kRequired},
                                      {Kind::number, 1}, {Kind::number, 1}, {Kind::number, 4},
                                      {Kind::number, 1}, {Kind::number, 1}, {Kind::number, 1}};
constexpr Field kDenseFields[] = {{Kind::table, kMatrix, kRequired}, {Kind::number, 4}};
constexpr Field kByteFields[] = {{Kind::number, 1}};
constexpr Field kUnaryFields[] = {{Kind::number, sizeof(Function)}};
constexpr Field kIntFields[] = {{Kind::number, 4}};
constexpr Field kConvFields[] = {{Kind::number, 4},
                                 {Kind::list, sizeof(ConvAxis), kRequired},
                                 {Kind::tables, kConvPart, kRequired},
                                 {Kind::number, 4}};
constexpr Field kChannelConvFields[] = {{Kind::number, 4}, {Kind::list, sizeof(WindowAxis), kRequired}};
constexpr Field kPoolFields[] = {{Kind::number, 1}, {Kind::number, 1}, {Kind::list, sizeof(WindowAxis), kRequired}};
constexpr Field kReduceFields[] = {{Kind::number, 1}, {Kind::number, 4}};
constexpr Field kAxisFields[] = {{Kind::number, 4}, {Kind::number, 1}, {Kind::number, 1}};
constexpr Field kConvPartFields[] = {{Kind::table, kMatrix, kRequired}, {Kind::list, sizeof(PartAxis), kRequired}};
constexpr Field kScatterFields[] = {{Kind::number, 4}, {Kind::number, 1}};
constexpr Field kLoopFields[] = {{Kind::number, 4},
                                 {Kind::number, 4},
                                 {Kind::number, 4},
                                 {Kind::list, sizeof(WalkedAxis)},
                                 {Kind::list, sizeof(WalkedAxis)}};
constexpr Field kListFields[] = {{Kind::list, 4, kRequired}, {Kind::list, 4, kRequired}};

struct TableFields {
    const Field* fields;
    std::uint32_t count;
};

/// `last`: the offset of the last field in a vtable, by the generated header.
template <std::size_t kCount>
constexpr TableFields shape(const Field (&fields)[kCount], voffset_t last) {
    const std::size_t count = (last - 4u) / 2 + 1;
    return {count <= kCount ? fields : nullptr, static_cast<std::uint32_t>(count)};
}
constexpr TableFields kEmpty = {kByteFields, 0};

constexpr TableFields kTables[] = {
    shape(kModelFields, Model::VT_STREAM),
    shape(kMetadataFields, Metadata::VT_CONVERTER),
    shape(kSymbolFields, Symbol::VT_MAXIMUM),
    shape(kTensorFields, Tensor::VT_OFFSET),
    shape(kOpFields, Op::VT_SCRATCH),
    shape(kPortFields, Port::VT_TENSOR),
    shape(kStateFields, State::VT_EXACT),
    shape(kForecastFields, Forecast::VT_MAX_GAP_STEPS),
    shape(kColumnFields, Column::VT_CATEGORIES),
    shape(kFeatureFields, Feature::VT_ORIGIN_SECONDS),
    shape(kMatrixFields, Matrix::VT_ROWS),
    shape(kDirectionFields, Direction::VT_STATE_SCALE),
    shape(kRecurrentFields, Recurrent::VT_STATE_BATCH_FIRST),
    shape(kDenseFields, Dense::VT_INPUT_SCALE),
    kEmpty,
    shape(kByteFields, BinaryOp::VT_KIND),
    shape(kUnaryFields, UnaryOp::VT_FUNCTION),
    shape(kByteFields, Softmax::VT_LOG),
    shape(kListFields, Transpose::VT_PERM),
    shape(kIntFields, Concat::VT_AXIS),
    shape(kListFields, Slice::VT_STEPS),
    shape(kIntFields, Gather::VT_AXIS),
    kEmpty,
    kEmpty,
    shape(kListFields, ExtentList::VT_VALUES),
    shape(kConvFields, Conv::VT_INPUT_SCALE),
    shape(kChannelConvFields, ChannelConv::VT_AXES),
    shape(kPoolFields, Pool::VT_AXES),
    kEmpty,
    shape(kListFields, Overlay::VT_STEPS),
    shape(kIntFields, GatherElements::VT_AXIS),
    shape(kIntFields, GatherND::VT_BATCH_AXES),
    shape(kScatterFields, ScatterElements::VT_REDUCTION),
    shape(kByteFields, ScatterND::VT_REDUCTION),
    shape(kReduceFields, Reduce::VT_AXIS),
    shape(kAxisFields, Extreme::VT_LAST),
    shape(kAxisFields, CumSum::VT_REVERSE),
    shape(kAxisFields, TopK::VT_LARGEST),
    shape(kLoopFields, Loop::VT_STACKS),
    shape(kIntFields, LoopEnd::VT_STEPS),
    shape(kConvPartFields, ConvPart::VT_AXES),
    shape(kStreamFields, Stream::VT_SHIFTS),
};
static_assert(sizeof(kTables) / sizeof(kTables[0]) == kTableCount);
static_assert(kConvPart - kRecurrent == static_cast<int>(OpParams::MAX), "one table per operator");

constexpr bool all_fit() {
    for (const TableFields& table : kTables) {
        if (table.fields == nullptr) { return false; }
    }
    return true;
}
static_assert(all_fit(), "a table of model.fbs has more fields than are listed");

constexpr std::size_t field_count() {
    std::size_t count = 0;
    for (const TableFields& table : kTables) { count += table.count; }
    return count;
}

/// The tables as the program carries them: all fields in a row, and where each table's begin.
struct Schema {
    Field fields[field_count()];
    std::uint16_t first[kTableCount + 1];
};

template <std::size_t... kIndex>
constexpr Schema packed(std::index_sequence<kIndex...>) {
    Schema schema = {{(static_cast<void>(kIndex), Field(Kind::number))...}, {}};
    std::size_t next = 0;
    for (std::size_t table = 0; table < kTableCount; ++table) {
        schema.first[table] = static_cast<std::uint16_t>(next);
        for (std::size_t i = 0; i < kTables[table].count; ++i) { schema.fields[next++] = kTables[table].fields[i]; }
    }
    schema.first[kTableCount] = static_cast<std::uint16_t>(next);
    return schema;
}
constexpr Schema kSchema = packed(std::make_index_sequence<field_count()>());

bool walk_table(Verifier& verifier, const std::uint8_t* table, std::uint32_t id);

/// Where the offset at `at` leads.
const std::uint8_t* follow(const std::uint8_t* at) { return at + ReadScalar<uoffset_t>(at); }

template <class Element>
bool walk_list(const Verifier& verifier, const std::uint8_t* list, Element element) {
    if (!verifier.VerifyVectorOrString(list, sizeof(uoffset_t))) { return false; }
    const std::uint8_t* at = list + sizeof(uoffset_t);
    for (uoffset_t left = ReadScalar<uoffset_t>(list); left > 0; --left, at += sizeof(uoffset_t)) {
        if (!element(follow(at))) { return false; }
    }
    return true;
}

bool walk_string(const Verifier& verifier, const std::uint8_t* text) {
    return verifier.VerifyString(reinterpret_cast<const flatbuffers::String*>(text));
}

/// What a field's offset leads to. An operator that this version does not know is not looked into.
bool walk_target(Verifier& verifier, const std::uint8_t* target, const Field& field, std::uint8_t params) {
    const auto text = [&](const std::uint8_t* at) { return walk_string(verifier, at); };
    const auto table = [&](const std::uint8_t* at) { return walk_table(verifier, at, field.arg); };
    switch (field.kind) {
        case Kind::string:
            return text(target);
        case Kind::table:
            return table(target);
        case Kind::list:
            return verifier.VerifyVectorOrString(target, field.arg);
        case Kind::strings:
            return walk_list(verifier, target, text);
        case Kind::tables:
            return walk_list(verifier, target, table);
        default:
            return params == 0 || params > static_cast<std::uint8_t>(OpParams::MAX) ||
                   walk_table(verifier, target, kRecurrent + params - 1u);
    }
}

bool walk_table(Verifier& verifier, const std::uint8_t* data, std::uint32_t id) {
    const auto* table = reinterpret_cast<const flatbuffers::Table*>(data);
    if (!table->VerifyTableStart(verifier)) { return false; }
    const Field* fields = kSchema.fields + kSchema.first[id];
    const std::uint32_t count = kSchema.first[id + 1] - kSchema.first[id];
    std::uint8_t before = 0;  // the number in the field before, if it is a byte
    for (std::uint32_t i = 0; i < count; ++i) {
        const Field& field = fields[i];
        const voffset_t at = table->GetOptionalFieldOffset(static_cast<voffset_t>(4 + 2 * i));
        if (at == 0) {
            if (field.required) { return false; }
            before = 0;
        } else if (field.kind == Kind::number) {
            const std::size_t alignment = field.arg & -static_cast<unsigned>(field.arg);  // of 12 bytes: 4
            if (!verifier.VerifyFieldStruct(data, at, field.arg, alignment)) { return false; }
            before = data[at];
        } else if (verifier.VerifyOffset(data, at) == 0 || !walk_target(verifier, follow(data + at), field, before)) {
            return false;
        }
    }
    return verifier.EndTable();
}

}  // namespace

bool follows_schema(Verifier& verifier, const std::uint8_t* payload) {
    return verifier.VerifyOffset(std::size_t{0}) != 0 && walk_table(verifier, follow(payload), kModel);
}

}  // namespace tidegate::format
