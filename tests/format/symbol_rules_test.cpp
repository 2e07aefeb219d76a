// SPDX-License-Identifier: MIT
// Symbols and expressions: each rule of the check, and what holds at other dimensions than the planned ones.
#include <doctest/doctest.h>

#include "format/check.h"
#include "rules.h"
#include "support/session.h"

namespace symbol_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;
using tidegate::format::kMaxExpressions;

namespace {

/// Expressions of the sample, by their place.
enum Place : std::size_t { kTime, kBatch, kMinusOne, kTwo, kLast, kHalf, kRows };

Rule changed(const char* what, Place place, const Expression& to) {
    return {what, [=](Sample& s) { s.model.expressions[place] = to; }};
}
Rule still_sound(const char* what, Place place, const Expression& to) {
    return allowed(what, [=](Sample& s) { s.model.expressions[place] = to; });
}
Rule appended(const char* what, const Expression& made) {
    return {what, [=](Sample& s) { s.model.expressions.push_back(made); }};
}

using Kind = ExpressionKind;

tg_status set_dims(TestSession& session, std::int32_t time, std::int32_t batch) {
    const std::int32_t dims[] = {time, batch};
    return tg_set_dims(session.get(), dims, 2);
}

std::vector<std::int64_t> extents_of(TestSession& session) {
    tg_tensor tensor;
    REQUIRE(tg_output_named(session.get(), "extents", &tensor) == TG_OK);
    const auto* values = static_cast<const std::int64_t*>(tensor.data);
    return {values, values + 4};
}

}  // namespace

TEST_CASE("symbols have a name and a range from 1 on") {
    expect_verdicts(symbolic_sample,
                    {
                        {"no name", [](Sample& s) { s.model.symbols[0]->name = ""; }},
                        {"the same name", [](Sample& s) { s.model.symbols[1]->name = "time"; }},
                        {"minimum 0", [](Sample& s) { s.model.symbols[0]->minimum = 0; }},
                        {"minimum above maximum", [](Sample& s) { s.model.symbols[0]->minimum = 5; }},
                        {"another range than its expression", [](Sample& s) { s.model.symbols[0]->maximum = 3; }},
                        {"more than 512",
                         [](Sample& s) {
                             for (int i = 0; i < 512; ++i) {
                                 s.model.symbols.push_back(std::make_unique<SymbolT>(*s.model.symbols[0]));
                                 s.model.symbols.back()->name = std::to_string(i);
                             }
                         }},
                    });
}

TEST_CASE("an expression states what follows from its operands") {
    expect_verdicts(symbolic_sample,
                    {
                        changed("a constant with bounds", kTwo, {Kind::constant, 2, 0, 1, 2, 2}),
                        changed("a constant that is another", kTwo, {Kind::constant, 3, 0, 2, 2, 2}),
                        changed("a symbol that is not there", kTime, {Kind::symbol, 2, 0, 1, 4, 4}),
                        changed("symbol -1", kTime, {Kind::symbol, -1, 0, 1, 4, 4}),
                        changed("a symbol planned below its maximum", kTime, {Kind::symbol, 0, 0, 1, 4, 3}),
                        changed("an operand behind it", kLast, {Kind::add, kTime, kHalf, 0, 3, 3}),
                        changed("itself as operand", kLast, {Kind::add, kTime, kLast, 0, 3, 3}),
                        changed("a negative operand", kLast, {Kind::add, kTime, -1, 0, 3, 3}),
                        changed("a bound too high", kLast, {Kind::add, kTime, kMinusOne, 1, 3, 3}),
                        changed("a bound too low", kRows, {Kind::multiply, kTime, kBatch, 1, 11, 11}),
                        changed("planned wrong", kLast, {Kind::add, kTime, kMinusOne, 0, 3, 2}),
                        changed("of no kind", kLast, {static_cast<Kind>(8), kTime, kMinusOne, 0, 3, 3}),
                        changed("a divisor that may be 0", kHalf, {Kind::exact_divide, kTwo, kTime, 0, 2, 0}),
                        changed("planned with a remainder", kHalf, {Kind::exact_divide, kBatch, kTwo, 0, 2, 1}),
                        appended("a divisor below 1", {Kind::floor_divide, kTime, kMinusOne, -4, 4, -4}),
                        appended("beyond 32 bits", {Kind::multiply, kLast, kLast, 0, 8, 9}),
                        still_sound("wider bounds", kRows, {Kind::multiply, kTime, kBatch, -5, 12, 12}),
                        allowed("minimum and maximum",
                                [](Sample& s) {
                                    s.model.expressions.emplace_back(Kind::minimum, kTime, kBatch, 1, 3, 3);
                                    s.model.expressions.emplace_back(Kind::maximum, kTime, kBatch, 1, 4, 4);
                                    s.model.expressions.emplace_back(Kind::floor_divide, kLast, kTwo, 0, 1, 1);
                                    s.model.expressions.emplace_back(Kind::floor_divide, kMinusOne, kTwo, -1, -1, -1);
                                }),
                        {"more than 4096",
                         [](Sample& s) { s.model.expressions.resize(kMaxExpressions + 1, s.model.expressions[kTwo]); }},
                    });
}

TEST_CASE("a product that leaves 32 bits is refused") {
    expect_verdicts(symbolic_sample,
                    {{"2^40", [](Sample& s) {
                          s.model.expressions.emplace_back(Kind::constant, 1 << 20, 0, 1 << 20, 1 << 20, 1 << 20);
                          const auto big = static_cast<std::int32_t>(s.model.expressions.size()) - 1;
                          s.model.expressions.emplace_back(Kind::multiply, big, big, INT32_MIN, INT32_MAX, 0);
                      }}});
}

TEST_CASE("tensors with expressions stay in their buffers whatever the symbols are") {
    expect_verdicts(
        symbolic_sample,
        {
            {"an expression that is not there", [](Sample& s) { s.tensor("x").dims[0] = ~7; }},
            {"the lowest extent", [](Sample& s) { s.tensor("x").dims[0] = INT32_MIN; }},
            {"a constant with one", [](Sample& s) { s.tensor("y").buffer = -1; }},
            {"larger than its buffer at a lower symbol",
             [](Sample& s) {  // 5 - time: 4 when time is 1, and 1 when it is planned
                 s.model.expressions.emplace_back(Kind::multiply, kTime, kMinusOne, -4, -1, -4);
                 s.model.expressions.emplace_back(Kind::constant, 5, 0, 5, 5, 5);
                 s.model.expressions.emplace_back(Kind::add, 7, 8, 1, 4, 1);
                 s.tensor("extents").dims = {~9, 1, 4};
             }},
            {"a slice's start that is not there", [](Sample& s) { s.op("last").params.AsSlice()->starts[0] = ~7; }},
            {"a listed extent that is not there",
             [](Sample& s) { s.op("extents").params.AsExtentList()->values[3] = ~7; }},
            {"a list of another length", [](Sample& s) { s.op("extents").params.AsExtentList()->values.pop_back(); }},
            {"a list of floats", [](Sample& s) { s.tensor("extents").type = ElementType::f32; }},
            {"a range's extent that is not there", [](Sample& s) { s.model.ranges[0].mutate_extent(~7); }},
            {"a range of nothing",
             [](Sample& s) {
                 s.model.expressions.emplace_back(Kind::constant, 0, 0, 0, 0, 0);
                 s.model.ranges[0].mutate_extent(~7);
             }},
            {"a state with one",
             [](Sample& s) {
                 auto state = std::make_unique<StateT>();
                 state->name = "s";
                 state->input = s.model.inputs[0]->tensor;
                 state->output = static_cast<std::uint32_t>(s.index("relu"));
                 s.model.inputs.erase(s.model.inputs.begin());
                 s.model.states.push_back(std::move(state));
             }},
        });
}

TEST_CASE("dimensions are set all at once, within their plan, or not at all") {
    TestSession session(file_of(symbolic_sample()));
    REQUIRE(tg_symbol_count(&session.model()) == 2);
    tg_symbol symbol;
    REQUIRE(tg_symbol_at(&session.model(), 1, &symbol) == TG_OK);
    CHECK(std::string(symbol.name) == "batch");
    CHECK(symbol.minimum == 1);
    CHECK(symbol.maximum == 3);
    CHECK(tg_symbol_at(&session.model(), 2, &symbol) == TG_NO_SUCH_SYMBOL);
    CHECK(tg_symbol_at(&session.model(), 0, nullptr) == TG_NULL_ARGUMENT);

    const auto expect = [&](std::int32_t time, std::int32_t batch) {
        std::int32_t dims[2] = {};
        REQUIRE(tg_get_dims(session.get(), dims, 2) == TG_OK);
        CHECK(dims[0] == time);
        CHECK(dims[1] == batch);
        tg_tensor x;
        REQUIRE(tg_input(session.get(), 0, &x) == TG_OK);
        CHECK(x.dims[0] == time);
        CHECK(x.bytes == static_cast<std::size_t>(time * batch) * 2 * sizeof(float));
        REQUIRE(session.run() == TG_OK);
        CHECK(extents_of(session) == std::vector<std::int64_t>{time, batch, time * batch, 7});
    };
    expect(4, 3);
    CHECK(set_dims(session, 2, 1) == TG_OK);
    expect(2, 1);
    for (const auto& [time, batch] : {std::pair{0, 1}, {5, 1}, {2, 0}, {2, 4}, {INT32_MIN, 1}, {2, INT32_MAX}}) {
        CHECK(set_dims(session, time, batch) == TG_DIM_OUT_OF_RANGE);
        expect(2, 1);
    }
    CHECK(set_dims(session, 3, 2) == TG_DIMS_IMPOSSIBLE);  // pairs of 3 steps
    expect(2, 1);
    CHECK(set_dims(session, 1, 2) == TG_DIMS_IMPOSSIBLE);
    expect(2, 1);
    const std::int32_t dims[3] = {2, 2, 2};
    CHECK(tg_set_dims(session.get(), dims, 1) == TG_DIM_COUNT);
    CHECK(tg_set_dims(session.get(), dims, 3) == TG_DIM_COUNT);
    CHECK(tg_set_dims(session.get(), nullptr, 2) == TG_NULL_ARGUMENT);
    CHECK(tg_set_dims(nullptr, dims, 2) == TG_NULL_ARGUMENT);
    expect(2, 1);
    CHECK(set_dims(session, 4, 3) == TG_OK);
    expect(4, 3);
}

TEST_CASE("lengths are checked against the time that is set") {
    TestSession session(file_of(symbolic_sample()));
    REQUIRE(set_dims(session, 2, 2) == TG_OK);
    session.set(1, std::vector<std::int32_t>{2, 1});
    CHECK(session.run() == TG_OK);
    session.set(1, std::vector<std::int32_t>{3, 1});
    CHECK(session.run() == TG_INPUT_OUT_OF_RANGE);
    REQUIRE(set_dims(session, 4, 2) == TG_OK);
    session.set(1, std::vector<std::int32_t>{3, 1});
    CHECK(session.run() == TG_OK);
}

TEST_CASE("a shorter run gives the bits of the first steps of a longer one") {
    for (const std::string& kernels : kernel_names()) {
        TestSession session(file_of(symbolic_sample()), kernels);
        std::vector<float> x(4 * 3 * 2);
        for (std::size_t i = 0; i < x.size(); ++i) { x[i] = static_cast<float>(i) / 7 - 1; }
        session.set(0, x);
        session.set(1, std::vector<std::int32_t>{4, 4, 4});
        REQUIRE(session.run() == TG_OK);
        const std::vector<std::uint32_t> whole = bits(session.output(1));
        REQUIRE(set_dims(session, 2, 3) == TG_OK);
        session.set(0, std::vector<float>(x.begin(), x.begin() + 2 * 3 * 2));
        session.set(1, std::vector<std::int32_t>{2, 2, 2});
        REQUIRE(session.run() == TG_OK);
        const std::vector<std::uint32_t> part = bits(session.output(1));
        REQUIRE(part.size() == 2 * 3 * 5);
        CHECK(std::equal(part.begin(), part.end(), whole.begin()));
    }
}

}  // namespace symbol_rules_test
