// SPDX-License-Identifier: MIT
// The reference of the other operators against values worked out by hand from the ONNX text and numpy's rules.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "graph/error.h"
#include "reference/evaluate.h"

namespace tidegate::reference_ops_test {
namespace {

std::vector<Tensor> run(Op op, std::vector<Tensor> inputs, std::size_t outputs = 1) {
    Node node{"n", std::move(op), {}, {}};
    std::vector<const Tensor*> pointers;
    for (const Tensor& input : inputs) { pointers.push_back(&input); }
    for (std::size_t i = 0; i < outputs; ++i) { node.outputs.push_back(static_cast<ValueId>(i)); }
    return evaluate(node, pointers);
}

Tensor one(Op op, std::vector<Tensor> inputs) { return run(std::move(op), std::move(inputs)).front(); }

Tensor ints(ElementType type, Dims dims, std::vector<std::int64_t> values) {
    return Tensor{type, std::move(dims), {}, std::move(values)};
}
Tensor list(std::vector<std::int64_t> values) {
    return Tensor::of_i64({static_cast<std::int64_t>(values.size())}, values);
}
/// 0, 1, 2, ...
Tensor counting(Dims dims) {
    Tensor tensor = Tensor::zeros(ElementType::f32, std::move(dims));
    for (std::size_t i = 0; i < tensor.reals.size(); ++i) { tensor.reals[i] = static_cast<double>(i); }
    return tensor;
}
Op act(UnaryKind kind, double alpha = 0, double beta = 0) { return Unary{Function{kind, alpha, beta}}; }

using Reals = std::vector<double>;
using Ints = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("matrix products follow numpy: batches broadcast, 1-D operands lose their axis") {
    const Tensor a = counting({2, 3});
    const Tensor b = counting({3, 2});
    CHECK(one(MatMul{}, {a, b}) == Tensor::of({2, 2}, {10, 13, 28, 40}));
    CHECK(one(MatMul{}, {Tensor::of({3}, {1, 10, 100}), b}) == Tensor::of({2}, {420, 531}));
    CHECK(one(MatMul{}, {a, Tensor::of({3}, {1, 10, 100})}) == Tensor::of({2}, {210, 543}));
    CHECK(one(MatMul{}, {Tensor::of({2}, {3, 4}), Tensor::of({2}, {5, 6})}) == Tensor::of({}, {39}));
    // [2, 1, 1, 2] x [3, 2, 1] -> [2, 3, 1, 1]
    const Tensor y = one(MatMul{}, {counting({2, 1, 1, 2}), counting({3, 2, 1})});
    CHECK(y == Tensor::of({2, 3, 1, 1}, {1, 3, 5, 3, 13, 23}));
    CHECK_THROWS_AS(one(MatMul{}, {a, a}), ConvertError);
    CHECK_THROWS_AS(one(MatMul{}, {Tensor::of({}, {1}), a}), ConvertError);
}

TEST_CASE("Gemm scales, transposes and broadcasts C") {
    const Tensor a = counting({3, 2});  // transposed: 0 2 4 / 1 3 5
    const Tensor b = counting({2, 3});  // transposed: 0 3 / 1 4 / 2 5
    const Gemm both{0.5, 2, true, true};
    CHECK(one(both, {a, b, Tensor::of({2}, {1, 10})}) == Tensor::of({2, 2}, {7, 34, 8.5, 40}));
    CHECK(one(both, {a, b, Tensor::of({2, 1}, {1, 10})}) == Tensor::of({2, 2}, {7, 16, 26.5, 40}));
    CHECK(one(Gemm{}, {a, b}) == Tensor::of({3, 3}, {3, 4, 5, 9, 14, 19, 15, 24, 33}));
    CHECK_THROWS_AS(one(both, {a, b, Tensor::of({3}, {1, 2, 3})}), ConvertError);
    CHECK_THROWS_AS(one(Gemm{}, {a, counting({3})}), ConvertError);
}

TEST_CASE("integers are exact and wrap in their own type; their division truncates") {
    const auto op = [](BinaryKind kind) { return Binary{kind}; };
    const auto i32 = [](std::int64_t v) { return ints(ElementType::i32, {}, {v}); };
    const auto u8 = [](std::int64_t v) { return ints(ElementType::u8, {}, {v}); };
    const auto i64 = [](std::int64_t v) { return Tensor::of_i64({}, {v}); };
    CHECK(one(op(BinaryKind::add), {i32(INT32_MAX), i32(1)}).integers == Ints{INT32_MIN});
    CHECK(one(op(BinaryKind::multiply), {i64(INT64_MAX), i64(2)}).integers == Ints{-2});
    CHECK(one(op(BinaryKind::subtract), {u8(3), u8(5)}).integers == Ints{254});
    CHECK(one(op(BinaryKind::divide), {i32(-7), i32(2)}).integers == Ints{-3});
    CHECK(one(op(BinaryKind::divide), {i64(INT64_MIN), i64(-1)}).integers == Ints{INT64_MIN});
    CHECK_THROWS_AS(one(op(BinaryKind::divide), {i64(1), i64(0)}), ConvertError);
    CHECK_THROWS_AS(one(op(BinaryKind::add), {i64(1), i32(0)}), ConvertError);
}

TEST_CASE("binary operators broadcast from the last axis") {
    const Tensor a = counting({2, 1, 3});
    const Tensor b = Tensor::of({2, 1}, {10, 20});
    CHECK(one(Binary{BinaryKind::add}, {a, b}) ==
          Tensor::of({2, 2, 3}, {10, 11, 12, 20, 21, 22, 13, 14, 15, 23, 24, 25}));
    CHECK(one(Binary{BinaryKind::subtract}, {b, Tensor::of({}, {1})}) == Tensor::of({2, 1}, {9, 19}));
    CHECK(one(Binary{BinaryKind::add}, {Tensor::of({0, 3}, {}), counting({3})}).dims == Dims{0, 3});
    CHECK_THROWS_AS(one(Binary{BinaryKind::add}, {counting({2}), counting({3})}), ConvertError);
    const Tensor quotient = one(Binary{BinaryKind::divide}, {Tensor::of({2}, {1, -1}), Tensor::of({}, {0})});
    CHECK(std::isinf(quotient.reals[0]));
    CHECK(quotient.reals[1] < 0);
}

TEST_CASE("the eleven functions follow their formulas and pass NaN on") {
    const auto at = [](const Op& op, double x) { return one(op, {Tensor::of({1}, {x})}).reals[0]; };
    CHECK(at(act(UnaryKind::relu), -2) == 0);
    CHECK(at(act(UnaryKind::affine, 2, 3), -2) == -1);
    CHECK(at(act(UnaryKind::leaky_relu, 0.25), -2) == -0.5);
    CHECK(at(act(UnaryKind::thresholded_relu, 1), 1) == 0);
    CHECK(at(act(UnaryKind::thresholded_relu, 1), 1.5) == 1.5);
    CHECK(at(act(UnaryKind::hard_sigmoid, 0.5, 0.25), 1) == 0.75);
    CHECK(at(act(UnaryKind::hard_sigmoid, 0.5, 0.25), 9) == 1);
    CHECK(at(act(UnaryKind::hard_sigmoid, 0.5, 0.25), -9) == 0);
    CHECK(at(act(UnaryKind::elu, 2), -1) == doctest::Approx(2 * (std::exp(-1.0) - 1)));
    CHECK(at(act(UnaryKind::softsign), -3) == -0.75);
    CHECK(at(act(UnaryKind::softplus), 800) == 800);
    CHECK(at(act(UnaryKind::softplus), -1) == doctest::Approx(std::log(1 + std::exp(-1.0))));
    CHECK(at(act(UnaryKind::scaled_tanh, 3, 0.5), 1) == doctest::Approx(3 * std::tanh(0.5)));
    CHECK(at(act(UnaryKind::sigmoid), 0) == 0.5);
    for (const UnaryKind kind :
         {UnaryKind::relu, UnaryKind::tanh, UnaryKind::sigmoid, UnaryKind::affine, UnaryKind::leaky_relu,
          UnaryKind::scaled_tanh, UnaryKind::hard_sigmoid, UnaryKind::elu, UnaryKind::softsign, UnaryKind::softplus}) {
        CAPTURE(static_cast<int>(kind));
        CHECK(std::isnan(at(act(kind, 1, 1), std::numeric_limits<double>::quiet_NaN())));
    }
}

TEST_CASE("Softmax sums to one along its axis and survives large values") {
    const Tensor x = Tensor::of({2, 2}, {1000, 1001, 1000, 1003});
    const double e1 = std::exp(-1.0), e2 = std::exp(-2.0), e3 = std::exp(-3.0);
    const Tensor rows = one(Softmax{-1, false}, {x});
    CHECK(rows.reals[0] == doctest::Approx(e1 / (1 + e1)));
    CHECK(rows.reals[3] == doctest::Approx(1 / (1 + e3)));
    const Tensor cols = one(Softmax{0, false}, {x});
    CHECK(cols.reals[0] == 0.5);
    CHECK(cols.reals[1] == doctest::Approx(e2 / (1 + e2)));
    CHECK(one(Softmax{1, true}, {x}).reals[2] == doctest::Approx(-3 - std::log(1 + e3)));
    CHECK_THROWS_AS(one(Softmax{2, false}, {x}), ConvertError);
}

TEST_CASE("Concat, Split and Gather move what they say") {
    const Tensor a = counting({2, 2});
    CHECK(one(Concat{-1}, {a, Tensor::of({2, 1}, {8, 9})}) == Tensor::of({2, 3}, {0, 1, 8, 2, 3, 9}));
    CHECK(one(Concat{0}, {a, Tensor::of({1, 2}, {8, 9})}) == Tensor::of({3, 2}, {0, 1, 2, 3, 8, 9}));
    CHECK_THROWS_AS(one(Concat{0}, {a, counting({2, 3})}), ConvertError);
    CHECK_THROWS_AS(one(Concat{0}, {a, ints(ElementType::i32, {1, 2}, {1, 2})}), ConvertError);

    const std::vector<Tensor> parts = run(Split{1}, {counting({2, 3}), list({1, 2})}, 2);
    CHECK(parts[0] == Tensor::of({2, 1}, {0, 3}));
    CHECK(parts[1] == Tensor::of({2, 2}, {1, 2, 4, 5}));
    CHECK(run(Split{0}, {counting({5})}, 2)[1] == Tensor::of({2}, {3, 4}));  // the last part is the smaller one
    CHECK_THROWS_AS(run(Split{0}, {counting({5}), list({2, 2})}, 2), ConvertError);

    const Tensor data = counting({2, 3});
    CHECK(one(Gather{1}, {data, Tensor::of_i64({2, 1}, {-1, 0})}) == Tensor::of({2, 2, 1}, {2, 0, 5, 3}));
    CHECK(one(Gather{0}, {data, Tensor::of_i64({}, {1})}) == Tensor::of({3}, {3, 4, 5}));
    CHECK_THROWS_AS(one(Gather{0}, {data, list({2})}), ConvertError);
    CHECK_THROWS_AS(one(Gather{0}, {data, list({-3})}), ConvertError);
}

TEST_CASE("Slice clamps its bounds as ONNX says, also going backwards") {
    const Tensor x = counting({5});
    const auto slice = [&](std::int64_t start, std::int64_t end, std::int64_t step) {
        return one(Slice{}, {x, list({start}), list({end}), list({0}), list({step})}).reals;
    };
    CHECK(slice(1, 4, 2) == Reals{1, 3});
    CHECK(slice(-2, INT64_MAX, 1) == Reals{3, 4});
    CHECK(slice(-100, 2, 1) == Reals{0, 1});
    CHECK(slice(3, 3, 1).empty());
    CHECK(slice(9, 20, 1).empty());
    CHECK(slice(-1, INT64_MIN, -1) == Reals{4, 3, 2, 1, 0});
    CHECK(slice(100, 1, -2) == Reals{4, 2});
    CHECK(slice(3, -100, -3) == Reals{3, 0});
    CHECK_THROWS_AS(slice(0, 1, 0), ConvertError);
    // Without axes the bounds are those of the first axes.
    CHECK(one(Slice{}, {counting({2, 3}), list({1}), list({2})}) == Tensor::of({1, 3}, {3, 4, 5}));
    const Tensor corner = one(Slice{}, {counting({2, 3}), list({1, 0}), list({3, 1}), list({-1, -2})});
    CHECK(corner == Tensor::of({1, 2}, {1, 2}));
}

TEST_CASE("the shape operators give the shapes of the ONNX text") {
    const Tensor x = counting({2, 1, 3});
    CHECK(one(Squeeze{}, {x}).dims == Dims{2, 3});
    CHECK(one(Squeeze{}, {x, list({-2})}).dims == Dims{2, 3});
    CHECK_THROWS_AS(one(Squeeze{}, {x, list({0})}), ConvertError);
    CHECK(one(Unsqueeze{}, {x, list({0, -1})}).dims == Dims{1, 2, 1, 3, 1});
    CHECK_THROWS_AS(one(Unsqueeze{}, {x, list({0, 0})}), ConvertError);
    CHECK(one(Reshape{}, {x, list({0, -1})}).dims == Dims{2, 3});
    CHECK(one(Reshape{true}, {Tensor::of({0, 3}, {}), list({3, 0})}).dims == Dims{3, 0});
    CHECK_THROWS_AS(one(Reshape{}, {x, list({4, -1})}), ConvertError);
    CHECK_THROWS_AS(one(Reshape{}, {x, list({-1, -1})}), ConvertError);
    CHECK_THROWS_AS(one(Reshape{}, {x, list({5})}), ConvertError);
    CHECK(one(Flatten{0}, {x}).dims == Dims{1, 6});
    CHECK(one(Flatten{3}, {x}).dims == Dims{6, 1});
    CHECK(one(Flatten{-1}, {x}).dims == Dims{2, 3});
    CHECK(one(Transpose{{2, 0, 1}}, {x}) == Tensor::of({3, 2, 1}, {0, 3, 1, 4, 2, 5}));
    CHECK(one(Transpose{}, {x}).dims == Dims{3, 1, 2});
    CHECK_THROWS_AS(one(Transpose{{0, 0, 1}}, {x}), ConvertError);
    CHECK(one(Shape{}, {x}) == list({2, 1, 3}));
    CHECK(one(Shape{-2, 100}, {x}) == list({1, 3}));
    CHECK(one(Shape{2, 1}, {x}).dims == Dims{0});
    CHECK(one(Expand{}, {Tensor::of({2, 1}, {1, 2}), list({2, 1, 2})}) ==
          Tensor::of({2, 2, 2}, {1, 1, 2, 2, 1, 1, 2, 2}));
    CHECK(one(Expand{}, {Tensor::of({2}, {1, 2}), list({1})}).dims == Dims{2});  // the shape broadcasts as well
    CHECK(one(ConstantOfShape{Tensor::of({1}, {7})}, {list({2, 1})}) == Tensor::of({2, 1}, {7, 7}));
    CHECK(one(ConstantOfShape{Tensor::of({1}, {7})}, {list({})}) == Tensor::of({}, {7}));
}

TEST_CASE("Range counts up and down, in integers and reals") {
    const auto scalar = [](std::int64_t v) { return Tensor::of_i64({}, {v}); };
    const auto real = [](double v) { return Tensor::of({}, {v}); };
    CHECK(one(Range{}, {scalar(1), scalar(8), scalar(3)}) == list({1, 4, 7}));
    CHECK(one(Range{}, {scalar(5), scalar(-1), scalar(-2)}) == list({5, 3, 1}));
    CHECK(one(Range{}, {scalar(5), scalar(5), scalar(1)}) == list({}));
    CHECK(one(Range{}, {real(0), real(1), real(0.375)}) == Tensor::of({3}, {0, 0.375, 0.75}));
    CHECK_THROWS_AS(one(Range{}, {scalar(0), scalar(1), scalar(0)}), ConvertError);
}

TEST_CASE("Cast truncates reals, wraps integers and makes bool of anything but 0") {
    const auto cast = [](const Tensor& x, ElementType to) { return one(Cast{to}, {x}); };
    const Tensor reals = Tensor::of({4}, {-1.9, 1.9, 0.3, 3e9});
    CHECK(cast(reals, ElementType::i32).integers == Ints{-1, 1, 0, INT32_MAX});
    CHECK(cast(reals, ElementType::boolean).integers == Ints{1, 1, 1, 1});
    CHECK(cast(Tensor::of({1}, {9.3e18}), ElementType::i64).integers == Ints{INT64_MAX});
    CHECK(cast(list({300, -1}), ElementType::u8).integers == Ints{44, 255});
    CHECK(cast(list({200}), ElementType::i8).integers == Ints{-56});
    CHECK(cast(list({(std::int64_t{1} << 32) + 5}), ElementType::i32).integers == Ints{5});
    CHECK(cast(list({-2, 0}), ElementType::boolean).integers == Ints{1, 0});
    CHECK(cast(list({(1 << 24) + 1}), ElementType::f32).reals == Reals{1 << 24});  // the nearest float
    CHECK(cast(ints(ElementType::boolean, {2}, {1, 0}), ElementType::f32).reals == Reals{1, 0});
}

TEST_CASE("a result that is too large is refused before it is made") {
    CHECK_THROWS_AS(one(ConstantOfShape{Tensor::of({1}, {0})}, {list({1 << 20, 1 << 20})}), ConvertError);
    CHECK_THROWS_AS(one(ConstantOfShape{Tensor::of({1}, {0})}, {list({INT64_MAX, 4})}), ConvertError);
    CHECK_THROWS_AS(one(Expand{}, {Tensor::of({1}, {0}), list({1 << 29})}), ConvertError);
}

TEST_CASE("an output that the operator does not have is refused by name") {
    CHECK_THROWS_WITH_AS(run(Identity{}, {counting({1})}, 2), doctest::Contains("node 'n' (Identity)"), ConvertError);
}

}  // namespace tidegate::reference_ops_test
