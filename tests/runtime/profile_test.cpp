// SPDX-License-Identifier: MIT
// The clock of a run: every tick goes to an op or to the rest, and the bits are those of a plain run.
#include "tidegate/profile.h"

#include <doctest/doctest.h>

#include <numeric>

#include "convert.h"
#include "support/session.h"

namespace profile_test {

using namespace tidegate;
using namespace tidegate::test;

namespace {

/// A clock that takes one tick more from call to call.
struct Clock {
    std::uint64_t now = 100;
    std::uint64_t step = 0;
};
std::uint64_t read_clock(void* context) {
    auto& clock = *static_cast<Clock*>(context);
    clock.now += clock.step++;
    return clock.now;
}

std::vector<std::uint8_t> flagship() {
    ConvertOptions options;
    options.states = {{"h_out", "h"}, {"c_out", "c"}};
    return convert(TIDEGATE_SOURCE_DIR "/examples/air-quality/air-quality.onnx", options).file;
}

}  // namespace

TEST_CASE("a timed run gives each op its ticks and the bits of a plain run") {
    const std::vector<std::uint8_t> file = flagship();
    TestSession timed(file), plain(file);
    const std::size_t ops = tg_op_count(&timed.model());
    REQUIRE(ops >= 2);
    std::vector<std::uint64_t> ticks(ops + 1, 1000);
    Clock clock;
    for (TestSession* each : {&timed, &plain}) { each->set(0, std::vector<float>(16, 0.25F)); }
    REQUIRE(tg_run_timed(timed.get(), read_clock, &clock, ticks.data(), ticks.size()) == TG_OK);
    REQUIRE(plain.run() == TG_OK);
    CHECK(bits(timed.output(0)) == bits(plain.output(0)));
    CHECK(saved(timed.get()) == saved(plain.get()));
    // The clock is read before the checks, before the ops, after each op, and at the end.
    for (std::size_t op = 0; op < ops; ++op) { CHECK(ticks[op] == 1000 + op + 2); }
    CHECK(ticks[ops] == 1000 + 1 + ops + 2);
}

TEST_CASE("ops have the names of their nodes, and wrong calls a status") {
    TestSession session(flagship());
    const std::size_t ops = tg_op_count(&session.model());
    const char* name = nullptr;
    for (std::size_t op = 0; op < ops; ++op) {
        REQUIRE(tg_op_name(&session.model(), op, &name) == TG_OK);
        CHECK(std::string(name) != "");
    }
    CHECK(tg_op_name(&session.model(), ops, &name) == TG_NO_SUCH_OP);
    CHECK(tg_op_name(&session.model(), 0, nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_op_name(nullptr, 0, &name) == TG_NULL_ARGUMENT);
    CHECK(tg_op_count(nullptr) == 0);
    std::vector<std::uint64_t> ticks(ops + 1);
    Clock clock;
    CHECK(tg_run_timed(session.get(), read_clock, &clock, ticks.data(), ops) == TG_NO_SUCH_OP);
    CHECK(tg_run_timed(session.get(), nullptr, &clock, ticks.data(), ops + 1) == TG_NULL_ARGUMENT);
    CHECK(tg_run_timed(session.get(), read_clock, &clock, nullptr, ops + 1) == TG_NULL_ARGUMENT);
    CHECK(tg_run_timed(nullptr, read_clock, &clock, ticks.data(), ops + 1) == TG_NULL_ARGUMENT);
}

}  // namespace profile_test
