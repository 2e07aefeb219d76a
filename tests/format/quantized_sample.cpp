// SPDX-License-Identifier: MIT
#include "format/sizes.h"
#include "maker.h"

namespace tidegate::test {

using namespace objects;

namespace {

constexpr std::uint32_t kHidden = 5, kHalfHidden = 2;

std::unique_ptr<DirectionT> integer_lstm(Maker& make) {
    auto direction = std::make_unique<DirectionT>();
    direction->gates = make.matrix(4, kHidden, 2, kHidden, MatrixForm::i8_panels);
    direction->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}, {Unary::tanh, 0, 0}};
    direction->state_scale = 1.0F / 127;
    return direction;
}

std::unique_ptr<DirectionT> half_gru(Maker& make, bool reverse) {
    auto direction = std::make_unique<DirectionT>();
    direction->reverse = reverse;
    direction->gates = make.matrix(2, kHalfHidden, kHidden, kHalfHidden, MatrixForm::f16_panels);
    direction->candidate_input = make.matrix(1, kHalfHidden, kHidden, 0, MatrixForm::f16_panels);
    direction->candidate_state = make.matrix(1, kHalfHidden, kHalfHidden, 0, MatrixForm::f16_panels);
    direction->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}};
    return direction;
}

}  // namespace

Sample quantized_sample() {
    constexpr std::int32_t kSeries = 3;
    Maker make;
    using Type = ElementType;
    const std::int32_t time = make.symbol("time", 1, 2);
    make.value("x", Type::f32, {time, kSeries, 2});
    for (const char* state : {"h", "c", "y_h", "y_c"}) { make.value(state, Type::f32, {1, kSeries, kHidden}); }
    make.value("y", Type::f32, {time, 1, kSeries, kHidden});
    make.view("rows", "y", {time, kSeries, kHidden});
    make.value("both", Type::f32, {time, kSeries, 2, kHalfHidden});
    make.value("result", Type::f32, {time, kSeries, 2, 3});

    RecurrentT lstm;
    lstm.cell = Cell::lstm;
    lstm.hidden = kHidden;
    lstm.directions.push_back(integer_lstm(make));
    make.op("lstm", std::move(lstm), {"x", "", "h", "c"}, {"y", "y_h", "y_c"});
    objects::Buffer& scratch = make.model().buffers.back();
    scratch.mutate_bytes(scratch.bytes() + 2 * format::series_lane_bytes({4, kHidden, 2, true}));

    RecurrentT gru;
    gru.cell = Cell::gru;
    gru.hidden = kHalfHidden;
    gru.y_order = YOrder::time_batch_direction;
    for (const bool reverse : {false, true}) { gru.directions.push_back(half_gru(make, reverse)); }
    make.op("gru", std::move(gru), {"rows", "", "", ""}, {"both", "", ""});

    DenseT dense;
    dense.matrix = make.matrix(1, 3, kHalfHidden, 0, MatrixForm::i8_panels);
    dense.input_scale = 1.0F / 127;
    make.op("dense", std::move(dense), {"both"}, {"result"});

    make.input("x");
    make.output("result");
    make.state("h", "h", "y_h");
    make.state("c", "c", "y_c");
    make.model().states[0]->limit = 1;
    return make.finish();
}

}  // namespace tidegate::test
