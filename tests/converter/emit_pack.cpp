// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstring>
#include <map>
#include <numeric>

#include "emit/pack.h"

namespace tidegate::emit_pack_test {
namespace {

constexpr std::uint32_t kLanes = 16;

/// The place of (gate, unit) as the text of panels.h says it, written without its code: full blocks of 16 units first,
/// one panel per gate; then the rest, if at most 12, in the order (unit/4, gate, unit mod 4).
std::uint64_t place_by_the_text(std::uint32_t gates, std::uint32_t units, std::uint32_t gate, std::uint32_t unit) {
    std::uint32_t blocks = units / 16;
    if (units % 16 > 12) { ++blocks; }
    if (unit < 16 * blocks) { return (std::uint64_t{unit} / 16 * gates + gate) * 16 + unit % 16; }
    std::uint64_t row = std::uint64_t{blocks} * 16 * gates;
    for (std::uint32_t quad = 0; quad < 4; ++quad) {
        for (std::uint32_t g = 0; g < gates; ++g) {
            for (std::uint32_t i = 0; i < 4; ++i, ++row) {
                if (16 * blocks + 4 * quad + i == unit && g == gate) { return row; }
            }
        }
    }
    return UINT64_MAX;
}

std::vector<float> floats_of(const std::string& bytes) {
    std::vector<float> floats(bytes.size() / sizeof(float));
    std::memcpy(floats.data(), bytes.data(), floats.size() * sizeof(float));
    return floats;
}

/// Weight (row, col) is a number of its own, never 0.
ProgramMatrix numbered(std::uint32_t gates, std::uint32_t units, std::uint32_t inputs, std::uint32_t states) {
    ProgramMatrix m{gates, units, inputs, states, {}, {}, WeightForm::f32};
    m.weights.resize(std::size_t{gates} * units * (inputs + states));
    std::iota(m.weights.begin(), m.weights.end(), 1.0F);
    m.bias.resize(std::size_t{gates} * units);
    std::iota(m.bias.begin(), m.bias.end(), 1.0F);
    return m;
}

}  // namespace

TEST_CASE("every weight and bias lies where panels.h says, and all else is zero") {
    for (const std::uint32_t gates : {1U, 2U, 4U}) {
        for (std::uint32_t units = 1; units <= 67; ++units) {
            CAPTURE(gates);
            CAPTURE(units);
            const ProgramMatrix m = numbered(gates, units, 2, 3);
            const std::vector<float> panels = floats_of(pack_weights(m).panels), bias = pack_bias(m);
            std::map<std::size_t, float> expected_panels, expected_bias;
            for (std::uint32_t gate = 0; gate < gates; ++gate) {
                for (std::uint32_t unit = 0; unit < units; ++unit) {
                    const std::size_t row = std::size_t{gate} * units + unit;
                    const std::uint64_t place = place_by_the_text(gates, units, gate, unit);
                    const std::uint64_t panel = place / kLanes, lane = place % kLanes;
                    expected_bias[panel * kLanes + lane] = m.bias[row];
                    for (std::size_t col = 0; col < 5; ++col) {
                        expected_panels[(panel * 5 + col) * kLanes + lane] = m.weights[row * 5 + col];
                    }
                }
            }
            REQUIRE(expected_panels.size() == m.weights.size());  // no two weights share a place
            REQUIRE(panels.size() % (5 * kLanes) == 0);
            REQUIRE(panels.size() == 5 * bias.size());
            const auto holds = [](const std::vector<float>& packed, const std::map<std::size_t, float>& expected) {
                for (std::size_t i = 0; i < packed.size(); ++i) {
                    const auto found = expected.find(i);
                    if (packed[i] != (found == expected.end() ? 0.0F : found->second)) { return false; }
                }
                return expected.rbegin()->first < packed.size();
            };
            CHECK(holds(panels, expected_panels));
            CHECK(holds(bias, expected_bias));
        }
    }
}

TEST_CASE("padding stays below one panel per gate") {
    for (const std::uint32_t gates : {1U, 2U, 4U}) {
        for (std::uint32_t units = 1; units <= 67; ++units) {
            const std::size_t rows = pack_bias(numbered(gates, units, 1, 0)).size();
            CHECK(rows >= std::size_t{gates} * units);
            CHECK(rows < std::size_t{gates} * units + std::size_t{gates} * kLanes);
        }
    }
}

}  // namespace tidegate::emit_pack_test
