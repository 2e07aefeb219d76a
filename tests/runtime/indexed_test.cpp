// SPDX-License-Identifier: MIT
// What moves elements to and from named places: random shapes against the double reference, all kernels bit for bit.
#include <doctest/doctest.h>

#include "one_node.h"

namespace indexed_test {

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr ElementType kTypes[] = {ElementType::f32, ElementType::i32, ElementType::i64,
                                  ElementType::u8,  ElementType::i8,  ElementType::boolean};
constexpr double kOneRounding = 6e-8;

Tensor random_of(Random& random, ElementType type, const Dims& dims) {
    if (type == ElementType::f32) { return random.tensor(dims); }
    Tensor t = Tensor::zeros(type, dims);
    const std::int64_t low = type == ElementType::i32 || type == ElementType::i64 || type == ElementType::i8 ? -9 : 0;
    for (auto& v : t.integers) { v = random.between(low, type == ElementType::boolean ? 1 : 9); }
    return t;
}

/// Places on axes of `extents`, which take turns.
Tensor random_places(Random& random, const Dims& dims, const Dims& extents) {
    Tensor t = Tensor::zeros(random.coin() ? ElementType::i32 : ElementType::i64, dims);
    for (std::size_t i = 0; i < t.integers.size(); ++i) {
        const std::int64_t extent = extents[i % extents.size()];
        t.integers[i] = random.between(-extent, extent - 1);
    }
    return t;
}

void add(OneNode& n, Random& random, Tensor value) {
    random.coin() ? n.constant(std::move(value)) : n.input(std::move(value));
}

}  // namespace

TEST_CASE("Pad with a constant adds to and takes from every axis, of every type") {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        OneNode n(Pad{});
        const Dims dims = random_dims(random, random.between(1, 4), 5);
        const ElementType type = kTypes[random.between(0, 5)];
        Tensor pads = Tensor::zeros(ElementType::i64, {static_cast<std::int64_t>(2 * dims.size())});
        for (std::size_t i = 0; i < dims.size(); ++i) {
            pads.integers[i] = random.between(dims[i] > 2 ? -1 : 0, 3);
            pads.integers[i + dims.size()] = random.between(dims[i] > 2 ? -1 : 0, 3);
        }
        n.input(random_of(random, type, dims));
        n.constant(pads);
        if (random.coin()) { add(n, random, random_of(random, type, {})); }
        check_node(std::move(n), 0);
    }
}

TEST_CASE("GatherElements and ScatterElements follow their indices, of every type and reduction") {
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Dims dims = random_dims(random, random.between(1, 4), 6);
        const std::int64_t axis = random.between(0, static_cast<std::int64_t>(dims.size()) - 1);
        Dims of_indices = dims;
        for (std::int64_t& extent : of_indices) { extent = random.between(1, extent); }
        of_indices[static_cast<std::size_t>(axis)] = random.between(1, 7);
        const Tensor places = random_places(random, of_indices, {dims[static_cast<std::size_t>(axis)]});
        const bool scatters = random.coin();
        const auto reduction = static_cast<Reduction>(random.between(0, 4));
        const ElementType type = kTypes[random.between(0, scatters && reduction != Reduction::none ? 4 : 5)];
        OneNode n(scatters ? Op(ScatterElements{axis, reduction}) : Op(GatherElements{axis}));
        n.input(random_of(random, type, dims));
        add(n, random, places);
        if (scatters) { n.input(random_of(random, type, of_indices)); }
        check_node(std::move(n), 8 * kOneRounding);
    }
}

TEST_CASE("GatherND and ScatterND follow their tuples, of every type and reduction") {
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Dims dims = random_dims(random, random.between(1, 4), 5);
        const auto rank = static_cast<std::int64_t>(dims.size());
        const bool scatters = random.coin();
        const std::int64_t batch = scatters ? 0 : random.between(0, rank - 1);
        const std::int64_t width = random.between(1, rank - batch);
        Dims tuples(dims.begin(), dims.begin() + batch);
        for (std::int64_t i = random.between(0, 2); i > 0; --i) { tuples.push_back(random.between(1, 4)); }
        const Dims named(dims.begin() + batch, dims.begin() + batch + width);
        Dims rows = tuples, of_indices = tuples;
        rows.insert(rows.end(), dims.begin() + batch + width, dims.end());
        of_indices.push_back(width);
        const auto reduction = static_cast<Reduction>(random.between(0, 4));
        const ElementType type = kTypes[random.between(0, scatters && reduction != Reduction::none ? 4 : 5)];
        OneNode n(scatters ? Op(ScatterND{reduction}) : Op(GatherND{batch}));
        n.input(random_of(random, type, dims));
        add(n, random, random_places(random, of_indices, named));
        if (scatters) { n.input(random_of(random, type, rows)); }
        check_node(std::move(n), 8 * kOneRounding);
    }
}

}  // namespace indexed_test
