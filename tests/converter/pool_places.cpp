// SPDX-License-Identifier: MIT
// The places of MaxPool's maxima, and BatchNormalization of statistics that are computed.
#include <cmath>

#include "converter/quantized_support.h"
#include "reference/evaluate.h"

namespace tidegate::pool_places_test {
namespace {

using test::add_input;
using test::Attributes;
using test::has;
using test::List;
using test::ModelBuilder;
using test::refusal;

/// Small whole numbers: many are equal.
Tensor few(ElementType type, const Dims& dims) {
    Tensor t = Tensor::zeros(type, dims);
    const auto values = test::spread(static_cast<std::size_t>(t.count()), 0, 5, 7);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (t.is_real()) {
            t.reals[i] = static_cast<double>(values[i] - 3);
        } else {
            t.integers[i] = values[i];
        }
    }
    return t;
}

/// The runtime's answer is the reference's.
void check(const Tensor& x, const Attributes& attributes) {
    ModelBuilder model(12);
    add_input(model, "x", x);
    model.node("MaxPool", {"x"}, {"y", "places"}, attributes).output("places", onnx::TensorProto::INT64);
    model.output("y", x.is_real() ? static_cast<int>(onnx::TensorProto::FLOAT) : test::proto_type(x.type));
    const Graph read = model.read();
    const std::vector<Tensor> want = evaluate(read.nodes.at(0), {&x});
    const std::vector<Tensor> found = test::run(model, {x});
    CHECK(found.at(0) == want.at(1));
    CHECK(found.at(1) == want.at(0));
}

}  // namespace

TEST_CASE("MaxPool names the first of equal maxima, counted over all planes") {
    ModelBuilder model(12);
    const Tensor x = Tensor::of({1, 2, 2, 3}, {1, 7, 7, 0, 7, 2, -1, -2, -3, -4, -5, -1});
    add_input(model, "x", x);
    const Attributes two = {{"kernel_shape", List{2, 2}}};
    model.node("MaxPool", {"x"}, {"y", "places"}, two).output("y").output("places", onnx::TensorProto::INT64);
    const auto found = test::run(model, {x});
    CHECK(found[0].reals == std::vector<double>{7, 7, -1, -1});
    CHECK(found[1].integers == std::vector<std::int64_t>{1, 1, 6, 11});
}

TEST_CASE("the places of maxima: pads, strides, dilations, a last window beyond the end, column by column, integers") {
    const Tensor row = few(ElementType::f32, {2, 3, 11}), image = few(ElementType::f32, {1, 2, 5, 7});
    for (const std::int64_t stride : {1, 2, 3}) {
        check(row, {{"kernel_shape", List{3}}, {"strides", List{stride}}, {"pads", List{1, 2}}});
        check(row, {{"kernel_shape", List{2}}, {"strides", List{stride}}, {"dilations", List{3}}});
        check(row, {{"kernel_shape", List{4}}, {"strides", List{stride}}, {"ceil_mode", 1}});
        for (const std::int64_t order : {0, 1}) {
            check(image, {{"kernel_shape", List{3, 2}},
                          {"strides", List{1, stride}},
                          {"pads", List{1, 0, 2, 1}},
                          {"storage_order", order}});
        }
    }
    check(few(ElementType::u8, {1, 1, 9}), {{"kernel_shape", List{3}}, {"pads", List{1, 1}}});
    check(few(ElementType::i8, {2, 1, 4, 4}), {{"kernel_shape", List{2, 2}}, {"auto_pad", std::string("SAME_UPPER")}});
}

TEST_CASE("the places of maxima in an axis whose length changes are refused; a changing batch is not") {
    const auto converted = [](const std::string& batch, const std::string& time) {
        ModelBuilder model;
        const auto extent = [](const std::string& name) {
            return name.empty() ? ModelBuilder::Extent(6) : ModelBuilder::Extent(name);
        };
        model.input("x", {extent(batch), 2, extent(time)});
        model.node("MaxPool", {"x"}, {"y", "places"}, {{"kernel_shape", List{2}}}, "pool").output("y");
        model.output("places", onnx::TensorProto::INT64);
        std::map<std::string, DimRange> dims;
        for (const std::string& name : {batch, time}) {
            if (!name.empty()) { dims.emplace(name, DimRange(2, 6)); }
        }
        return refusal([&] { convert(model.save("places.onnx"), test::with_dims(dims)); });
    };
    CHECK(converted("n", "").empty());
    CHECK(
        has(converted("", "time"), "node 'pool' (MaxPool): the places of maxima in [6, 2, time] depend on the length"));
}

TEST_CASE("BatchNormalization of statistics that are computed follows its formula") {
    const Tensor x = Tensor::of({1, 2, 2}, {1, -2, 3, 5}), scale = Tensor::of({2}, {2, -1}),
                 bias = Tensor::of({2}, {0.5, 1}), mean = Tensor::of({2}, {1, 2}),
                 variance = Tensor::of({2}, {4, 0.25});
    ModelBuilder model;
    for (const auto& [name, tensor] :
         std::map<std::string, Tensor>{{"a", x}, {"b", scale}, {"c", bias}, {"d", mean}, {"e", variance}}) {
        add_input(model, name, tensor);
    }
    model.node("BatchNormalization", {"a", "b", "c", "d", "e"}, {"y"}, {{"epsilon", 0.0F}}).output("y");
    CHECK(test::run(model, {x, scale, bias, mean, variance}).at(0).reals == std::vector<double>{0.5, -2.5, -1, -5});
}

}  // namespace tidegate::pool_places_test
