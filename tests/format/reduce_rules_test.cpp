// SPDX-License-Identifier: MIT
// Ops along an axis: types, axes and extents that do not agree.
#include <doctest/doctest.h>

#include "rules.h"

namespace reduce_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;

namespace {

ReduceT& reduce(Sample& s, const char* name) { return *s.op(name).params.AsReduce(); }

}  // namespace

TEST_CASE("Reduce leaves 1 along its axis, and adds what has sums") {
    expect_verdicts(
        reduce_sample,
        {
            allowed("the mean of the last row", [](Sample& s) { reduce(s, "mean").kind = ReduceKind::product; }),
            allowed("the largest", [](Sample& s) { reduce(s, "least").kind = ReduceKind::maximum; }),
            {"an unknown kind", [](Sample& s) { reduce(s, "mean").kind = static_cast<ReduceKind>(5); }},
            {"an axis beyond the rank", [](Sample& s) { reduce(s, "mean").axis = 3; }},
            {"another axis", [](Sample& s) { reduce(s, "mean").axis = 2; }},
            {"an axis that stays", dims("mean", {2, 2, 5})},
            {"a missing axis", dims("mean", {2, 5})},
            {"other extents", dims("mean", {1, 1, 5})},
            {"another type", type("mean", ElementType::i32)},
        });
    const auto bytes = [](ReduceKind kind) {
        return [=](Sample& s) {
            s.tensor("whole").type = s.tensor("least").type = s.tensor("worst").type = ElementType::u8;
            reduce(s, "least").kind = kind;
        };
    };
    expect_verdicts(reduce_sample, {allowed("the largest byte", bytes(ReduceKind::maximum)),
                                    {"a sum of bytes", bytes(ReduceKind::sum)},
                                    {"a product of bytes", bytes(ReduceKind::product)}});
}

TEST_CASE("Extreme gives i64 indices along its axis") {
    const auto axis = [](std::uint32_t to) { return [=](Sample& s) { s.op("where").params.AsExtreme()->axis = to; }; };
    expect_verdicts(reduce_sample, {
                                       {"an axis beyond the rank", axis(3)},
                                       {"another axis", axis(0)},
                                       {"i32", type("where", ElementType::i32)},
                                       {"an axis that stays", dims("where", {2, ~0, 2})},
                                       {"one index for all", dims("where", {1, 1, 1})},
                                   });
}

TEST_CASE("CumSum keeps type and shape") {
    expect_verdicts(reduce_sample,
                    {
                        {"an axis beyond the rank", [](Sample& s) { s.op("sums").params.AsCumSum()->axis = 3; }},
                        {"other extents", dims("sums", {2, 3, 5})},
                        {"another type", type("sums", ElementType::i32)},
                    });
}

TEST_CASE("TopK takes no more elements than there are at any length") {
    const auto both = [](D to) { return [=](Sample& s) { s.tensor("best").dims = s.tensor("places").dims = to; }; };
    expect_verdicts(reduce_sample,
                    {
                        allowed("fewer", both({2, 1, 5})),
                        allowed("as many as at the largest length", both({2, 3, 5})),
                        {"more", both({2, 7, 5})},
                        {"along another axis too", both({1, 3, 5})},
                        {"an axis beyond the rank", [](Sample& s) { s.op("best").params.AsTopK()->axis = 3; }},
                        {"indices of i32", type("places", ElementType::i32)},
                        {"fewer indices than values", dims("places", {2, 2, 5})},
                        {"values of another type", type("best", ElementType::i32)},
                        {"more rows than there are", dims("worst", {5, ~0})},
                    });
}

}  // namespace reduce_rules_test
