// SPDX-License-Identifier: MIT
// The operators around the cells: random shapes against the double reference, and all kernels bit for bit.
#include <doctest/doctest.h>

#include <functional>

#include "one_node.h"

namespace ops_test {

using namespace tidegate;
using namespace tidegate::test;

namespace {

Tensor random_integers(Random& random, ElementType type, const Dims& dims, std::int64_t low, std::int64_t high) {
    Tensor t = Tensor::zeros(type, dims);
    for (auto& v : t.integers) { v = random.between(low, high); }
    return t;
}

/// `dims` with some extents made 1 and some leading axes dropped.
Dims broadcastable(Random& random, Dims dims) {
    for (auto& e : dims) { e = random.between(0, 2) == 0 ? 1 : e; }
    dims.erase(dims.begin(), dims.begin() + random.between(0, static_cast<std::int64_t>(dims.size())));
    return dims;
}

constexpr double kExact = 0;
constexpr double kOneRounding = 6e-8;

}  // namespace

TEST_CASE("Add, Sub, Mul and Div broadcast like numpy") {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        OneNode n(Binary{static_cast<BinaryKind>(random.between(0, 3))});
        const Dims dims = random_dims(random, random.between(1, 4), 9);
        const bool left = random.coin();
        if (seed % 4 == 3) {
            const ElementType type = random.coin() ? ElementType::i32 : ElementType::i64;
            n.input(random_integers(random, type, left ? broadcastable(random, dims) : dims, -1000, 1000));
            n.input(random_integers(random, type, left ? dims : broadcastable(random, dims), 1, 50));
        } else {
            n.input(random.tensor(left ? broadcastable(random, dims) : dims));
            n.input(random.tensor(left ? dims : broadcastable(random, dims)));
        }
        check_node(std::move(n), kOneRounding);
    }
}

TEST_CASE("the other operators of two operands broadcast like numpy, of every type") {
    constexpr ElementType kIntegers[] = {ElementType::i32, ElementType::i64, ElementType::u8, ElementType::i8};
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const auto kind = static_cast<BinaryKind>(random.between(4, 15));
        OneNode n(Binary{kind});
        const Dims dims = random_dims(random, random.between(1, 4), 9);
        const bool left = random.coin();
        const Dims a = left ? broadcastable(random, dims) : dims, b = left ? dims : broadcastable(random, dims);
        if (kind >= BinaryKind::logical_and || (kind == BinaryKind::equal && seed % 5 == 0)) {
            n.input(random_integers(random, ElementType::boolean, a, 0, 1));
            n.input(random_integers(random, ElementType::boolean, b, 0, 1));
        } else if (seed % 2 == 0) {
            const ElementType type = kIntegers[random.between(0, 3)];
            const bool is_signed = type != ElementType::u8;
            n.input(random_integers(random, type, a, is_signed ? -9 : 0, 9));
            n.input(random_integers(random, type, b, 1, 7));
        } else {
            Tensor base = random.tensor(a, 3);
            if (kind == BinaryKind::power) {
                for (double& v : base.reals) { v = static_cast<double>(static_cast<float>(std::fabs(v) + 0.25)); }
            }
            n.input(base);
            n.input(random.tensor(b, 3));
        }
        const bool is_remainder = kind == BinaryKind::modulo || kind == BinaryKind::remainder;
        check_node(std::move(n), is_remainder ? 2e-7 : 2 * kOneRounding);
    }
}

TEST_CASE("Pow by constants, and of mixed types, agrees") {
    for (const double p : {1.0, 2.0, 3.0, 0.5, -0.5, -1.0, 2.5, 0.0, -3.0}) {
        CAPTURE(p);
        Random random(static_cast<std::uint32_t>(p * 2 + 20));
        Tensor x = random.tensor({3, 5}, 2);
        for (double& v : x.reals) { v = static_cast<double>(static_cast<float>(std::fabs(v) + 0.25)); }
        OneNode n(Binary{BinaryKind::power});
        n.input(x);
        n.constant(Tensor::of({}, {p}));
        check_node(std::move(n), 3 * kOneRounding);
        OneNode spread(Binary{BinaryKind::power});
        spread.input(x);
        spread.constant(Tensor::of({2, 1, 1}, {p, p}));
        check_node(std::move(spread), 3 * kOneRounding);
    }
    Random random(3);
    OneNode whole(Binary{BinaryKind::power});
    whole.input(random.tensor({4, 4}, 2));
    whole.input(random_integers(random, ElementType::i64, {4}, 0, 3));
    check_node(std::move(whole), 2 * kOneRounding);
    OneNode real(Binary{BinaryKind::power});
    real.input(random_integers(random, ElementType::i32, {4, 4}, 1, 9));
    real.constant(Tensor::of({}, {2.5}));
    check_node(std::move(real), 0);
}

TEST_CASE("Where chooses with broadcasting, of every type") {
    constexpr ElementType kTypes[] = {ElementType::f32, ElementType::i32, ElementType::i64,
                                      ElementType::u8,  ElementType::i8,  ElementType::boolean};
    for (std::uint32_t seed = 0; seed < 120; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Dims dims = random_dims(random, random.between(1, 4), 7);
        const ElementType type = kTypes[seed % 6];
        const auto value = [&](const Dims& shape) {
            return type == ElementType::f32
                       ? random.tensor(shape)
                       : random_integers(random, type, shape, 0, type == ElementType::boolean ? 1 : 99);
        };
        OneNode n(Select{});
        const std::int64_t whole = random.between(0, 2);
        n.input(random_integers(random, ElementType::boolean, whole == 0 ? dims : broadcastable(random, dims), 0, 1));
        n.input(value(whole == 1 ? dims : broadcastable(random, dims)));
        n.input(value(whole == 2 ? dims : broadcastable(random, dims)));
        check_node(std::move(n), kExact);
    }
}

TEST_CASE("functions of integers agree") {
    for (const UnaryKind kind : {UnaryKind::relu, UnaryKind::absolute, UnaryKind::negate, UnaryKind::sign}) {
        for (const ElementType type : {ElementType::i32, ElementType::i64, ElementType::u8, ElementType::i8}) {
            CAPTURE(static_cast<int>(kind));
            CAPTURE(static_cast<int>(type));
            if (type == ElementType::u8 && kind != UnaryKind::relu && kind != UnaryKind::sign) { continue; }
            Random random(5);
            OneNode n(Unary{{kind, 0, 0}});
            n.input(random_integers(random, type, {3, 7}, type == ElementType::u8 ? 0 : -9, 9));
            check_node(std::move(n), kExact);
        }
    }
}

TEST_CASE("MatMul of two values broadcasts its batch axes") {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        OneNode n(MatMul{});
        const std::int64_t m = random.between(1, 9), k = random.between(1, 40), cols = random.between(1, 35);
        Dims a = random_dims(random, random.between(0, 2), 4), b = broadcastable(random, a);
        a.insert(a.end(), {m, k});
        b.insert(b.end(), {k, cols});
        n.input(random.tensor(a));
        n.input(random.tensor(b));
        check_node(std::move(n), 40 * kOneRounding * 8);
    }
}

TEST_CASE("a product with constant weights agrees, at sizes that are not multiples of 16") {
    for (std::uint32_t seed = 0; seed < 80; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const std::int64_t k = random.between(1, 70), cols = random.between(1, 67), m = random.between(1, 5);
        if (seed % 2 == 0) {
            OneNode n(MatMul{});
            n.input(random.tensor({2, m, k}));
            n.constant(random.tensor({k, cols}));
            check_node(std::move(n), 70 * kOneRounding * 8);
        } else {
            Gemm gemm{0.5, 2, random.coin(), random.coin()};
            OneNode n(gemm);
            n.input(random.tensor(gemm.transpose_a ? Dims{k, m} : Dims{m, k}));
            n.constant(random.tensor(gemm.transpose_b ? Dims{cols, k} : Dims{k, cols}));
            n.constant(random.tensor({cols}));
            check_node(std::move(n), 70 * kOneRounding * 8);
        }
    }
}

TEST_CASE("every element-wise function agrees at 1 to 67 elements") {
    for (int kind = 0; kind <= static_cast<int>(UnaryKind::cosine); ++kind) {
        for (std::int64_t size = 1; size <= 67; size += 3) {
            CAPTURE(kind);
            CAPTURE(size);
            Random random(static_cast<std::uint32_t>(kind * 100 + size));
            OneNode n(Unary{{static_cast<UnaryKind>(kind), 0.75, 0.25}});
            Tensor x = random.tensor({size}, 3);
            const bool positive = static_cast<UnaryKind>(kind) == UnaryKind::log ||
                                  static_cast<UnaryKind>(kind) == UnaryKind::square_root;
            for (double& v : x.reals) { v = positive ? std::fabs(v) + 0x1p-10 : v; }
            n.input(x);
            check_node(std::move(n), 3e-7);
        }
    }
}

TEST_CASE("Softmax and LogSoftmax agree over any axis") {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const std::int64_t rank = random.between(1, 4);
        OneNode n(Softmax{random.between(-rank, rank - 1), random.coin()});
        n.input(random.tensor(random_dims(random, rank, 19), 4));
        check_node(std::move(n), 1e-6);
    }
}

TEST_CASE("Transpose, Concat, Split, Slice, Gather, Expand and Reshape move elements exactly") {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const std::int64_t rank = random.between(1, 5);
        const Dims dims = random_dims(random, rank, 6);
        const std::int64_t axis = random.between(0, rank - 1);
        const auto a = static_cast<std::size_t>(axis);
        const Tensor data =
            seed % 3 == 0 ? random_integers(random, ElementType::i64, dims, -99, 99) : random.tensor(dims);
        if (seed % 6 == 0) {
            std::vector<std::int64_t> perm;
            for (std::int64_t i = 0; i < rank; ++i) { perm.insert(perm.begin() + random.between(0, i), i); }
            OneNode n(Transpose{perm});
            n.input(data);
            check_node(std::move(n), kExact);
        } else if (seed % 6 == 1) {
            OneNode n(Concat{axis});
            for (int part = 0; part < 3; ++part) {
                Dims d = dims;
                d[a] = random.between(1, 4);
                n.input(random.tensor(d));
            }
            check_node(std::move(n), kExact);
        } else if (seed % 6 == 2) {
            OneNode n(Slice{});
            n.input(data);
            const bool backwards = random.coin();
            const std::int64_t start = random.between(0, dims[a] - 1);
            n.constant(Tensor::of_i64({1}, {start}));
            n.constant(Tensor::of_i64({1}, {backwards ? -1000 : 1000}));
            n.constant(Tensor::of_i64({1}, {axis}));
            n.constant(Tensor::of_i64({1}, {(backwards ? -1 : 1) * random.between(1, 3)}));
            check_node(std::move(n), kExact);
        } else if (seed % 6 == 3) {
            OneNode n(Gather{axis});
            n.input(data);
            n.input(random_integers(random, random.coin() ? ElementType::i32 : ElementType::i64, {2, 3}, -dims[a],
                                    dims[a] - 1));
            check_node(std::move(n), kExact);
        } else if (seed % 6 == 4) {
            OneNode n(Expand{});
            n.input(random.tensor(broadcastable(random, dims)));
            n.constant(Tensor::of_i64({rank}, dims));
            check_node(std::move(n), kExact);
        } else {
            OneNode n(Reshape{});
            n.input(data);
            n.constant(Tensor::of_i64({1}, {-1}));
            check_node(std::move(n), kExact);
        }
    }
}

TEST_CASE("Cast truncates and keeps what fits") {
    Random random(4);
    for (int to = 0; to <= 5; ++to) {
        OneNode reals(Cast{static_cast<ElementType>(to)});
        Tensor t = Tensor::of({8}, {0, 1.5, -1.5, 100.5, 127, 2, -0.0, 0.75});
        if (static_cast<ElementType>(to) == ElementType::u8) { t.reals[2] = 1.5; }
        reals.input(t);
        check_node(std::move(reals), kExact);
        for (ElementType from :
             {ElementType::i32, ElementType::i64, ElementType::u8, ElementType::i8, ElementType::boolean}) {
            OneNode integers(Cast{static_cast<ElementType>(to)});
            integers.input(random_integers(random, from, {9}, 0, from == ElementType::boolean ? 1 : 100));
            check_node(std::move(integers), kExact);
        }
    }
}

}  // namespace ops_test
