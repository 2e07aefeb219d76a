// SPDX-License-Identifier: MIT
// Operators along axes against the reference, on every kernel table.
#include <algorithm>

#include "one_node.h"

namespace tidegate {
namespace {

using namespace test;

constexpr double kExact = 0;

Tensor integers(Random& random, ElementType type, const Dims& dims, std::int64_t low, std::int64_t high) {
    Tensor t = Tensor::zeros(type, dims);
    for (std::int64_t& v : t.integers) { v = random.between(low, high); }
    return t;
}

/// Few distinct values, so that there are equal ones.
Tensor values(Random& random, ElementType type, const Dims& dims) {
    if (type != ElementType::f32) { return integers(random, type, dims, type == ElementType::u8 ? 0 : -4, 5); }
    Tensor t = random.tensor(dims);
    for (double& v : t.reals) { v = static_cast<double>(random.between(-4, 5)) / 4; }
    return t;
}

constexpr ElementType kTypes[] = {ElementType::f32, ElementType::i32, ElementType::i64, ElementType::u8,
                                  ElementType::i8};

}  // namespace

TEST_CASE("reductions over any axes agree") {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const auto kind = static_cast<ReduceKind>(seed % 5);
        const Dims dims = random_dims(random, random.between(1, 4), 20);
        const bool orders = kind == ReduceKind::minimum || kind == ReduceKind::maximum;
        OneNode n(Reduce{kind, random.coin(), false});
        if (seed % 4 == 3) {
            const ElementType type = kTypes[random.between(1, orders ? 4 : 2)];
            n.input(integers(random, type, dims, type == ElementType::u8 ? 0 : -9, 9));
        } else {
            Tensor x = random.tensor(dims, kind == ReduceKind::product ? 0.01 : 1.0);
            for (double& v : x.reals) {
                if (kind == ReduceKind::product) { v = static_cast<double>(static_cast<float>(1 + v)); }
            }
            n.input(std::move(x));
        }
        std::vector<std::int64_t> axes;
        for (std::size_t i = 0; i < dims.size(); ++i) {
            if (random.coin()) { axes.push_back(static_cast<std::int64_t>(i) - (random.coin() ? 4 : 0)); }
        }
        for (std::int64_t& axis : axes) {
            if (axis < 0) { axis += 4 - static_cast<std::int64_t>(dims.size()); }
        }
        if (!axes.empty()) { n.constant(Tensor::of_i64({static_cast<std::int64_t>(axes.size())}, axes)); }
        // Of 20^4 elements at most: 10^4 roundings of partial sums of up to 500, in 16 parts.
        check_node(std::move(n), orders ? kExact : 2e-3);
    }
}

TEST_CASE("positions of extremes and the largest k agree, equal elements and all types") {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Dims dims = random_dims(random, random.between(1, 4), 9);
        const std::int64_t axis = random.between(0, static_cast<std::int64_t>(dims.size()) - 1);
        const ElementType type = kTypes[seed % 5];
        OneNode arg(Extreme{random.coin(), axis, random.coin(), random.coin()});
        arg.input(values(random, type, dims));
        check_node(std::move(arg), kExact);
        OneNode top(TopK{axis, random.coin()});
        top.input(values(random, type, dims));
        top.constant(Tensor::of_i64({1}, {random.between(1, dims[static_cast<std::size_t>(axis)])}));
        top.node.outputs = {0, 1};
        check_node(std::move(top), kExact);
    }
}

TEST_CASE("running sums agree, exclusive and from the end") {
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Dims dims = random_dims(random, random.between(1, 4), 9);
        OneNode n(CumSum{random.coin(), random.coin()});
        n.input(values(random, kTypes[seed % 3], dims));  // quarters: exact
        n.constant(Tensor::of_i64({}, {random.between(0, static_cast<std::int64_t>(dims.size()) - 1)}));
        check_node(std::move(n), kExact);
    }
}

}  // namespace tidegate
