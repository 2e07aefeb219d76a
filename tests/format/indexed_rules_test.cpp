// SPDX-License-Identifier: MIT
// Overlay, and what gathers and scatters by element and by row: places and shapes that do not agree.
#include <doctest/doctest.h>

#include "rules.h"

namespace indexed_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;

namespace {

std::function<void(Sample&)> overlay(D starts, D steps) {
    return [=](Sample& s) {
        s.op("overlay").params.AsOverlay()->starts = starts;
        s.op("overlay").params.AsOverlay()->steps = steps;
    };
}
/// Index `i` of a constant becomes `to`.
template <class T>
std::function<void(Sample&)> index(const char* name, std::size_t i, T to) {
    return [=](Sample& s) {
        const std::size_t at = s.tensor(name).offset + i * sizeof(T);
        for (std::size_t byte = 0; byte < sizeof(T); ++byte) {
            s.model.weights[at + byte] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(to) >> (8 * byte));
        }
    };
}
constexpr std::int32_t kMissing = ~1000;  // an expression that is not there

}  // namespace

TEST_CASE("Overlay keeps every element of the part inside") {
    expect_verdicts(indexed_sample, {
                                        allowed("forwards", overlay({0, 1, 2}, {1, 1, 1})),
                                        allowed("a step over a row", overlay({0, 0, 0}, {2, 1, 1})),
                                        {"a start before the axis", overlay({1, 0, 2}, {1, 1, -1})},
                                        {"an end behind the axis", overlay({1, 0, 3}, {1, 1, 1})},
                                        {"a start behind the axis", overlay({3, 0, 3}, {1, 1, -1})},
                                        {"step 0", overlay({1, 0, 3}, {0, 1, -1})},
                                        {"a large step", overlay({1, 0, 3}, {INT32_MAX, 1, -1})},
                                        {"no expression", overlay({1, kMissing, 3}, {1, 1, -1})},
                                        {"a start too few", overlay({1, 0}, {1, 1, -1})},
                                        {"a step too many", overlay({1, 0, 3}, {1, 1, -1, 1})},
                                        {"a base that does not broadcast", dims("zero", {5})},
                                        {"a base of another type", type("zero")},
                                        {"a result of fewer axes", dims("overlay", {12, 6})},
                                    });
}

TEST_CASE("GatherElements and ScatterElements have an index for each element, within its axis") {
    const auto axis = [](std::uint32_t to) {
        return [=](Sample& s) { s.op("elements").params.AsGatherElements()->axis = to; };
    };
    const auto scatter = [](std::uint32_t to, Reduction reduction) {
        return [=](Sample& s) {
            s.op("scattered").params.AsScatterElements()->axis = to;
            s.op("scattered").params.AsScatterElements()->reduction = reduction;
        };
    };
    expect_verdicts(indexed_sample, {
                                        allowed("along axis 1", axis(1)),
                                        {"an axis that is not there", axis(3)},
                                        {"2^32 - 1 as axis", axis(UINT32_MAX)},
                                        {"an index behind the axis", index<std::int32_t>("places", 3, 3)},
                                        {"an index before the axis", index<std::int32_t>("places", 3, -4)},
                                        {"indices that are reals", type("places", ElementType::f32)},
                                        {"indices of bytes", type("places", ElementType::u8)},
                                        {"more indices than elements along another axis", dims("places", {4, 2, 1})},
                                        {"indices of fewer axes", dims("places", {4, 2})},
                                        {"a result of other dims", dims("elements", {2, 1, 4})},
                                        allowed("another sum", scatter(2, Reduction::minimum)),
                                        {"updates along an axis that is not there", scatter(3, Reduction::none)},
                                        {"a reduction that is not there", scatter(1, static_cast<Reduction>(5))},
                                        {"updated data of another shape", dims("scattered", {3, 2, 4})},
                                    });
}

TEST_CASE("GatherND and ScatterND have tuples that name rows of the data") {
    const auto batch = [](std::uint32_t to) {
        return [=](Sample& s) { s.op("named").params.AsGatherND()->batch_axes = to; };
    };
    const auto reduction = [](Reduction to) {
        return [=](Sample& s) { s.op("summed").params.AsScatterND()->reduction = to; };
    };
    expect_verdicts(indexed_sample, {
                                        {"no batch axis", batch(0)},
                                        {"as many batch axes as indices have", batch(3)},
                                        {"2^32 - 1 batch axes", batch(UINT32_MAX)},
                                        {"a first number behind its axis", index<std::int64_t>("pairs", 0, 2)},
                                        {"a second number before its axis", index<std::int64_t>("pairs", 1, -4)},
                                        allowed("a second number within its axis", index<std::int64_t>("pairs", 2, 1)),
                                        {"tuples without an axis", dims("pairs", {})},
                                        {"tuples longer than the data has axes", dims("pairs", {1, 4})},
                                        {"pairs of reals", type("pairs", ElementType::f32)},
                                        {"rows of other dims", dims("picked", {1, 4})},
                                        {"rows of another type", type("picked")},
                                        {"a batch of other dims", dims("rows", {3, 2, 1})},
                                        allowed("nothing is reduced", reduction(Reduction::none)),
                                        {"a reduction that is not there", reduction(static_cast<Reduction>(9))},
                                        {"updated data of another shape", dims("summed", {3, 2, 4})},
                                    });
}

}  // namespace indexed_rules_test
