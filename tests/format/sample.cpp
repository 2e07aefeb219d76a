// SPDX-License-Identifier: MIT
#include "sample.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "format/crc32c.h"
#include "maker.h"

namespace tidegate::test {

using namespace objects;

TensorT& Sample::tensor(const std::string& name) { return *model.tensors.at(static_cast<std::size_t>(index(name))); }

Buffer& Sample::buffer(const std::string& name) {
    return model.buffers.at(static_cast<std::size_t>(tensor(name).buffer));
}

OpT& Sample::op(const std::string& name) {
    for (const auto& op : model.ops) {
        if (op->name == name) { return *op; }
    }
    throw std::out_of_range(name);
}

RecurrentT& Sample::recurrent(const std::string& op_name) { return *op(op_name).params.AsRecurrent(); }

Buffer& Sample::scratch(const std::string& op_name) {
    return model.buffers.at(static_cast<std::size_t>(op(op_name).scratch));
}

namespace {

std::unique_ptr<ColumnT> column(const std::string& name, std::vector<std::string> categories) {
    auto made = std::make_unique<ColumnT>();
    made->name = name;
    made->transform = categories.empty() ? Transform::log1p : Transform::affine;
    made->offset = 0.5F;
    made->scale = 2;
    made->categories = std::move(categories);
    return made;
}

std::unique_ptr<FeatureT> feature(FeatureKind kind, std::uint32_t column, std::uint32_t category = 0) {
    auto made = std::make_unique<FeatureT>();
    made->kind = kind;
    made->column = column;
    made->category = category;
    if (kind == FeatureKind::sine || kind == FeatureKind::cosine) { made->period_seconds = 86400; }
    return made;
}

std::unique_ptr<ForecastT> forecast_block() {
    auto forecast = std::make_unique<ForecastT>();
    forecast->time_columns = {"year", "month", "day", "hour"};
    forecast->step_seconds = 3600;
    forecast->columns.push_back(column("pm2.5", {}));
    forecast->columns.push_back(column("wind", {"NE", "NW", "cv"}));
    forecast->features.push_back(feature(FeatureKind::value, 0));
    forecast->features.push_back(feature(FeatureKind::observed, 0));
    forecast->features.push_back(feature(FeatureKind::category, 1, 2));
    forecast->features.push_back(feature(FeatureKind::sine, 0));
    forecast->horizon = 3;
    forecast->quantiles = {0.1F, 0.9F};
    forecast->max_gap_steps = 24;
    return forecast;
}

std::unique_ptr<StreamT> stream_block() {
    auto stream = std::make_unique<StreamT>();
    stream->axis = "time";
    stream->steps = 1;
    stream->inputs = {-1};
    stream->outputs = {0};
    stream->shifts = {-2};
    return stream;
}

}  // namespace

Sample forecaster_sample() {
    Maker make;
    using Type = ElementType;
    make.value("features", Type::f32, {4});
    make.view("x", "features", {1, 1, 4});
    for (const char* state : {"h", "c", "y_h", "y_c"}) { make.value(state, Type::f32, {1, 1, 3}); }
    make.view("row", "y_h", {1, 3});
    make.value("hidden", Type::f32, {1, 6});
    make.value("forecast", Type::f32, {1, 6});

    RecurrentT lstm;
    lstm.cell = Cell::lstm;
    lstm.hidden = 3;
    lstm.clip = 5;
    auto direction = std::make_unique<DirectionT>();
    direction->gates = make.matrix(4, 3, 4, 3);
    direction->peepholes = static_cast<std::int64_t>(make.weights(9));
    direction->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}, {Unary::softsign, 0, 0}};
    lstm.directions.push_back(std::move(direction));
    make.op("lstm", std::move(lstm), {"x", "", "h", "c"}, {"", "y_h", "y_c"});

    DenseT dense;
    dense.matrix = make.matrix(1, 6, 3, 0);
    make.op("dense", std::move(dense), {"row"}, {"hidden"});
    UnaryOpT scale;
    scale.function = std::make_unique<Function>(Unary::affine, 2.0F, 1.0F);
    make.op("scale", std::move(scale), {"hidden"}, {"forecast"});

    make.input("features");
    make.output("forecast");
    make.state("h", "h", "y_h");
    make.state("c", "c", "y_c");
    const float start[3] = {0.1F, -0.2F, 0.3F};
    make.constant("start", Type::f32, {1, 1, 3}, start, sizeof(start));
    make.model().forecast = forecast_block();
    make.model().stream = stream_block();
    Sample sample = make.finish();
    sample.model.states[0]->initial = sample.index("start");
    sample.model.states[1]->exact = true;
    return sample;
}

Sample recurrent_sample() {
    Maker make;
    using Type = ElementType;
    make.value("x", Type::f32, {4, 3, 2});
    make.value("lengths", Type::i32, {4});
    float start[4 * 2 * 3];
    for (int i = 0; i < 24; ++i) { start[i] = static_cast<float>(i) / 8; }
    make.constant("h0", Type::f32, {4, 2, 3}, start, sizeof(start));
    make.value("y", Type::f32, {4, 3, 2, 3});
    make.value("y_h", Type::f32, {4, 2, 3});
    make.view("wide", "y", {4, 3, 6});
    const std::int32_t fixed[4] = {3, 1, 0, 2};
    make.constant("fixed_lengths", Type::i32, {4}, fixed, sizeof(fixed));
    make.value("back", Type::f32, {3, 1, 4, 5});

    RecurrentT gru;
    gru.cell = Cell::gru;
    gru.hidden = 3;
    gru.linear_before_reset = true;
    gru.x_batch_first = gru.state_batch_first = true;
    gru.y_order = YOrder::batch_time_direction;
    for (const bool reverse : {false, true}) {
        auto direction = std::make_unique<DirectionT>();
        direction->reverse = reverse;
        direction->gates = make.matrix(2, 3, 2, 3);
        direction->candidate_input = make.matrix(1, 3, 2, 0);
        direction->candidate_state = make.matrix(1, 3, 3, 0);
        direction->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}};
        gru.directions.push_back(std::move(direction));
    }
    make.op("gru", std::move(gru), {"x", "lengths", "h0", ""}, {"y", "y_h", ""});

    RecurrentT rnn;
    rnn.cell = Cell::rnn;
    rnn.hidden = 5;
    rnn.x_batch_first = true;
    auto direction = std::make_unique<DirectionT>();
    direction->reverse = true;
    direction->gates = make.matrix(1, 5, 6, 5);
    direction->functions = {{Unary::hard_sigmoid, 0.2F, 0.5F}};
    rnn.directions.push_back(std::move(direction));
    make.op("rnn", std::move(rnn), {"wide", "fixed_lengths", "", ""}, {"back", "", ""});

    make.input("x");
    make.input("lengths");
    make.output("back");
    make.output("y_h");
    make.range("lengths", objects::RangeKind::length, 3);
    return make.finish();
}

Sample moves_sample() {
    Maker make;
    using Type = ElementType;
    make.value("a", Type::f32, {2, 3});
    make.value("i", Type::i64, {2});
    const std::int32_t picks[3] = {-1, 0, 3};
    make.constant("picks", Type::i32, {3}, picks, sizeof(picks));
    const float row[6] = {0.5F, -1, 2, 3, 0.25F, -4};
    make.constant("row", Type::f32, {3}, row, 3 * sizeof(float));
    make.constant("right", Type::f32, {3, 2}, row, sizeof(row));
    make.value("transpose", Type::f32, {3, 2});
    for (const char* name : {"slice", "gather"}) { make.value(name, Type::f32, {2, 2}); }
    make.value("concat", Type::f32, {2, 4});
    make.value("pick", Type::f32, {2, 3});
    for (const char* name : {"expand", "add", "relu", "softmax"}) { make.value(name, Type::f32, {2, 2, 3}); }
    make.value("matmul", Type::f32, {2, 2, 2});
    for (const char* name : {"cast", "square"}) { make.value(name, Type::i32, {2, 2, 2}); }

    TransposeT transpose;
    transpose.perm = {1, 0};
    make.op("transpose", transpose, {"a"}, {"transpose"});
    SliceT slice;
    slice.starts = {2, 0};
    slice.steps = {-2, 1};
    make.op("slice", slice, {"transpose"}, {"slice"});
    make.op("gather", GatherT(), {"transpose", "i"}, {"gather"});
    ConcatT concat;
    concat.axis = 1;
    make.op("concat", concat, {"slice", "gather"}, {"concat"});
    GatherT pick;
    pick.axis = 1;
    make.op("pick", pick, {"concat", "picks"}, {"pick"});
    make.op("expand", ExpandT(), {"pick"}, {"expand"});
    make.op("add", BinaryOpT(), {"expand", "row"}, {"add"});
    UnaryOpT relu;
    relu.function = std::make_unique<Function>(Unary::relu, 0.0F, 0.0F);
    make.op("relu", std::move(relu), {"add"}, {"relu"});
    make.op("softmax", SoftmaxT(), {"relu"}, {"softmax"});
    make.op("matmul", MatMulT(), {"softmax", "right"}, {"matmul"});
    make.op("cast", CastT(), {"matmul"}, {"cast"});
    BinaryOpT square;
    square.kind = Binary::multiply;
    make.op("square", square, {"cast", "cast"}, {"square"});

    make.input("a");
    make.input("i");
    make.output("square");
    make.output("matmul");
    make.range("i", objects::RangeKind::index, 3);
    return make.finish();
}

Sample symbolic_sample() {
    Maker make;
    using Type = ElementType;
    using Kind = ExpressionKind;
    const std::int32_t time = make.symbol("time", 1, 4), batch = make.symbol("batch", 1, 3);
    const std::int32_t minus_one = make.expression({Kind::constant, -1, 0, -1, -1, -1});
    const std::int32_t two = make.expression({Kind::constant, 2, 0, 2, 2, 2});
    const std::int32_t last = make.expression({Kind::add, ~time, ~minus_one, 0, 3, 3});
    const std::int32_t half = make.expression({Kind::exact_divide, ~time, ~two, 0, 2, 2});
    const std::int32_t rows = make.expression({Kind::multiply, ~time, ~batch, 1, 12, 12});

    make.value("x", Type::f32, {time, batch, 2});
    make.value("lengths", Type::i32, {batch});
    make.value("y", Type::f32, {time, 1, batch, 5});
    make.value("last", Type::f32, {1, 1, batch, 5});
    make.view("pairs", "y", {half, 2, batch, 5});
    make.value("relu", Type::f32, {half, 2, batch, 5});
    make.value("extents", Type::i64, {4});

    RecurrentT rnn;
    rnn.hidden = 5;
    auto direction = std::make_unique<DirectionT>();
    direction->gates = make.matrix(1, 5, 2, 5);
    direction->functions = {{Unary::tanh, 0, 0}};
    rnn.directions.push_back(std::move(direction));
    make.op("rnn", std::move(rnn), {"x", "lengths", "", ""}, {"y", "", ""});
    SliceT slice;
    slice.starts = {last, 0, 0, 0};
    slice.steps = {1, 1, 1, 1};
    make.op("last", slice, {"y"}, {"last"});
    UnaryOpT relu;
    relu.function = std::make_unique<Function>(Unary::relu, 0.0F, 0.0F);
    make.op("relu", std::move(relu), {"pairs"}, {"relu"});
    ExtentListT extents;
    extents.values = {time, batch, rows, 7};
    make.op("extents", extents, {}, {"extents"});

    make.input("x");
    make.input("lengths");
    for (const char* name : {"last", "relu", "extents"}) { make.output(name); }
    make.range("lengths", objects::RangeKind::length, time);
    return make.finish();
}

std::vector<std::uint8_t> payload_of(const ModelT& model) {
    flatbuffers::FlatBufferBuilder builder;
    FinishModelBuffer(builder, CreateModel(builder, &model));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

std::vector<std::uint8_t> sealed(const std::vector<std::uint8_t>& payload) {
    format::FileHeader header{};
    std::memcpy(header.magic, format::kMagic, sizeof(header.magic));
    header.major = format::kMajor;
    header.minor = format::kMinor;
    header.payload_bytes = payload.size();
    std::vector<std::uint8_t> file(sizeof(header) + payload.size());
    std::memcpy(file.data(), &header, sizeof(header));
    std::copy(payload.begin(), payload.end(), file.begin() + sizeof(header));
    reseal(file);
    return file;
}

void reseal(std::vector<std::uint8_t>& file) {
    format::FileHeader header;
    std::memcpy(&header, file.data(), sizeof(header));
    header.crc = format::file_crc(header, file.data() + sizeof(header), file.size() - sizeof(header));
    std::memcpy(file.data(), &header, sizeof(header));
}

}  // namespace tidegate::test
