// SPDX-License-Identifier: MIT
// MatMulInteger and ConvInteger: every integer equal to a sum of 64 bits, where floats hold it and where they do not.
#include "converter/quantized_support.h"

namespace tidegate::quantized_products_test {
namespace {

using test::add_constant;
using test::add_input;
using test::has;
using test::integers;
using test::ModelBuilder;
using test::refusal;

std::int64_t at(const Tensor& t, std::int64_t i) { return t.integers[static_cast<std::size_t>(i)]; }
std::int64_t zero_at(const Tensor* zero, std::int64_t i) {
    return zero == nullptr ? 0 : at(*zero, zero->integers.size() == 1 ? 0 : i);
}

struct Product {
    std::int64_t rows, depth, columns;
    ElementType a_type = ElementType::u8, b_type = ElementType::i8;
    bool a_zero = false, b_zero = false;  ///< of b: one for each column
    bool b_computed = false;
    std::int64_t extreme = 0;  ///< not 0: every factor is as large as it can be
};

void check(const Product& p) {
    CAPTURE(p.rows);
    CAPTURE(p.depth);
    CAPTURE(p.columns);
    Tensor a = integers(p.a_type, {p.rows, p.depth}, 1), b = integers(p.b_type, {p.depth, p.columns}, 2);
    if (p.extreme != 0) {
        for (std::int64_t& x : a.integers) { x = p.a_type == ElementType::u8 ? 255 : -128; }
        for (std::int64_t& x : b.integers) { x = p.b_type == ElementType::u8 ? 255 : -128; }
    }
    const Tensor a_zero{p.a_type, {}, {}, {p.a_type == ElementType::u8 ? 131 : -3}};
    const Tensor b_zero{p.b_type, {p.columns}, {}, integers(p.b_type, {p.columns}, 3).integers};
    ModelBuilder model;
    add_input(model, "a", a);
    p.b_computed ? add_input(model, "b", b) : add_constant(model, "b", b);
    add_constant(model, "az", a_zero);
    add_constant(model, "bz", b_zero);
    model.node("MatMulInteger", {"a", "b", p.a_zero ? "az" : "", p.b_zero ? "bz" : ""}, {"y"}, {}, "product");
    model.output("y", test::kInt32);
    const Tensor y = p.b_computed ? test::run(model, {a, b}).at(0) : test::run(model, {a}).at(0);
    Tensor want{ElementType::i32, {p.rows, p.columns}, {}, {}};
    for (std::int64_t m = 0; m < p.rows; ++m) {
        for (std::int64_t n = 0; n < p.columns; ++n) {
            std::int64_t sum = 0;
            for (std::int64_t k = 0; k < p.depth; ++k) {
                sum += (at(a, m * p.depth + k) - (p.a_zero ? at(a_zero, 0) : 0)) *
                       (at(b, k * p.columns + n) - (p.b_zero ? at(b_zero, n) : 0));
            }
            want.integers.push_back(static_cast<std::int32_t>(sum));
        }
    }
    CHECK(y == want);
}

}  // namespace

TEST_CASE("MatMulInteger is exact at every size, type and zero point") {
    const ElementType u8 = ElementType::u8, i8 = ElementType::i8;
    for (const std::int64_t depth : {1, 3, 17, 64, 259, 1031}) {
        check({1, depth, 1, u8, i8});
        check({3, depth, 17, u8, i8, true, false});
        check({5, depth, 16, u8, u8, true, true});
        check({2, depth, 33, i8, i8, true, true});
        check({2, depth, 5, i8, u8, false, true});
        check({3, depth, 7, u8, u8, true, true, true});
    }
}

TEST_CASE("MatMulInteger is exact where its sums are as large as they can be, in two, four and eight parts") {
    const ElementType u8 = ElementType::u8, i8 = ElementType::i8;
    for (const std::int64_t depth : {258, 259, 4112, 4113, 9000, 20000, 32896}) {
        check({1, depth, 3, u8, u8, false, false, false, 1});
        check({2, depth, 2, u8, i8, false, false, false, 1});
        check({1, depth, 1, u8, u8, false, false, true, 1});
    }
    ModelBuilder model;
    const Tensor a = integers(u8, {1, 70000}, 1), b = integers(u8, {70000, 1}, 1);
    add_input(model, "a", a);
    add_input(model, "b", b);
    model.node("MatMulInteger", {"a", "b"}, {"y"}, {}, "product").output("y", test::kInt32);
    CHECK(has(refusal([&] { test::run(model, {a, b}); }), "node 'product' (MatMulInteger): the magnitudes of the"));
}

TEST_CASE("a zero point for each row of a, and matrices in a batch") {
    const Tensor a = integers(ElementType::u8, {2, 3, 4}, 5), b = integers(ElementType::i8, {2, 4, 2}, 6);
    const Tensor rows{ElementType::u8, {3}, {}, {0, 7, 255}};
    ModelBuilder model;
    add_input(model, "a", a);
    add_constant(model, "b", b);
    add_constant(model, "rows", rows);
    model.node("MatMulInteger", {"a", "b", "rows"}, {"y"}).output("y", test::kInt32);
    const Tensor y = test::run(model, {a}).at(0);
    REQUIRE(y.dims == Dims{2, 3, 2});
    for (std::int64_t i = 0; i < 12; ++i) {
        const std::int64_t batch = i / 6, m = i / 2 % 3, n = i % 2;
        std::int64_t sum = 0;
        for (std::int64_t k = 0; k < 4; ++k) {
            sum += (at(a, (batch * 3 + m) * 4 + k) - at(rows, m)) * at(b, (batch * 4 + k) * 2 + n);
        }
        CHECK(at(y, i) == sum);
    }
}

TEST_CASE("ConvInteger is exact: groups, strides, dilations, and zero points in the padding and by output") {
    for (const std::int64_t group : {1, 2}) {
        for (const bool by_output : {false, true}) {
            const std::int64_t channels = 4, outputs = 6, in = channels / group, length = 11, kernel = 3;
            const Tensor x = integers(ElementType::u8, {2, channels, length}, 7);
            const Tensor w = integers(ElementType::u8, {outputs, in, kernel}, 8);
            const Tensor x_zero{ElementType::u8, {}, {}, {100}};
            const Tensor w_zero =
                by_output ? integers(ElementType::u8, {outputs}, 9) : Tensor{ElementType::u8, {1}, {}, {30}};
            ModelBuilder model;
            add_input(model, "x", x);
            add_constant(model, "w", w);
            add_constant(model, "xz", x_zero);
            add_constant(model, "wz", w_zero);
            const test::Attributes attributes = {
                {"group", group}, {"strides", test::List{2}}, {"dilations", test::List{2}}, {"pads", test::List{2, 1}}};
            model.node("ConvInteger", {"x", "w", "xz", "wz"}, {"y"}, attributes).output("y", test::kInt32);
            const Tensor y = test::run(model, {x}).at(0);
            REQUIRE(y.dims == Dims{2, outputs, 5});
            for (std::int64_t i = 0; i < y.count(); ++i) {
                const std::int64_t n = i / 5 / outputs, m = i / 5 % outputs, o = i % 5, g = m / (outputs / group);
                std::int64_t sum = 0;
                for (std::int64_t c = 0; c < in; ++c) {
                    for (std::int64_t k = 0; k < kernel; ++k) {
                        const std::int64_t t = o * 2 + k * 2 - 2;
                        if (t < 0 || t >= length) { continue; }
                        sum += (at(x, (n * channels + g * in + c) * length + t) - 100) *
                               (at(w, (m * in + c) * kernel + k) - zero_at(&w_zero, m));
                    }
                }
                CHECK(at(y, i) == sum);
            }
        }
    }
}

TEST_CASE("weights of integers are stored once for all parts, in two bytes each, and --int8 does not round them") {
    constexpr std::int64_t kDepth = 2048, kColumns = 32;
    const Tensor a = integers(ElementType::u8, {1, kDepth}, 1);
    ModelBuilder model;
    add_input(model, "a", a);
    add_constant(model, "b", integers(ElementType::i8, {kDepth, kColumns}, 2));
    model.node("MatMulInteger", {"a", "b"}, {"y"}, {}, "product").output("y", test::kInt32);
    const std::string path = model.save("stored.onnx");
    ConvertOptions int8;
    int8.quantization.form = WeightForm::i8;
    const Conversion plain = convert(path, {}), asked = convert(path, int8);
    CHECK(plain.program->steps.size() > 6);  // in parts
    CHECK(plain.file.size() < 2 * kDepth * kColumns + 8192);
    CHECK(asked.file == plain.file);
}

TEST_CASE("a sum after a product of integers is added to it, not to its bias") {
    const Tensor a{ElementType::u8, {1, 2}, {}, {255, 254}};
    ModelBuilder model;
    add_input(model, "a", a);
    add_constant(model, "b", Tensor{ElementType::u8, {2, 1}, {}, {255, 254}});
    model.floats("third", {1}, {1.0F / 3}).node("MatMulInteger", {"a", "b"}, {"sums"});
    model.node("Cast", {"sums"}, {"real"}, {{"to", 1}}).node("Add", {"real", "third"}, {"y"}).output("y");
    const float want = 255 * 255 + 254 * 254 + 1.0F / 3;
    CHECK(test::run(model, {a}).at(0).reals == std::vector<double>{static_cast<double>(want)});
}

TEST_CASE("QLinearMatMul and QLinearConv round the scaled sums, ties to even, and saturate") {
    // Sums 2, 6, 10 and 400 by 0.25: 0.5, 1.5, 2.5, 100; and zero points.
    const Tensor x{ElementType::u8, {4, 1, 1}, {}, {1, 3, 5, 200}};
    for (const bool conv : {false, true}) {
        ModelBuilder model;
        add_input(model, "x", x);
        add_constant(model, "w", Tensor{ElementType::i8, {1, 1, 1}, {}, {2}});
        add_constant(model, "none", Tensor{ElementType::u8, {}, {}, {0}});
        add_constant(model, "wz", Tensor{ElementType::i8, {}, {}, {0}});
        add_constant(model, "yz", Tensor{ElementType::i8, {}, {}, {100}});
        model.floats("xs", {}, {0.5F}).floats("ws", {}, {0.25F}).floats("ys", {}, {0.5F});
        model.node(conv ? "QLinearConv" : "QLinearMatMul", {"x", "xs", "none", "w", "ws", "wz", "ys", "yz"}, {"y"});
        model.output("y", test::kInt8);
        CHECK(test::run(model, {x}).at(0).integers == std::vector<std::int64_t>{100, 102, 102, 127});
    }
}

TEST_CASE("a bias of QLinearConv is added to the sums") {
    const Tensor x{ElementType::u8, {1, 1, 3}, {}, {10, 20, 30}};
    ModelBuilder model;
    add_input(model, "x", x);
    add_constant(model, "w", Tensor{ElementType::i8, {2, 1, 1}, {}, {1, -1}});
    add_constant(model, "xz", Tensor{ElementType::u8, {}, {}, {15}});
    add_constant(model, "wz", Tensor{ElementType::i8, {}, {}, {0}});
    add_constant(model, "yz", Tensor{ElementType::u8, {}, {}, {50}});
    add_constant(model, "b", Tensor{ElementType::i32, {2}, {}, {8, -20}});
    model.floats("xs", {}, {0.5F}).floats("ws", {2}, {1, 2}).floats("ys", {}, {0.25F});
    model.node("QLinearConv", {"x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"}, {"y"}).output("y", test::kUint8);
    // (x - 15) * +-1 + b, times 2 or 4, and 50 more.
    CHECK(test::run(model, {x}).at(0).integers == std::vector<std::int64_t>{56, 76, 96, 0, 0, 0});
}

}  // namespace tidegate::quantized_products_test
