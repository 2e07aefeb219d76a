// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "graph/error.h"
#include "graph/extent.h"

namespace tidegate::graph_extent_test {
namespace {

Extent symbol(const char* name, std::int64_t minimum, std::int64_t maximum, std::size_t index) {
    return Extent(std::make_shared<const Symbol>(Symbol{name, minimum, maximum, index}));
}

const Extent T = symbol("time", 1, 96, 0);
const Extent B = symbol("batch", 2, 8, 1);

std::string fault_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const ShapeFault& fault) { return fault.what(); }
    return "";
}

}  // namespace

TEST_CASE("expressions that mean the same polynomial are equal") {
    CHECK(T + 1 == 1 + T);
    CHECK(T - T == 0);
    CHECK((T + 1) * (B - 1) == T * B - T + B - 1);
    CHECK(T * B == B * T);
    CHECK_FALSE(T == B);
    CHECK_FALSE(T * T == T);
    CHECK((T * B - T * B + 7).constant() == 7);
    CHECK_FALSE((T + 0).is_constant());
    CHECK(T.symbol() != nullptr);
    CHECK((T + 1).symbol() == nullptr);
    CHECK((2 * T).symbol() == nullptr);
}

TEST_CASE("bounds, planned values and values at a binding are those of arithmetic") {
    const Extent e = 3 * T - 2 * B + 1;
    CHECK(e.lowest() == 3 - 16 + 1);
    CHECK(e.highest() == 3 * 96 - 4 + 1);
    CHECK(e.planned() == 3 * 96 - 16 + 1);
    CHECK(e.at({5, 2}) == 12);
    CHECK((T * B).lowest() == 2);
    CHECK((T * B).highest() == 96 * 8);
}

TEST_CASE("minimum and maximum vanish where the ranges decide") {
    CHECK(minimum(T, 0) == 0);
    CHECK(minimum(T, T + 1) == T);
    CHECK(minimum(T, 200) == T);
    CHECK(maximum(T - 1, 0) == T - 1);
    CHECK(minimum(minimum(5, T), T) == minimum(T, 5));
    CHECK(maximum(T, minimum(T, 5)) == T);
    const Extent some = minimum(5, T);
    CHECK_FALSE(some.is_constant());
    CHECK(some.highest() == 5);
    CHECK(some.at({3, 2}) == 3);
    CHECK(some.at({9, 2}) == 5);
}

TEST_CASE("a division that leaves nothing is undone, whatever was multiplied before") {
    CHECK(exact_divide(T * B * 64, 64) == T * B);
    CHECK(exact_divide(T * B * 64, T * 64) == B);
    CHECK(exact_divide((T - 2) * 128, (T - 2) * 64) == 2);
    CHECK(exact_divide(T * 6, 4) * 4 == T * 6);
    CHECK(exact_divide(T, 3) * 3 * B == T * B);
    CHECK(floor_divide(T * 2 + 1, 2) == T);
    CHECK(floor_divide(T + 2, 3).at({5, 2}) == 2);
    CHECK(floor_divide(T - 7, 3).at({5, 2}) == -1);
}

TEST_CASE("divisions that cannot work are refused by name") {
    CHECK(fault_of([] { exact_divide(T, 5); }).find("time is 96 at the largest dimensions") == 0);
    CHECK(fault_of([] { floor_divide(T, B - 2); }).find("batch - 2, which may be below 1") != std::string::npos);
    CHECK(fault_of([] { exact_divide(T, 3).at({4, 2}); }) == "4 elements are not a multiple of 3");
}

TEST_CASE("expressions are written as people write them") {
    CHECK(to_text(T) == "time");
    CHECK(to_text(2 * T + 1) == "2*time + 1");
    CHECK(to_text(5 - T) == "-time + 5");
    CHECK(to_text(T * B) == "time*batch");
    CHECK(to_text(minimum(T, 5)) == "min(5, time)");
    CHECK(to_text(floor_divide(T + 1, 2)) == "((time + 1) // 2)");
    CHECK(to_text(Extents{T, 1, 16}) == "[time, 1, 16]");
    CHECK(to_text(Extent(0)) == "0");
    CHECK(how_to_bind({T * B}) == "bind it with --dim time=N --dim batch=N");
}

TEST_CASE("a product beyond 64 bits is refused, not wrapped") {
    Extent e = T;
    CHECK_THROWS_AS(
        [&] {
            for (int i = 0; i < 80; ++i) { e = e * 1000003; }
        }(),
        std::length_error);
}

TEST_CASE("random expressions keep their value through simplification, and their bounds hold") {
    std::mt19937 random(7);
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    int checked = 0;
    for (int round = 0; round < 2000; ++round) {
        const std::vector<std::int64_t> at = {1 + pick(96), 2 + pick(7)};
        std::vector<Extent> made = {T, B, pick(9) - 4};
        std::vector<std::int64_t> plain = {at[0], at[1], made[2].constant()};
        try {
            for (int i = 0; i < 6; ++i) {
                const auto a = static_cast<std::size_t>(pick(static_cast<int>(made.size())));
                const auto b = static_cast<std::size_t>(pick(static_cast<int>(made.size())));
                const std::int64_t divisor = 1 + pick(4);
                switch (pick(6)) {
                    case 0:
                        made.push_back(made[a] + made[b]), plain.push_back(plain[a] + plain[b]);
                        break;
                    case 1:
                        made.push_back(made[a] - made[b]), plain.push_back(plain[a] - plain[b]);
                        break;
                    case 2:
                        made.push_back(made[a] * made[b]), plain.push_back(plain[a] * plain[b]);
                        break;
                    case 3:
                        made.push_back(minimum(made[a], made[b])), plain.push_back(std::min(plain[a], plain[b]));
                        break;
                    case 4:
                        made.push_back(maximum(made[a], made[b])), plain.push_back(std::max(plain[a], plain[b]));
                        break;
                    default:
                        made.push_back(floor_divide(made[a], divisor));
                        plain.push_back(static_cast<std::int64_t>(
                            std::floor(static_cast<double>(plain[a]) / static_cast<double>(divisor))));
                }
                CAPTURE(to_text(made.back()));
                REQUIRE(made.back().at(at) == plain.back());
                REQUIRE(made.back().lowest() <= plain.back());
                REQUIRE(made.back().highest() >= plain.back());
                REQUIRE(made.back().planned() == made.back().at({96, 8}));
                ++checked;
            }
        } catch (const std::length_error&) { continue; }  // beyond 64 bits
    }
    CHECK(checked > 8000);
}

}  // namespace tidegate::graph_extent_test
