// SPDX-License-Identifier: MIT
// A forecaster in time: gaps, errors, what a forecast changes (nothing), equal bits.
#include <doctest/doctest.h>

#include <algorithm>
#include <cfenv>
#include <random>

#include "leaky_model.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::int64_t kStart = 1388534400;
const std::vector<float> kAllMissing = {kNaN, kNaN, kNaN};

std::vector<float> sample(std::mt19937& random) {
    std::uniform_real_distribution<float> level(0, 500);
    std::vector<float> values = {level(random), level(random) / 20 - 10, static_cast<float>(random() % 3)};
    for (float& value : values) {
        if (random() % 5 == 0) { value = kNaN; }
    }
    return values;
}

/// v = expm1(z * scale + offset) of the level, in double.
double level_of(double z) { return std::expm1(z * 0.75 + 1.5); }

}  // namespace

TEST_CASE("a skipped sample is the same as a missing one, bit for bit") {
    for (std::int64_t skipped = 1; skipped <= kMaxGap; ++skipped) {
        const TestForecaster skips(leaky_file());
        const TestForecaster pushes(leaky_file());
        std::mt19937 random(7);
        std::int64_t t = kStart;
        for (int i = 0; i < 20; ++i) {
            const std::vector<float> values = sample(random);
            REQUIRE(skips.push(t, values) == TG_OK);
            REQUIRE(pushes.push(t, values) == TG_OK);
            if (i % 4 != 0) {
                t += kStep;
                continue;
            }
            for (std::int64_t k = 1; k <= skipped; ++k) { REQUIRE(pushes.push(t + k * kStep, kAllMissing) == TG_OK); }
            t += (skipped + 1) * kStep;
        }
        CHECK(bits(skips.read()) == bits(pushes.read()));
        CHECK(bits(skips.features()) == bits(pushes.features()));
    }
}

TEST_CASE("a time that does not fit is refused and changes nothing") {
    const TestForecaster f(leaky_file());
    REQUIRE(f.push(kStart, {30, 12, 2}) == TG_OK);
    const std::vector<std::uint8_t> before = f.memory();
    const std::vector<float> values = {40, 13, 1};
    constexpr std::int64_t kLongest = (std::int64_t{kMaxGap} + 1) * kStep;
    CHECK(f.push(kStart, values) == TG_TIME_NOT_LATER);
    CHECK(f.push(kStart - kStep, values) == TG_TIME_NOT_LATER);
    CHECK(f.push(std::numeric_limits<std::int64_t>::min(), values) == TG_TIME_NOT_LATER);
    CHECK(f.push(kStart + kStep - 1, values) == TG_TIME_OFF_GRID);
    CHECK(f.push(kStart + kStep + 1, values) == TG_TIME_OFF_GRID);
    CHECK(f.push(kStart + kLongest + kStep, values) == TG_GAP_TOO_LONG);
    CHECK(f.push(kStart + (std::int64_t{1} << 62), values) != TG_OK);
    CHECK(f.memory() == before);
    CHECK(f.push(kStart + kLongest, values) == TG_OK);
}

TEST_CASE("the distance of two times does not wrap") {
    const TestForecaster f(leaky_file());
    REQUIRE(f.push(std::numeric_limits<std::int64_t>::min(), {30, 12, 2}) == TG_OK);
    CHECK(f.push(std::numeric_limits<std::int64_t>::max(), {30, 12, 2}) == TG_TIME_OFF_GRID);  // 2^64 - 1 seconds
    CHECK(f.push(std::numeric_limits<std::int64_t>::min() + kStep, {30, 12, 2}) == TG_OK);
}

TEST_CASE("reading a forecast changes nothing") {
    const TestForecaster reads(leaky_file());
    const TestForecaster waits(leaky_file());
    std::mt19937 random(3);
    for (std::int64_t i = 0; i < 50; ++i) {
        const std::vector<float> values = sample(random);
        REQUIRE(reads.push(kStart + i * kStep, values) == TG_OK);
        REQUIRE(waits.push(kStart + i * kStep, values) == TG_OK);
        const std::vector<std::uint8_t> before = reads.memory();
        CHECK(bits(reads.read()) == bits(reads.read()));
        CHECK(reads.memory() == before);
    }
    CHECK(bits(reads.read()) == bits(waits.read()));
}

TEST_CASE("a forecast is the model's output in the target's unit, its quantiles in order") {
    const TestForecaster f(leaky_file());
    REQUIRE(f.push(kStart, {30, 12, 2}) == TG_OK);
    REQUIRE(f.push(kStart + kStep, {80, 9, 0}) == TG_OK);
    tg_tensor y;
    REQUIRE(tg_output(tg_forecaster_session(f.get()), 0, &y) == TG_OK);
    std::vector<double> expected;
    for (std::size_t i = 0; i < kHorizon * kQuantiles; ++i) {
        expected.push_back(level_of(static_cast<const float*>(y.data)[i]));
    }
    CHECK_FALSE(std::is_sorted(expected.begin(), expected.begin() + kQuantiles));
    std::sort(expected.begin(), expected.begin() + kQuantiles);
    std::sort(expected.begin() + kQuantiles, expected.end());
    const std::vector<float> found = f.read();
    for (std::size_t i = 0; i < expected.size(); ++i) {
        // A relative 2^-24 of the exponent, at most 4 here, and a few ulps of expm1.
        CHECK(std::abs(found[i] - expected[i]) < 1e-6 * (1 + std::abs(expected[i])));
    }
}

TEST_CASE("a log1p target never falls below -1") {
    const TestForecaster f(leaky_file());
    REQUIRE(f.push(kStart, {0, -4000, 1}) == TG_OK);  // z of the temperature, a forecast value here, is -1002
    const std::vector<float> found = f.read();
    CHECK(*std::min_element(found.begin(), found.end()) >= -1);
}

TEST_CASE("all kernels forecast the same bits") {
    const TestForecaster first(leaky_file(), "scalar");
    for (const std::string& kernels : kernel_names()) {
        CAPTURE(kernels);
        const TestForecaster other(leaky_file(), kernels);
        std::mt19937 random(11);
        REQUIRE(tg_forecaster_reset(first.get()) == TG_OK);
        for (std::int64_t i = 0; i < 100; ++i) {
            const std::vector<float> values = sample(random);
            REQUIRE(first.push(kStart + i * kStep, values) == TG_OK);
            REQUIRE(other.push(kStart + i * kStep, values) == TG_OK);
            REQUIRE(bits(first.read()) == bits(other.read()));
        }
    }
}

TEST_CASE("the caller's rounding mode makes no difference and is left alone") {
    const TestForecaster nearest(leaky_file());
    const TestForecaster downward(leaky_file());
    std::mt19937 random(13);
    for (std::int64_t i = 0; i < 30; ++i) {
        const std::vector<float> values = sample(random);
        REQUIRE(nearest.push(kStart + i * kStep, values) == TG_OK);
        std::vector<float> found(kHorizon * kQuantiles);
        std::fesetround(FE_DOWNWARD);
        const tg_status pushed = tg_forecaster_push(downward.get(), kStart + i * kStep, values.data());
        const tg_status read = tg_forecaster_read(downward.get(), found.data());
        const int mode = std::fegetround();
        std::fesetround(FE_TONEAREST);
        REQUIRE(pushed == TG_OK);
        REQUIRE(read == TG_OK);
        CHECK(mode == FE_DOWNWARD);
        CHECK(bits(found) == bits(nearest.read()));
    }
}

TEST_CASE("a reset forecaster is a new one") {
    const TestForecaster used(leaky_file());
    const TestForecaster fresh(leaky_file());
    std::mt19937 random(5);
    for (std::int64_t i = 0; i < 30; ++i) { REQUIRE(used.push(kStart + i * kStep, sample(random)) == TG_OK); }
    REQUIRE(tg_forecaster_reset(used.get()) == TG_OK);
    std::vector<float> quantiles(kHorizon * kQuantiles);
    CHECK(tg_forecaster_read(used.get(), quantiles.data()) == TG_NO_FORECAST);
    for (std::int64_t i = 0; i < 10; ++i) {
        const std::vector<float> values = sample(random);
        REQUIRE(used.push(i * kStep + 1, values) == TG_OK);  // an earlier time, another grid
        REQUIRE(fresh.push(i * kStep + 1, values) == TG_OK);
        CHECK(bits(used.read()) == bits(fresh.read()));
    }
}

TEST_CASE("a value that overflows the model is refused, forgotten, and leaves the last forecast") {
    ForecastSpec spec = leaky_spec();
    spec.columns[1].offset = 0;
    spec.columns[1].scale = 1;
    const TestForecaster f(leaky_file(spec));
    const TestForecaster undisturbed(leaky_file(spec));
    const float huge = 3e38F;
    for (const TestForecaster* each : {&f, &undisturbed}) {
        REQUIRE(each->push(kStart, {30, 12, 1}) == TG_OK);
        REQUIRE(each->push(kStart + kStep, {30, 13, 1}) == TG_OK);
    }
    const std::vector<float> before = f.read();
    CHECK(f.push(kStart + 2 * kStep, {30, huge, 1}) == TG_STATE_NOT_FINITE);  // beyond 2^50
    CHECK(bits(f.read()) == bits(before));
    // The refused step may be pushed again, and knows nothing of the first attempt.
    for (const TestForecaster* each : {&f, &undisturbed}) {
        REQUIRE(each->push(kStart + 2 * kStep, {30, 1, 1}) == TG_OK);
    }
    CHECK(bits(f.read()) == bits(undisturbed.read()));
    CHECK(std::isfinite(f.features()[2]));
}

TEST_CASE("under the other policies time goes on over a spoiled sample, and the last good forecast stays") {
    ForecastSpec spec = leaky_spec();
    spec.columns[1].offset = 0;
    spec.columns[1].scale = 1;
    const TestForecaster held(leaky_file(spec));
    const TestForecaster started_over(leaky_file(spec));
    REQUIRE(tg_set_policy(tg_forecaster_session(held.get()), TG_POLICY_HOLD) == TG_OK);
    REQUIRE(tg_set_policy(tg_forecaster_session(started_over.get()), TG_POLICY_RESET) == TG_OK);
    REQUIRE(held.push(kStart, {30, 12, 1}) == TG_OK);
    REQUIRE(started_over.push(kStart, {30, 12, 1}) == TG_OK);
    const std::vector<float> before = held.read();
    CHECK(held.push(kStart + kStep, {30, 3e38F, 1}) == TG_STATE_HELD);
    CHECK(started_over.push(kStart + kStep, {30, 3e38F, 1}) == TG_STATE_RESET);
    for (const TestForecaster* each : {&held, &started_over}) {
        CHECK(bits(each->read()) == bits(before));
        CHECK(each->push(kStart + kStep, {30, 12, 1}) == TG_TIME_NOT_LATER);
        CHECK(each->push(kStart + 2 * kStep, {30, 12, 1}) == TG_OK);
    }
    CHECK(bits(held.read()) != bits(started_over.read()));
}

TEST_CASE("what the forecast block says can be asked") {
    const TestForecaster f(leaky_file());
    CHECK(f.info().columns == 3);
    CHECK(f.info().target == 0);
    CHECK(f.info().horizon == kHorizon);
    CHECK(f.info().quantiles == kQuantiles);
    CHECK(f.info().time_columns == 1);
    CHECK(f.info().step_seconds == kStep);
    CHECK(f.info().max_gap_steps == kMaxGap);
    CHECK(std::string(tg_forecast_column(&f.model(), 1)) == "temperature");
    CHECK(tg_forecast_column(&f.model(), 3) == nullptr);
    CHECK(std::string(tg_forecast_time_column(&f.model(), 0)) == "time");
    CHECK(tg_forecast_time_column(&f.model(), 1) == nullptr);
    CHECK(std::string(tg_forecast_category(&f.model(), 2, 1)) == "E");
    CHECK(tg_forecast_category(&f.model(), 2, 3) == nullptr);
    CHECK(tg_forecast_category(&f.model(), 0, 0) == nullptr);
    CHECK(tg_forecast_category(&f.model(), 9, 0) == nullptr);
    CHECK(tg_forecast_quantile(&f.model(), 1) == 0.25F);
    CHECK(std::isnan(tg_forecast_quantile(&f.model(), 5)));
}

TEST_CASE("a forecaster starts only in memory that holds it") {
    const TestForecaster f(leaky_file());
    const tg_model& model = f.model();
    const std::size_t size = tg_forecaster_arena_size(&model);
    CHECK(size > tg_arena_size(&model));
    const AlignedBytes arena(size + TG_ALIGNMENT);
    tg_forecaster* started = f.get();
    CHECK(tg_forecaster_start(&model, arena.data(), size - 1, nullptr, &started) == TG_ARENA_TOO_SMALL);
    CHECK(started == nullptr);
    CHECK(tg_forecaster_start(&model, arena.data(), 0, nullptr, &started) == TG_ARENA_TOO_SMALL);
    CHECK(tg_forecaster_start(&model, arena.data() + 4, size, nullptr, &started) == TG_ARENA_MISALIGNED);
    CHECK(tg_forecaster_start(&model, nullptr, size, nullptr, &started) == TG_NULL_ARGUMENT);
    CHECK(tg_forecaster_start(nullptr, arena.data(), size, nullptr, &started) == TG_NULL_ARGUMENT);
    CHECK(tg_forecaster_start(&model, arena.data(), size, nullptr, nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_forecaster_start(&model, arena.data(), size, nullptr, &started) == TG_OK);
    std::vector<float> quantiles(kHorizon * kQuantiles);
    CHECK(tg_forecaster_read(started, quantiles.data()) == TG_NO_FORECAST);
    CHECK(tg_forecaster_read(started, nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_forecaster_read(nullptr, quantiles.data()) == TG_NULL_ARGUMENT);
    CHECK(tg_forecaster_push(started, 0, nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_forecaster_push(nullptr, 0, quantiles.data()) == TG_NULL_ARGUMENT);
    CHECK(tg_forecaster_reset(nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_forecaster_session(nullptr) == nullptr);
}

TEST_CASE("an arena that held something else makes no difference") {
    const TestForecaster fresh(leaky_file());
    const tg_model& model = fresh.model();
    const AlignedBytes arena(tg_forecaster_arena_size(&model));
    std::memset(arena.data(), 0xA5, arena.size());
    tg_forecaster* f = nullptr;
    REQUIRE(tg_forecaster_start(&model, arena.data(), arena.size(), nullptr, &f) == TG_OK);
    std::mt19937 random(9);
    std::vector<float> quantiles(kHorizon * kQuantiles);
    for (std::int64_t i = 0; i < 10; ++i) {
        const std::vector<float> values = sample(random);
        REQUIRE(fresh.push(i * kStep, values) == TG_OK);
        REQUIRE(tg_forecaster_push(f, i * kStep, values.data()) == TG_OK);
        REQUIRE(tg_forecaster_read(f, quantiles.data()) == TG_OK);
        CHECK(bits(quantiles) == bits(fresh.read()));
    }
}

TEST_CASE("a model without a forecast block has no forecaster") {
    const TestSession session(leaky_file(std::nullopt));
    tg_forecast_info info;
    CHECK(tg_forecast_describe(&session.model(), &info) == TG_NO_FORECAST);
    CHECK(tg_forecast_describe(nullptr, &info) == TG_NULL_ARGUMENT);
    CHECK(tg_forecast_describe(&session.model(), nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_forecaster_arena_size(&session.model()) == 0);
    CHECK(tg_forecast_column(&session.model(), 0) == nullptr);
    CHECK(std::isnan(tg_forecast_quantile(&session.model(), 0)));
    const AlignedBytes arena(4096);
    tg_forecaster* f = nullptr;
    CHECK(tg_forecaster_start(&session.model(), arena.data(), arena.size(), nullptr, &f) == TG_NO_FORECAST);
}
