// SPDX-License-Identifier: MIT
#include "models.h"

#include "format/maker.h"
#include "shell.h"

namespace tidegate::test {

using namespace objects;

Sample lstm_sample() {
    Maker make;
    const std::int32_t time = make.symbol("time", 1, kLstmLongest);
    make.value("x", ElementType::f32, {time, 1, kLstmInputs});
    for (const char* name : {"h", "c", "y_h", "y_c"}) { make.value(name, ElementType::f32, {1, 1, kLstmUnits}); }
    make.value("y", ElementType::f32, {time, 1, 1, kLstmUnits});

    RecurrentT lstm;
    lstm.cell = Cell::lstm;
    lstm.hidden = kLstmUnits;
    auto direction = std::make_unique<DirectionT>();
    direction->gates = make.matrix(4, kLstmUnits, kLstmInputs, kLstmUnits);
    direction->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}, {Unary::tanh, 0, 0}};
    lstm.directions.push_back(std::move(direction));
    make.op("lstm", std::move(lstm), {"x", "", "h", "c"}, {"y", "y_h", "y_c"});

    make.input("x");
    make.output("y");
    make.state("h", "h", "y_h");
    make.state("c", "c", "y_c");
    return make.finish();
}

namespace {

void add_relu(Maker& make, const std::string& x, const std::string& y, const Maker::Dims& dims) {
    make.value(x, ElementType::f32, dims);
    make.value(y, ElementType::f32, dims);
    UnaryOpT relu;
    relu.function = std::make_unique<Function>(Unary::relu, 0.0F, 0.0F);
    make.op(y, std::move(relu), {x}, {y});
    make.input(x);
    make.output(y);
}

}  // namespace

Sample hidden_symbol_sample() {
    using Kind = ExpressionKind;
    Maker make;
    const std::int32_t time = make.symbol("time", 1, 10);
    const std::int32_t two = make.expression({Kind::constant, 2, 0, 2, 2, 2});
    const std::int32_t twice = make.expression({Kind::multiply, ~time, ~two, 2, 20, 20});
    add_relu(make, "x", "y", {twice});
    return make.finish();
}

Sample expressions_sample() {
    using Kind = ExpressionKind;
    Maker make;
    const std::int32_t time = make.symbol("time", 3, 9), batch = make.symbol("batch", 1, 2);
    const std::int32_t minus_one = make.expression({Kind::constant, -1, 0, -1, -1, -1});
    const std::int32_t two = make.expression({Kind::constant, 2, 0, 2, 2, 2});
    const std::int32_t shorter = make.expression({Kind::add, ~minus_one, ~time, 2, 8, 8});
    const std::int32_t half = make.expression({Kind::floor_divide, ~shorter, ~two, 1, 4, 4});
    const std::int32_t exact = make.expression({Kind::exact_divide, ~shorter, ~two, 1, 4, 4});
    const std::int32_t product = make.expression({Kind::multiply, ~shorter, ~batch, 2, 16, 16});
    const std::int32_t less = make.expression({Kind::minimum, ~time, ~two, 2, 2, 2});
    const std::int32_t more = make.expression({Kind::maximum, ~half, ~batch, 1, 4, 4});
    const std::int32_t negative = make.expression({Kind::multiply, ~batch, ~minus_one, -2, -1, -2});
    const std::int32_t without = make.expression({Kind::add, ~time, ~negative, 1, 8, 7});
    add_relu(make, "x", "y", {time, shorter, half, exact});
    add_relu(make, "u", "v", {product, less, more, without});
    return make.finish();
}

void write_model(const std::string& path, const Sample& sample) {
    const std::vector<std::uint8_t> file = file_of(sample);
    write_text(path, {file.begin(), file.end()});
}

}  // namespace tidegate::test
