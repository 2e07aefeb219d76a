// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "emit/expressions.h"
#include "graph/error.h"

namespace tidegate::emit_expressions_test {
namespace {

using Kind = format::ExpressionKind;

Extent symbol(const char* name, std::int64_t minimum, std::int64_t maximum, std::size_t index) {
    return Extent(std::make_shared<const Symbol>(Symbol{name, minimum, maximum, index}));
}

const Extent T = symbol("time", 2, 96, 0);
const Extent B = symbol("batch", 1, 4, 1);

}  // namespace

TEST_CASE("numbers are themselves, expressions their complement, each distinct one once") {
    Expressions expressions;
    CHECK(expressions.add(Extent(7)) == 7);
    CHECK(expressions.add(Extent(0)) == 0);
    CHECK(expressions.all().empty());
    const std::int32_t time = expressions.add(T);
    CHECK(time == ~0);
    CHECK(expressions.add(Extents{T, 3, T}) == std::vector<std::int32_t>{time, 3, time});
    CHECK(expressions.all().size() == 1);
    const std::int32_t sum = expressions.add(T + B);
    CHECK(expressions.add(B + T) == sum);
    CHECK(expressions.all().size() == 3);  // time, batch, their sum
    const std::int32_t minus_one = expressions.add(Extent(-1));
    CHECK(expressions.all()[static_cast<std::size_t>(~minus_one)].kind() == Kind::constant);
    CHECK(expressions.all()[static_cast<std::size_t>(~minus_one)].left() == -1);
}

TEST_CASE("bounds are the corners of the operands' bounds, planned values those of the largest symbols") {
    Expressions expressions;
    const auto at = [&](const Extent& extent) {
        return expressions.all()[static_cast<std::size_t>(~expressions.add(extent))];
    };
    const format::Expression difference = at(T - B);
    CHECK(difference.lowest() == 2 - 4);
    CHECK(difference.highest() == 96 - 1);
    CHECK(difference.planned() == 96 - 4);
    const format::Expression half = at(floor_divide(T, 5));
    CHECK(half.kind() == Kind::floor_divide);
    CHECK(half.lowest() == 0);
    CHECK(half.planned() == 19);
    CHECK(at(minimum(T, 5)).highest() == 5);
    CHECK(at(maximum(T - 5, 0)).lowest() == 0);
    CHECK(at(exact_divide(T, 3)).kind() == Kind::exact_divide);
    CHECK(at(3 * T * B).planned() == 3 * 96 * 4);
}

TEST_CASE("an extent that does not fit 32 bits on the way is refused by name") {
    Expressions expressions;
    const Extent wide = symbol("samples", 1, 1 << 30, 0);
    std::string text;
    try {
        expressions.add(wide * 4 - wide * 3 + B * 0 + floor_divide(wide * 5, 7));
    } catch (const ConvertError& error) { text = error.what(); }
    CHECK(text.find("samples") != std::string::npos);
    CHECK(text.find("does not fit 32 bits on the way; bind it with --dim samples=N or to a smaller range") !=
          std::string::npos);
}

}  // namespace tidegate::emit_expressions_test
