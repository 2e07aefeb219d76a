// SPDX-License-Identifier: MIT
// Where halves and integers lie, for sizes that fill no panel and no quad.
#include <doctest/doctest.h>

#include <cstring>
#include <map>
#include <random>

#include "emit/half.h"
#include "emit/integers.h"
#include "emit/pack.h"
#include "format/panels.h"

namespace tidegate::emit_pack_forms_test {
namespace {

constexpr std::size_t kLanes = 16;

ProgramMatrix random_matrix(WeightForm form, std::uint32_t gates, std::uint32_t units, std::uint32_t inputs,
                            std::uint32_t states) {
    std::mt19937 random(gates * 1000 + units);
    std::normal_distribution<float> normal;
    ProgramMatrix m{gates, units, inputs, states, {}, {}, form};
    m.weights.resize(std::size_t{gates} * units * (inputs + states));
    for (float& w : m.weights) { w = normal(random); }
    m.bias.resize(std::size_t{gates} * units);
    return m;
}

template <class Element>
std::vector<Element> elements_of(const std::string& bytes) {
    std::vector<Element> elements(bytes.size() / sizeof(Element));
    REQUIRE(bytes.size() % sizeof(Element) == 0);
    std::memcpy(elements.data(), bytes.data(), bytes.size());
    return elements;
}

/// Everything that was placed is there, and everything else is zero.
template <class Element>
bool holds(const std::vector<Element>& packed, const std::map<std::size_t, Element>& placed) {
    for (std::size_t i = 0; i < packed.size(); ++i) {
        const auto found = placed.find(i);
        if (packed[i] != (found == placed.end() ? Element{} : found->second)) { return false; }
    }
    return placed.empty() || placed.rbegin()->first < packed.size();
}

struct Size {
    std::uint32_t gates, units, inputs, states;
};

const Size kSizes[] = {{1, 1, 1, 0},   {1, 17, 5, 0},  {4, 3, 1, 3},  {4, 16, 3, 16},
                       {4, 20, 5, 20}, {2, 29, 7, 29}, {4, 33, 2, 33}};

}  // namespace

TEST_CASE("halves lie as floats do: [panel][column][16 rows]") {
    for (const Size& n : kSizes) {
        const ProgramMatrix m = random_matrix(WeightForm::f16, n.gates, n.units, n.inputs, n.states);
        const std::size_t cols = n.inputs + n.states;
        std::map<std::size_t, std::uint16_t> placed;
        for (std::uint32_t gate = 0; gate < n.gates; ++gate) {
            for (std::uint32_t unit = 0; unit < n.units; ++unit) {
                const std::uint64_t row = format::padded_row(n.gates, n.units, gate, unit);
                for (std::size_t col = 0; col < cols; ++col) {
                    placed[(row / kLanes * cols + col) * kLanes + row % kLanes] =
                        to_half(m.weights[(std::size_t{gate} * n.units + unit) * cols + col]);
                }
            }
        }
        CHECK(holds(elements_of<std::uint16_t>(pack_weights(m).panels), placed));
    }
}

TEST_CASE("integers lie as [panel][quad of columns][16 rows][4 columns], W's and R's columns in quads of their own") {
    for (const Size& n : kSizes) {
        const ProgramMatrix m = random_matrix(WeightForm::i8, n.gates, n.units, n.inputs, n.states);
        const std::size_t cols = n.inputs + n.states;
        const std::size_t input_quads = (n.inputs + 3) / 4, quads = input_quads + (n.states + 3) / 4;
        const std::size_t parts = n.states == 0 ? 1 : 2;
        std::map<std::size_t, std::int8_t> placed;
        std::map<std::size_t, float> scales;
        std::map<std::size_t, std::int32_t> corrections;
        for (std::uint32_t gate = 0; gate < n.gates; ++gate) {
            for (std::uint32_t unit = 0; unit < n.units; ++unit) {
                const std::uint64_t row = format::padded_row(n.gates, n.units, gate, unit);
                const std::size_t panel = row / kLanes, lane = row % kLanes;
                const float* weights = &m.weights[(std::size_t{gate} * n.units + unit) * cols];
                for (std::size_t part = 0; part < parts; ++part) {
                    const std::size_t first = part == 0 ? 0 : n.inputs, count = part == 0 ? n.inputs : n.states;
                    const IntegerRow expected = to_integers(std::span(weights + first, count));
                    std::int32_t sum = 0;
                    for (std::size_t col = 0; col < count; ++col) {
                        const std::size_t quad = panel * quads + (part == 0 ? 0 : input_quads) + col / 4;
                        placed[(quad * kLanes + lane) * 4 + col % 4] = expected.integers[col];
                        sum += expected.integers[col];
                    }
                    const std::size_t at = (panel * parts + part) * 2 * kLanes + lane;
                    scales[at] = expected.scale;
                    corrections[at + kLanes] = -128 * sum;
                }
            }
        }
        const PackedWeights packed = pack_weights(m);
        CHECK(holds(elements_of<std::int8_t>(packed.panels), placed));
        const std::vector<float> as_floats = elements_of<float>(packed.row_scales);
        const std::vector<std::int32_t> as_integers = elements_of<std::int32_t>(packed.row_scales);
        std::map<std::size_t, std::int32_t> expected = corrections;
        for (const auto& [at, scale] : scales) {
            CHECK(as_floats.at(at) == scale);
            std::memcpy(&expected[at], &scale, sizeof scale);
        }
        CHECK(holds(as_integers, expected));
    }
}

}  // namespace tidegate::emit_pack_forms_test
