// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "verify/compare.h"

namespace tidegate::verify_compare_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Comparison compare_one(double computed, double expected, Tolerance tolerance = {0.01, 0.1}) {
    return compare(Tensor::of({1}, {computed}), Tensor::of({1}, {expected}), tolerance);
}

}  // namespace

TEST_CASE("an element passes by either tolerance and fails by both") {
    CHECK(compare_one(1.09, 1).passed());     // absolute
    CHECK(compare_one(1009, 1000).passed());  // relative
    CHECK_FALSE(compare_one(1.2, 1).passed());
    CHECK_FALSE(compare_one(1011, 1000).passed());
    const Comparison c = compare_one(1.5, -2);
    CHECK(c.largest_absolute == 3.5);
    CHECK(c.largest_relative == 1.75);
    CHECK(c.failed == 1);
}

TEST_CASE("NaN equals NaN only, and infinity equals itself only") {
    CHECK(compare_one(kNan, kNan).passed());
    CHECK(compare_one(kInfinity, kInfinity).passed());
    CHECK_FALSE(compare_one(kNan, 0).passed());
    CHECK_FALSE(compare_one(0, kNan).passed());
    CHECK_FALSE(compare_one(kInfinity, -kInfinity).passed());
    CHECK_FALSE(compare_one(1e300, kInfinity).passed());
    CHECK(compare_one(kNan, 1).largest_absolute == kInfinity);
}

TEST_CASE("integers must be equal, whatever the tolerance") {
    const Tensor a = Tensor::of_i64({3}, {1000, 2, (std::int64_t{1} << 53) + 1});
    const Tensor b = Tensor::of_i64({3}, {1001, 2, std::int64_t{1} << 53});
    const Comparison c = compare(a, b, {1, 100});
    CHECK(c.failed == 2);
    CHECK(c.elements == 3);
    CHECK(compare(a, a, {0, 0}).passed());
}

TEST_CASE("another shape or type is said, not compared") {
    const Comparison shape = compare(Tensor::of({2, 1}, {1, 2}), Tensor::of({2}, {1, 2}), {});
    CHECK_FALSE(shape.passed());
    CHECK(shape.mismatch == "expected f32 [2], computed f32 [2, 1]");
    CHECK_FALSE(compare(Tensor::of({1}, {1}), Tensor::of_i64({1}, {1}), {}).passed());
}

TEST_CASE("merging keeps the worst of both and adds up the counts") {
    const Comparison merged = merge(compare_one(1.5, 1), merge(compare_one(3, 3), compare_one(9, -1)));
    CHECK(merged.elements == 3);
    CHECK(merged.failed == 2);
    CHECK(merged.largest_absolute == 10);
    CHECK(merged.largest_relative == 10);
    const Comparison shape = compare(Tensor::of({1}, {1}), Tensor::of({}, {1}), {});
    CHECK_FALSE(merge(compare_one(1, 1), shape).passed());
    CHECK_FALSE(merge(shape, compare_one(1, 1)).passed());
}

}  // namespace tidegate::verify_compare_test
