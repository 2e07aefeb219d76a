// SPDX-License-Identifier: MIT
// Many sessions on one model, each in a thread of its own: no thread sees another one.
#include <doctest/doctest.h>

#include <atomic>
#include <random>
#include <thread>

#include "format/sample.h"
#include "support/session.h"
#include "tidegate/forecast.h"

using namespace tidegate::test;

namespace {

constexpr int kThreads = 8, kSteps = 500;

/// Outputs, then the saved state, of a session that is fed from `seed`; every kernel table in turn.
std::vector<std::uint8_t> stream(const tg_model& model, std::uint32_t seed) {
    std::size_t tables = 0;
    while (tg_kernels_at(tables) != nullptr) { ++tables; }
    const AlignedBytes arena(tg_arena_size(&model));
    tg_session* session = nullptr;
    std::vector<std::uint8_t> seen;
    if (tg_start_with(&model, arena.data(), arena.size(), tg_kernels_at(seed % tables), &session) != TG_OK) {
        return seen;
    }
    std::mt19937 random(seed / 2);  // two seeds, two tables, one stream
    tg_tensor tensor;
    for (int step = 0; step < kSteps; ++step) {
        for (std::size_t i = 0; tg_input(session, i, &tensor) == TG_OK; ++i) {
            auto* values = static_cast<float*>(tensor.data);
            for (std::size_t k = 0; k < tensor.bytes / sizeof(float); ++k) {
                values[k] = static_cast<float>(random() % 1000) / 250.0F - 2.0F;
            }
        }
        if (step % 100 == 99) { tg_reset(session); }
        if (tg_run(session) != TG_OK) { return {}; }
        for (std::size_t i = 0; tg_output(session, i, &tensor) == TG_OK; ++i) {
            const auto* bytes = static_cast<const std::uint8_t*>(tensor.data);
            seen.insert(seen.end(), bytes, bytes + tensor.bytes);
        }
    }
    std::vector<std::uint8_t> state(tg_state_size(&model));
    tg_state_save(session, state.data(), state.size());
    seen.insert(seen.end(), state.begin(), state.end());
    return seen;
}

}  // namespace

TEST_CASE("sessions of one model in many threads give the bits of one alone") {
    const AlignedBytes file(file_of(forecaster_sample()));
    tg_model model;
    REQUIRE(tg_open(file.data(), file.size(), &model) == TG_OK);
    std::vector<std::vector<std::uint8_t>> alone;
    for (std::uint32_t seed = 0; seed < kThreads; ++seed) { alone.push_back(stream(model, seed)); }
    CHECK(alone[0].size() > kSteps);
    CHECK(alone[0] == alone[1]);
    CHECK(alone[0] != alone[2]);

    std::vector<std::vector<std::uint8_t>> together(kThreads);
    std::atomic<int> waiting{kThreads};
    std::vector<std::thread> threads;
    for (std::uint32_t seed = 0; seed < kThreads; ++seed) {
        threads.emplace_back([&, seed] {
            --waiting;
            while (waiting > 0) {}  // all at once
            tg_model own;
            if (tg_open(file.data(), file.size(), &own) == TG_OK) { together[seed] = stream(own, seed); }
        });
    }
    for (std::thread& thread : threads) { thread.join(); }
    CHECK(together == alone);
}
