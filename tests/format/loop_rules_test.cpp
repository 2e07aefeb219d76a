// SPDX-License-Identifier: MIT
// Loops: bodies that do not end, memory that does not last, trips beyond what is walked.
#include <doctest/doctest.h>

#include <cstring>

#include "exerciser.h"
#include "rules.h"
#include "support/session.h"
#include "tidegate/profile.h"

namespace loop_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;

namespace {

LoopT& loop(Sample& s, const char* name) { return *s.op(name).params.AsLoop(); }
std::function<void(Sample&)> steps(const char* begin, const char* end, std::uint32_t to) {
    return [=](Sample& s) {
        loop(s, begin).steps = to;
        s.op(end).params.AsLoopEnd()->steps = to;
    };
}
std::function<void(Sample&)> input(const char* op, std::size_t i, const char* tensor) {
    return [=](Sample& s) { s.op(op).inputs[i] = *tensor == 0 ? -1 : s.index(tensor); };
}
std::function<void(Sample&)> lasts(const char* tensor, std::uint32_t to) {
    return [=](Sample& s) {
        move_to_end(s, s.buffer(tensor));
        s.buffer(tensor).mutate_last(to);
    };
}

}  // namespace

TEST_CASE("a loop ends where it says, around the loops inside of it") {
    expect_verdicts(loop_sample,
                    {
                        {"a body that is longer", steps("walk", "walk_end", 6)},
                        {"a body that ends in the middle", steps("walk", "walk_end", 4)},
                        {"a body beyond the last op", steps("walk", "walk_end", 0xFFFFFFFF)},
                        {"an inner body that is longer", steps("inner", "inner_end", 4)},
                        {"an inner body that ends with the outer one", steps("inner", "walk_end", 4)},
                        {"a loop without an end", [](Sample& s) { loop(s, "walk").steps = 4; }},
                        {"an end without a loop", [](Sample& s) { s.op("walk_end").params.AsLoopEnd()->steps = 4; }},
                        {"an end of the first op", [](Sample& s) { s.op("inner_end").params.AsLoopEnd()->steps = 4; }},
                    });
}

TEST_CASE("a loop runs at most as often as it walks and stacks, and all of them together not for ever") {
    const auto trips = [](const char* name, std::int32_t to) { return [=](Sample& s) { loop(s, name).trips = to; }; };
    expect_verdicts(loop_sample, {
                                     allowed("never", trips("inner", 0)),
                                     allowed("as often as can be", trips("inner", 1 << 22)),
                                     {"once more", trips("inner", (1 << 22) + 1)},
                                     {"more often than there is to walk", trips("walk", 5)},
                                     {"less often than is stacked", trips("walk", 3)},
                                     {"an expression that is not there", trips("walk", ~9)},
                                 });
}

TEST_CASE("what a loop carries, walks and stacks has the types and shapes of what it comes from") {
    const auto scan = [](std::uint32_t axis, std::int32_t direction) {
        return [=](Sample& s) { loop(s, "walk").scans[0] = {axis, direction}; };
    };
    const auto stack = [](std::uint32_t axis, std::int32_t direction) {
        return [=](Sample& s) { loop(s, "walk").stacks[0] = {axis, direction}; };
    };
    expect_verdicts(loop_sample,
                    {
                        allowed("walked from the back", scan(0, -1)),
                        allowed("stacked from the front", stack(1, 1)),
                        {"another axis to walk", scan(1, 1)},
                        {"an axis beyond the rank", scan(3, 1)},
                        {"no direction", scan(0, 0)},
                        {"two directions at once", scan(0, 2)},
                        {"another axis to stack along", stack(0, 1)},
                        {"a stack beyond the rank", stack(3, 1)},
                        {"more carried values than there are", [](Sample& s) { loop(s, "walk").carried = 2; }},
                        {"fewer of them", [](Sample& s) { loop(s, "inner").carried = 0; }},
                        {"billions of them", [](Sample& s) { loop(s, "walk").carried = 0xFFFFFFFF; }},
                        {"no stack", [](Sample& s) { loop(s, "walk").stacks.clear(); }},
                        {"no operands", [](Sample& s) { s.op("inner").inputs.clear(); }},
                        {"no next values", [](Sample& s) { s.op("inner_end").inputs.clear(); }},
                        {"a slice of another shape", dims("row", {3, 2})},
                        {"a slice of another type", type("row", ElementType::i32)},
                        {"a current value of another shape", dims("sum", {3, 2})},
                        {"a current value of another type", type("sum", ElementType::i32)},
                        {"a next value of another shape", dims("added", {3, 2})},
                        {"an iteration of 32 bits", type("round", ElementType::i32)},
                        {"two iterations", dims("round", {2})},
                        {"a condition that is a number", type("goes_on", ElementType::u8)},
                        {"two conditions", dims("goes_on", {2})},
                    });
}

TEST_CASE("a condition ends a loop that stacks nothing") {
    expect_verdicts(loop_sample, {
                                     allowed("one at the beginning", input("inner", 0, "yes")),
                                     allowed("none at the end", input("inner_end", 0, "")),
                                     {"a stack and a condition", input("walk", 0, "yes")},
                                     {"a stack and one at the end", input("walk_end", 0, "yes")},
                                 });
}

TEST_CASE("memory lasts as long as a body may run, and what the end writes is not what it reads") {
    expect_verdicts(loop_sample,
                    {
                        allowed("a loop in front", lasts("begun", 8)),
                        {"what is read from before the loop goes", lasts("begun", 6)},
                        {"what the inner loop reads from before goes", lasts("sum", 4)},
                        {"the current value goes before the end", lasts("part", 4)},
                        {"what a body makes is kept", lasts("kept", 8)},
                        {"what an inner body makes is kept in the outer one", lasts("added", 6)},
                        {"a next value that is the current one", input("inner_end", 1, "part")},
                        {"a next value that is a slice", input("walk_end", 1, "row")},
                        {"a result that lies in the stack",
                         [](Sample& s) {
                             s.op("walk_end").inputs[2] = add_view(s, "y", ElementType::f32, {2, 3});
                         }},
                        {"an output that is a constant", [](Sample& s) { s.op("inner").outputs[1] = s.index("one"); }},
                    });
}

TEST_CASE("a timed run counts each op of a body as often as it runs") {
    const std::vector<std::uint8_t> file = file_of(loop_sample());
    TestSession session(file);
    const std::size_t ops = tg_op_count(&session.model());
    std::vector<std::uint64_t> ticks(ops + 1, 0);
    std::uint64_t now = 0;
    const auto clock = [](void* context) { return ++*static_cast<std::uint64_t*>(context); };
    REQUIRE(tg_run_timed(session.get(), clock, &now, ticks.data(), ticks.size()) == TG_OK);
    // Four rows; of each the inner body twice, and each loop's head once more, to leave.
    const std::vector<std::uint64_t> expected = {1, 5, 12, 8, 8, 8, 4, 4, 2};
    CHECK(ticks == expected);
}

TEST_CASE("the sample walks, adds and stacks at every length") {
    const std::vector<std::uint8_t> file = file_of(loop_sample());
    TestSession session(file);
    for (const std::int32_t time : {4, 2, 3}) {
        REQUIRE(tg_set_dims(session.get(), &time, 1) == TG_OK);
        std::vector<float> x(static_cast<std::size_t>(time) * 6), start(6);
        for (std::size_t i = 0; i < x.size(); ++i) { x[i] = static_cast<float>(i); }
        for (std::size_t i = 0; i < 6; ++i) { start[i] = static_cast<float>(i) - 2; }
        session.set(0, x);
        session.set(1, start);
        for (int run = 0; run < 2; ++run) {  // a loop begins anew
            REQUIRE(session.run() == TG_OK);
            std::vector<float> begun(start), y(x.size());
            for (float& value : begun) { value = value > 0 ? value : 0; }
            std::vector<float> sum = begun;
            for (std::size_t t = 0; t < static_cast<std::size_t>(time); ++t) {
                for (std::size_t i = 0; i < 6; ++i) {
                    const float part = x[t * 6 + i] + sum[i] + sum[i];  // round 0 goes on, round 1 does not
                    y[(i / 3 * static_cast<std::size_t>(time) + static_cast<std::size_t>(time) - 1 - t) * 3 + i % 3] =
                        part;
                    sum[i] = part + begun[i];
                }
            }
            CHECK(session.output(0) == y);
            CHECK(session.output(1) == sum);
        }
    }
}

}  // namespace loop_rules_test
