// SPDX-License-Identifier: MIT
// Types, shapes and parameters of the ops without packed weights.
#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "maker.h"
#include "rules.h"

namespace shape_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;

namespace {

/// The op writes its output as another type or shape of the same bytes; its readers see no change.
std::function<void(Sample&)> written_as(const char* op, ElementType type, D to) {
    return [=](Sample& s) { s.op(op).outputs[0] = add_view(s, op, type, to); };
}

void set_pick(Sample& s, std::int32_t index) {
    std::memcpy(s.model.weights.data() + s.tensor("picks").offset, &index, sizeof(index));
}

}  // namespace

TEST_CASE("Transpose has a permutation, and its output follows it") {
    const auto perm = [](std::vector<std::uint32_t> to) {
        return [to](Sample& s) { s.op("transpose").params.AsTranspose()->perm = to; };
    };
    expect_verdicts(moves_sample, {
                                      {"the identity", perm({0, 1})},
                                      {"an axis twice", perm({1, 1})},
                                      {"an axis too many", perm({1, 0, 2})},
                                      {"an axis missing", perm({1})},
                                      {"an axis behind the last", perm({1, 2})},
                                      {"axis 2^32 - 1", perm({UINT32_MAX, 0})},
                                      {"axis 32", perm({1, 32})},
                                      {"another type", type("a", ElementType::i32)},
                                      {"written as another type", written_as("transpose", ElementType::i32, {3, 2})},
                                      {"written with more axes", written_as("transpose", ElementType::f32, {3, 2, 1})},
                                      {"more axes", dims("a", D{2, 3, 1})},
                                      {"other extents", dims("a", D{3, 2})},
                                  });
    Sample square = moves_sample();  // with equal extents only the list itself can show an axis twice
    square.tensor("a").dims = {2, 2};
    square.tensor("transpose").dims = {2, 2};
    square.op("slice").params.AsSlice()->starts = {1, 0};
    square.op("slice").params.AsSlice()->steps = {-1, 1};
    CHECK(text_of(verdict_on(file_of(square))) == "ok");
    square.op("transpose").params.AsTranspose()->perm = {1, 1};
    CHECK(text_of(verdict_on(file_of(square))) == "invalid");
}

TEST_CASE("Slice stays inside every axis") {
    const auto slice = [](D starts, D steps) {
        return [=](Sample& s) {
            s.op("slice").params.AsSlice()->starts = starts;
            s.op("slice").params.AsSlice()->steps = steps;
        };
    };
    expect_verdicts(moves_sample, {
                                      allowed("the first two rows", slice({0, 0}, {1, 1})),
                                      allowed("the last two, backwards", slice({2, 1}, {-1, -1})),
                                      {"starts at -1", slice({-1, 0}, {1, 1})},
                                      {"starts behind the end", slice({3, 0}, {-1, 1})},
                                      {"ends at the extent", slice({2, 0}, {1, 1})},
                                      {"ends at -1", slice({0, 0}, {-1, 1})},
                                      {"leaves the second axis", slice({0, 1}, {1, 1})},
                                      {"a step of 0", slice({0, 0}, {0, 1})},
                                      {"a huge step", slice({0, 0}, {INT32_MAX, 1})},
                                      {"the lowest step", slice({2, 0}, {INT32_MIN, 1})},
                                      {"the lowest start", slice({INT32_MIN, 0}, {1, 1})},
                                      {"a start too few", slice({2}, {-2, 1})},
                                      {"a step too few", slice({2, 0}, {-2})},
                                      {"a start too many", slice({2, 0, 0}, {-2, 1})},
                                      {"a step too many", slice({2, 0}, {-2, 1, 1})},
                                      {"more axes", dims("slice", D{2, 2, 1})},
                                      {"another type", type("slice", ElementType::i32)},
                                      {"written as another type", written_as("slice", ElementType::i32, {2, 2})},
                                      {"written with more axes", written_as("slice", ElementType::f32, {2, 2, 1})},
                                  });
}

TEST_CASE("Gather's output is data with the axis replaced by the indices' axes") {
    const auto axis = [](std::uint32_t to) { return [to](Sample& s) { s.op("pick").params.AsGather()->axis = to; }; };
    const auto pick = [](std::int32_t index) { return [index](Sample& s) { set_pick(s, index); }; };
    expect_verdicts(
        moves_sample,
        {
            {"axis behind the last", axis(2)},
            {"another axis", axis(0)},
            {"axis 2^32 - 1", axis(UINT32_MAX)},
            allowed("index 3 of 4", pick(3)),
            allowed("index -4 of 4", pick(-4)),
            {"index 4 of 4", pick(4)},
            {"index -5 of 4", pick(-5)},
            {"the lowest index", pick(INT32_MIN)},
            {"indices of f32",
             [](Sample& s) {
                 s.tensor("picks").type = ElementType::f32;
                 s.model.weights.resize(s.model.weights.size());
             }},
            {"indices of u8", type("picks", ElementType::u8)},
            {"indices of i64 that are no such numbers", type("picks", ElementType::i64)},
            {"more indices", dims("picks", D{4})},
            {"indices with two axes", dims("picks", D{1, 3})},
            {"data of another type", type("pick", ElementType::i32)},
            {"written as another type", written_as("pick", ElementType::i32, {2, 3})},
            {"written with more axes", written_as("pick", ElementType::f32, {2, 3, 1})},
            {"written with fewer axes", written_as("pick", ElementType::f32, {6})},
            {"an output row less", dims("pick", D{1, 3})},
            {"an output column less", dims("pick", D{2, 2})},
            allowed("indices with two axes, and room for them",
                    [](Sample& s) {
                        s.tensor("picks").dims = {3, 1};
                        s.tensor("pick").dims = {2, 3, 1};
                        s.tensor("expand").dims = {2, 3, 1};
                        s.tensor("add").dims = s.tensor("relu").dims = s.tensor("softmax").dims = {2, 3, 3};
                        for (const char* name : {"expand", "add", "relu", "softmax"}) {
                            move_to_end(s, s.buffer(name), 72);
                        }
                        s.tensor("matmul").dims = s.tensor("cast").dims = s.tensor("square").dims = {2, 3, 2};
                        for (const char* name : {"matmul", "cast", "square"}) { move_to_end(s, s.buffer(name), 48); }
                    }),
            {"the rows behind the axis differ",
             [](Sample& s) {
                 s.op("gather").params.AsGather()->axis = 0;
                 s.tensor("gather").dims = s.tensor("slice").dims = {2, 1};
                 s.tensor("concat").dims = {2, 2};
                 set_pick(s, 0);
                 std::memset(s.model.weights.data() + s.tensor("picks").offset, 0, 12);
             }},
        });
}

TEST_CASE("Concat's parts fit side by side") {
    expect_verdicts(moves_sample,
                    {
                        {"axis behind the last", [](Sample& s) { s.op("concat").params.AsConcat()->axis = 2; }},
                        {"axis 2^32 - 1", [](Sample& s) { s.op("concat").params.AsConcat()->axis = UINT32_MAX; }},
                        {"another axis", [](Sample& s) { s.op("concat").params.AsConcat()->axis = 0; }},
                        {"a part too few", [](Sample& s) { s.op("concat").inputs.pop_back(); }},
                        {"written as another type", written_as("concat", ElementType::i32, {2, 4})},
                        {"a part too many", [](Sample& s) { s.op("concat").inputs.push_back(s.index("slice")); }},
                        {"a part of another type",
                         [](Sample& s) {
                             s.op("concat").inputs[0] = add_view(s, "slice", ElementType::i32, {2, 2});
                         }},
                        {"a part with more axes",
                         [](Sample& s) {
                             s.op("concat").inputs[0] = add_view(s, "slice", ElementType::f32, {2, 2, 1});
                         }},
                        {"a part with fewer rows",
                         [](Sample& s) {
                             s.op("concat").inputs[0] = add_view(s, "slice", ElementType::f32, {1, 2});
                         }},
                        {"a part with more columns",
                         [](Sample& s) {
                             s.op("concat").inputs[0] = add_view(s, "transpose", ElementType::f32, {2, 3});
                         }},
                    });
}

TEST_CASE("Expand and Binary broadcast as numpy does") {
    expect_verdicts(
        moves_sample,
        {
            {"Expand to another type", type("expand", ElementType::i32)},
            {"Expand written as another type", written_as("expand", ElementType::i32, {2, 2, 3})},
            {"Expand to fewer axes",
             [](Sample& s) {
                 s.op("expand").inputs[0] = add_view(s, "pick", ElementType::f32, {1, 1, 2, 3});
             }},
            {"Expand of an extent that is not 1",
             [](Sample& s) {
                 s.op("expand").inputs[0] = add_view(s, "pick", ElementType::f32, {3, 2});
             }},
            {"Expand of a last extent that is not 1",
             [](Sample& s) {
                 s.op("expand").inputs[0] = add_view(s, "pick", ElementType::f32, {2, 1, 2});
             }},
            allowed("Expand of one row",
                    [](Sample& s) { s.op("expand").inputs[0] = add_view(s, "pick", ElementType::f32, {3}); }),
            allowed("Expand of a scalar",
                    [](Sample& s) { s.op("expand").inputs[0] = add_view(s, "pick", ElementType::f32, {}); }),
            {"Binary of two types", type("row", ElementType::i32)},
            {"Binary to another type", type("add", ElementType::i32)},
            {"Binary written as another type", written_as("add", ElementType::i32, {2, 2, 3})},
            {"Binary written flat", written_as("add", ElementType::f32, {4, 3})},
            allowed("Binary of bytes",
                    [](Sample& s) { s.tensor("cast").type = s.tensor("square").type = ElementType::u8; }),
            {"Binary of truth values",
             [](Sample& s) { s.tensor("cast").type = s.tensor("square").type = ElementType::boolean; }},
            {"a comparison that gives numbers",
             [](Sample& s) { s.op("add").params.AsBinaryOp()->kind = Binary::less; }},
            {"a logical operator of numbers",
             [](Sample& s) { s.op("square").params.AsBinaryOp()->kind = Binary::logical_and; }},
            allowed("the last Binary of numbers",
                    [](Sample& s) { s.op("square").params.AsBinaryOp()->kind = Binary::remainder; }),
            allowed("Binary of i64",
                    [](Sample& s) {
                        for (const char* name : {"cast", "square"}) {
                            s.tensor(name).type = ElementType::i64;
                            move_to_end(s, s.buffer(name), 64);
                        }
                    }),
            {"unknown Binary",
             [](Sample& s) {
                 s.op("add").params.AsBinaryOp()->kind = static_cast<Binary>(static_cast<int>(Binary::MAX) + 1);
             }},
            {"Binary 255", [](Sample& s) { s.op("add").params.AsBinaryOp()->kind = static_cast<Binary>(255); }},
            {"Binary with an extent that does not fit", dims("row", D{2})},
            allowed("Binary with a scalar", dims("row", D{})),
            {"Binary with more axes than its output", dims("row", D{1, 1, 1, 3})},
            {"Binary's output is larger than its operands",
             [](Sample& s) {
                 s.op("add").inputs[0] = add_view(s, "expand", ElementType::f32, {1, 2, 3});
             }},
            {"Binary's output has an axis more",
             [](Sample& s) {
                 s.op("square").inputs = {add_view(s, "cast", ElementType::i32, {2, 2}),
                                          add_view(s, "cast", ElementType::i32, {2, 2})};
             }},
        });
}

TEST_CASE("MatMul's operands meet in K, their batches broadcast") {
    const auto left = [](D to) {
        return [to](Sample& s) { s.op("matmul").inputs[0] = add_view(s, "softmax", ElementType::f32, to); };
    };
    expect_verdicts(moves_sample,
                    {
                        {"another K", dims("right", D{2, 3})},
                        {"a right vector", dims("right", D{3})},
                        {"a left vector",
                         [](Sample& s) {
                             s.op("matmul").inputs[0] = add_view(s, "softmax", ElementType::f32, {3});
                             s.tensor("matmul").dims = {2};
                             s.tensor("cast").dims = s.tensor("square").dims = {2};
                         }},
                        {"integers on the right", type("right", ElementType::i32)},
                        {"integers on the left",
                         [](Sample& s) {
                             s.op("matmul").inputs[0] = add_view(s, "softmax", ElementType::i32, {2, 2, 3});
                         }},
                        {"integers as output", type("matmul", ElementType::i32)},
                        {"written as integers", written_as("matmul", ElementType::i32, {2, 2, 2})},
                        {"written flat", written_as("matmul", ElementType::f32, {4, 2})},
                        {"fewer rows", left({2, 1, 3})},
                        {"fewer batches than the output", left({1, 2, 3})},
                        {"no batch axis, but the output has one", left({2, 3})},
                        {"fewer columns", dims("right", D{3, 1})},
                        {"a batch on the right that does not fit", dims("right", D{1, 1, 3, 2})},
                        allowed("a batch of 1 on the right", dims("right", D{1, 3, 2})),
                    });
}

TEST_CASE("Select chooses between two of one type, by truth values of dims that broadcast") {
    const auto sample = +[]() -> Sample {
        Maker make;
        for (const char* input : {"a", "b"}) {
            make.value(input, ElementType::f32, {2, 3});
            make.input(input);
        }
        BinaryOpT less;
        less.kind = Binary::less;
        make.value("is_less", ElementType::boolean, {2, 3});
        make.op("less", less, {"a", "b"}, {"is_less"});
        make.value("y", ElementType::f32, {2, 3});
        make.output("y");
        make.op("select", SelectT(), {"is_less", "a", "b"}, {"y"});
        return make.finish();
    };
    expect_verdicts(
        sample,
        {
            allowed("as it is", [](Sample&) {}),
            {"a condition of bytes", type("is_less", ElementType::u8)},
            {"a condition of numbers", [](Sample& s) { s.op("select").inputs[0] = 0; }},
            {"two types", type("b", ElementType::i32)},
            {"to another type", type("y", ElementType::i32)},
            {"a part that does not broadcast", dims("b", D{3, 2})},
            allowed("one row", [](Sample& s) { s.op("select").inputs[1] = add_view(s, "a", ElementType::f32, {3}); }),
        });
}

TEST_CASE("Unary, Softmax and Cast keep the dims") {
    const auto function = [](Unary kind, float alpha, float beta) {
        return [=](Sample& s) { *s.op("relu").params.AsUnaryOp()->function = Function(kind, alpha, beta); };
    };
    expect_verdicts(moves_sample,
                    {
                        allowed("softplus", function(Unary::softplus, 0, 0)),
                        allowed("the last function", function(Unary::cosine, 0, 0)),
                        {"unknown function", function(static_cast<Unary>(static_cast<int>(Unary::MAX) + 1), 0, 0)},
                        {"function 255", function(static_cast<Unary>(255), 0, 0)},
                        {"NaN alpha", function(Unary::elu, kNan, 0)},
                        {"infinite beta", function(Unary::affine, 1, std::numeric_limits<float>::infinity())},
                        {"no function", [](Sample& s) { s.op("relu").params.AsUnaryOp()->function.reset(); }},
                        {"Unary of integers",
                         [](Sample& s) {
                             s.op("relu").inputs[0] = add_view(s, "add", ElementType::i32, {2, 2, 3});
                         }},
                        {"Unary to integers",
                         [](Sample& s) {
                             s.tensor("relu").type = ElementType::i32;
                             s.op("softmax").inputs[0] = add_view(s, "relu", ElementType::f32, {2, 2, 3});
                         }},
                        {"Unary written as integers", written_as("relu", ElementType::i32, {2, 2, 3})},
                        {"Softmax written as integers", written_as("softmax", ElementType::i32, {2, 2, 3})},
                        {"Softmax written flat", written_as("softmax", ElementType::f32, {12})},
                        {"Cast written flat", written_as("cast", ElementType::i32, {8})},
                        {"Unary with other dims",
                         [](Sample& s) {
                             s.op("relu").inputs[0] = add_view(s, "add", ElementType::f32, {4, 3});
                         }},
                        {"Softmax of integers",
                         [](Sample& s) {
                             s.op("softmax").inputs[0] = add_view(s, "relu", ElementType::i32, {2, 2, 3});
                         }},
                        {"Softmax with other dims",
                         [](Sample& s) {
                             s.op("softmax").inputs[0] = add_view(s, "relu", ElementType::f32, {2, 3, 2});
                         }},
                        {"Softmax of a scalar",
                         [](Sample& s) {
                             s.tensor("softmax").dims = {};
                             s.op("softmax").inputs[0] = add_view(s, "relu", ElementType::f32, {});
                             s.op("matmul").inputs[0] = add_tensor(s);
                             s.model.tensors.back()->dims = {2, 2, 3};
                         }},
                        {"Cast with other dims",
                         [](Sample& s) { s.op("cast").inputs[0] = add_view(s, "matmul", ElementType::f32, {8}); }},
                        allowed("Cast to bool",
                                [](Sample& s) {
                                    s.tensor("cast").type = ElementType::boolean;
                                    const int other = add_tensor(s);
                                    s.model.tensors.back()->type = ElementType::i32;
                                    s.model.tensors.back()->dims = {2, 2, 2};
                                    s.op("square").inputs = {other, other};
                                }),
                    });
}

}  // namespace shape_rules_test
