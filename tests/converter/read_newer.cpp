// SPDX-License-Identifier: MIT
// CastLike, NonZero, Swish and RMSNormalization: what they become, and their values.
#include <doctest/doctest.h>

#include <cmath>

#include "converter/onnx_builder.h"
#include "verify/run_model.h"

namespace tidegate::read_newer_test {
namespace {

using test::has;
using test::ModelBuilder;

const std::vector<float> kX = {-7, 3, -1.5F, 0.25F, 2, 0.125F, 1, 2.5F};  // [2, 4]

Tensor run(const ModelBuilder& model) {
    ModelRunner runner(convert(model.save("newer.onnx"), {}).file);
    Tensor x = Tensor::zeros(ElementType::f32, {2, 4});
    x.reals.assign(kX.begin(), kX.end());
    return runner.run({x}).at(0);
}

void check_close(const Tensor& y, const std::vector<double>& want) {
    REQUIRE(y.reals.size() == want.size());
    for (std::size_t i = 0; i < want.size(); ++i) {
        CAPTURE(i);
        CHECK(std::abs(y.reals[i] - want[i]) <= 1e-6 * std::max(1.0, std::abs(want[i])));
    }
}

}  // namespace

TEST_CASE("CastLike casts to the type of its second input, whose elements do not matter") {
    ModelBuilder m;
    m.input("x", {2, 4}).integers("like", {7}).node("CastLike", {"x", "like"}, {"whole"});
    m.node("CastLike", {"whole", "x"}, {"y"}).output("y");
    check_close(run(m), {-7, 3, -1, 0, 2, 0, 1, 2});
}

TEST_CASE("NonZero of constants gives the places, axis by axis; of anything else it is refused by name") {
    ModelBuilder m;
    m.input("x", {2, 4}).integers("mask", {0, 3, 0, 5}).integers("two", {2, 2}).integers("axis", {0});
    m.node("Reshape", {"mask", "two"}, {"square"}).node("NonZero", {"square"}, {"places"});
    m.node("Cast", {"places"}, {"reals"}, {{"to", 1}}).integers("flat", {1, 4});
    m.node("Reshape", {"reals", "flat"}, {"row"}).node("Add", {"x", "row"}, {"y"}).output("y");
    check_close(run(m), {-7, 4, -0.5, 1.25, 2, 1.125, 2, 3.5});  // places [[0, 1], [1, 1]]
    ModelBuilder dynamic;
    dynamic.input("x", {2, 4}).node("NonZero", {"x"}, {"y"}, {}, "find").output("y", onnx::TensorProto::INT64);
    CHECK(has(test::refusal([&] { dynamic.simplified(); }), "node 'find' (NonZero): its input 'x' steers shapes"));
}

TEST_CASE("Swish is x sigmoid(alpha x)") {
    for (const float alpha : {1.0F, 1.75F}) {
        ModelBuilder m(24);
        m.input("x", {2, 4}).node("Swish", {"x"}, {"y"}, {{"alpha", alpha}}).output("y");
        std::vector<double> want;
        for (const float x : kX) {
            want.push_back(static_cast<double>(x) / (1 + std::exp(-static_cast<double>(alpha * x))));
        }
        check_close(run(m), want);
    }
}

TEST_CASE("RMSNormalization divides by the root of the mean of squares") {
    ModelBuilder m(23);
    m.input("x", {2, 4}).floats("scale", {4}, {1, 2, -1, 0.5F});
    m.node("RMSNormalization", {"x", "scale"}, {"y"}, {{"epsilon", 0.01F}}).output("y");
    const double scale[] = {1, 2, -1, 0.5};
    std::vector<double> want;
    for (std::size_t i = 0; i < kX.size(); ++i) {
        double squares = 0;
        for (std::size_t j = i / 4 * 4; j < i / 4 * 4 + 4; ++j) { squares += std::pow(static_cast<double>(kX[j]), 2); }
        want.push_back(static_cast<double>(kX[i]) / std::sqrt(squares / 4 + 0.01) * scale[i % 4]);
    }
    check_close(run(m), want);
}

}  // namespace tidegate::read_newer_test
