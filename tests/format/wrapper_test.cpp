// SPDX-License-Identifier: MIT
// The C++ wrapper of a session: dimensions, saved states, policies and counters.
#include "tidegate/tidegate.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sample.h"
#include "support/session.h"

namespace wrapper_test {

using namespace tidegate::test;

TEST_CASE("the C++ wrapper sets dimensions") {
    const AlignedBytes file(file_of(symbolic_sample()));
    tidegate::Model model;
    REQUIRE(model.open(file.data(), file.size()) == TG_OK);
    REQUIRE(model.symbols() == 2);
    tg_symbol time;
    REQUIRE(model.symbol(0, time) == TG_OK);
    CHECK(std::string(time.name) == "time");
    const AlignedBytes arena(model.arena_bytes());
    tidegate::Session session;
    REQUIRE(session.start(model, arena.data(), arena.size()) == TG_OK);
    CHECK(session.set_dims({2, 3}) == TG_OK);
    tidegate::Tensor<float> x;
    REQUIRE(session.input(0, x) == TG_OK);
    CHECK(x.dim(0) == 2);
    CHECK(x.size() == 2 * 3 * 2);
    CHECK(session.set_dims({2}) == TG_DIM_COUNT);
    const std::vector<std::int32_t> dims = {2, 3};
    CHECK(session.set_dims(dims.data(), dims.size()) == TG_OK);
    CHECK(session.set_dims({9, 3}) == TG_DIM_OUT_OF_RANGE);
}

TEST_CASE("the C++ wrapper saves and restores states, and tells of their health") {
    const AlignedBytes file(file_of(forecaster_sample()));
    tidegate::Model model;
    REQUIRE(model.open(file.data(), file.size()) == TG_OK);
    const AlignedBytes arena(model.arena_bytes());
    tidegate::Session session;
    CHECK(session.health().steps == 0);
    REQUIRE(session.start(model, arena.data(), arena.size()) == TG_OK);
    tidegate::Tensor<float> x, y;
    REQUIRE(session.input(0, x) == TG_OK);
    REQUIRE(session.output(0, y) == TG_OK);
    std::vector<unsigned char> state(model.state_bytes());
    REQUIRE(session.save_state(state.data(), state.size()) == TG_OK);
    for (float& value : x) { value = 0.5F; }
    REQUIRE(session.run() == TG_OK);
    const std::vector<float> first(y.begin(), y.end());
    REQUIRE(session.run() == TG_OK);
    CHECK(std::vector<float>(y.begin(), y.end()) != first);
    REQUIRE(session.restore_state(state.data(), state.size()) == TG_OK);
    REQUIRE(session.run() == TG_OK);
    CHECK(bits(std::vector<float>(y.begin(), y.end())) == bits(first));
    CHECK(session.restore_state(state.data(), 10) == TG_STATE_TRUNCATED);
    CHECK(session.set_policy(TG_POLICY_HOLD) == TG_OK);
    for (float& value : x) { value = NAN; }
    CHECK(session.run() == TG_STATE_HELD);
    CHECK(session.health().held == 1);
    CHECK(session.health().steps == 2);
}

}  // namespace wrapper_test
