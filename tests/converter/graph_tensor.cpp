// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <stdexcept>

#include "graph/op.h"
#include "graph/tensor.h"

namespace tidegate::graph_tensor_test {

TEST_CASE("a shape counts its elements, and one that wraps 64 bits is refused") {
    CHECK(element_count(Dims{}) == 1);
    CHECK(element_count(Dims{2, 3, 4}) == 24);
    CHECK(element_count(Dims{1 << 20, 1 << 20}) == std::int64_t{1} << 40);
    CHECK(element_count(Dims{0, std::int64_t{1} << 62, std::int64_t{1} << 62}) == 0);
    CHECK_THROWS_AS(element_count(Dims{(1 << 20) + 1, 1 << 20}), std::length_error);
    CHECK_THROWS_AS(element_count(Dims{std::int64_t{1} << 62, 8}), std::length_error);
    CHECK_THROWS_AS(element_count(Dims{65537, 65536, 1 << 30}), std::length_error);
    CHECK_THROWS_AS(element_count(Dims{2, -1}), std::length_error);
    CHECK_THROWS_AS(element_count(Dims{0, -1}), std::length_error);
}

TEST_CASE("tensors are equal when type, shape and every element are") {
    const Tensor a = Tensor::of_i64({2}, {1, 2});
    CHECK(a == Tensor::of_i64({2}, {1, 2}));
    CHECK_FALSE(a == Tensor::of_i64({2}, {1, 3}));
    CHECK_FALSE(a == Tensor::of_i64({2, 1}, {1, 2}));
    CHECK_FALSE(a == Tensor::of({2}, {1, 2}));
    CHECK_THROWS_AS(Tensor::of({3}, {1, 2}), std::length_error);
    CHECK(Tensor::zeros(ElementType::i8, {2}).integers == std::vector<std::int64_t>{0, 0});
    CHECK(Tensor::zeros(ElementType::f32, {2}).reals == std::vector<double>{0, 0});
}

TEST_CASE("operators and types have their names in messages") {
    CHECK(name_of(Op(Recurrent{})) == "LSTM");
    CHECK(name_of(Op(Binary{BinaryKind::divide})) == "Div");
    CHECK(name_of(Op(Unary{{UnaryKind::softplus, 0, 0}})) == "Softplus");
    CHECK(name_of(Op(Unary{{UnaryKind::affine, 0, 0}})) == "Affine");
    CHECK(name_of(Op(Softmax{-1, true})) == "LogSoftmax");
    CHECK(std::string(name_of(ElementType::boolean)) == "bool");
    CHECK(size_of(ElementType::i64) == 8);
    CHECK(size_of(ElementType::f32) == 4);
    CHECK(size_of(ElementType::boolean) == 1);
    CHECK(to_text(Dims{1, 24, 16}) == "[1, 24, 16]");
}

}  // namespace tidegate::graph_tensor_test
