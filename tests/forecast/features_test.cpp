// SPDX-License-Identifier: MIT
// What the model sees of a sample, against the same in double precision.
#include <doctest/doctest.h>

#include "forecast/calendar.h"
#include "leaky_model.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

enum : std::size_t {
    kLevel,
    kLevelSeen,
    kTemperature,
    kWindSeen,
    kNorth,
    kEast,
    kSouth,
    kDaySine,
    kYearCosine,
    kMoonSine
};

/// 2 pi ((t - origin) mod period) / period, by long double and a floor.
long double angle(std::int64_t t, std::int64_t origin, std::int64_t period) {
    const long double cycles = static_cast<long double>(t - origin) / static_cast<long double>(period);
    return 2 * 3.14159265358979323846264338327950288L * (cycles - std::floor(cycles));
}

/// Half an ulp of the phase times 2 pi, and as much again for sin and cos themselves.
constexpr double kWaveTolerance = 6e-7;

}  // namespace

TEST_CASE("values are transformed, then scaled") {
    const TestForecaster f(leaky_file());
    for (const float level : {0.0F, 0.001F, 1.0F, 57.5F, 994.0F, -0.5F, 1e14F}) {
        REQUIRE(tg_forecaster_reset(f.get()) == TG_OK);
        REQUIRE(f.push(0, {level, level / 3, 1}) == TG_OK);
        const double z = (std::log1p(static_cast<double>(level)) - 1.5) / 0.75;
        CHECK(f.features()[kLevel] == doctest::Approx(z).epsilon(4e-7 * (1 + 1.5 / std::abs(z * 0.75 + 1.5))));
        CHECK(f.features()[kTemperature] == (level / 3 - 10.0F) / 4.0F);
        CHECK(f.features()[kLevelSeen] == 1);
    }
}

TEST_CASE("a missing value holds the last one, and is the offset before the first") {
    const TestForecaster f(leaky_file());
    REQUIRE(f.push(0, {kNaN, kNaN, kNaN}) == TG_OK);
    for (const std::size_t i : {kLevel, kLevelSeen, kTemperature, kWindSeen, kNorth, kEast, kSouth}) {
        CHECK(f.features()[i] == 0);
    }
    REQUIRE(f.push(kStep, {30, 12, 2}) == TG_OK);
    const std::vector<float> seen = f.features();
    CHECK(seen[kTemperature] == 0.5F);
    REQUIRE(f.push(2 * kStep, {kNaN, kNaN, kNaN}) == TG_OK);
    for (const std::size_t i : {kLevel, kTemperature, kNorth, kEast, kSouth}) { CHECK(f.features()[i] == seen[i]); }
    CHECK(f.features()[kLevelSeen] == 0);
    CHECK(f.features()[kWindSeen] == 0);
}

TEST_CASE("columns go missing on their own") {
    const TestForecaster f(leaky_file());
    REQUIRE(f.push(0, {30, 12, 2}) == TG_OK);
    const float level = f.features()[kLevel];
    REQUIRE(f.push(kStep, {kNaN, 14, 0}) == TG_OK);
    CHECK(f.features()[kLevel] == level);
    CHECK(f.features()[kLevelSeen] == 0);
    CHECK(f.features()[kTemperature] == 1.0F);
    CHECK(f.features()[kNorth] == 1);
    CHECK(f.features()[kWindSeen] == 1);
}

TEST_CASE("what cannot be a value counts as missing") {
    const float infinity = std::numeric_limits<float>::infinity();
    const TestForecaster f(leaky_file());
    for (const float level : {infinity, -infinity, -1.0F, -2.0F, kNaN}) {
        REQUIRE(tg_forecaster_reset(f.get()) == TG_OK);
        REQUIRE(f.push(0, {30, 12, 2}) == TG_OK);
        const float held = f.features()[kLevel];
        REQUIRE(f.push(kStep, {level, 12, 2}) == TG_OK);
        CHECK(f.features()[kLevel] == held);
        CHECK(f.features()[kLevelSeen] == 0);
    }
    for (const float wind : {-1.0F, 3.0F, 1.5F, 1e30F, infinity, -0.5F}) {
        REQUIRE(tg_forecaster_reset(f.get()) == TG_OK);
        REQUIRE(f.push(0, {30, 12, 1}) == TG_OK);
        REQUIRE(f.push(kStep, {30, 12, wind}) == TG_OK);
        CHECK(f.features()[kEast] == 1);
        CHECK(f.features()[kWindSeen] == 0);
    }
}

TEST_CASE("a category lights its own feature and no other") {
    const TestForecaster f(leaky_file());
    for (std::size_t wind = 0; wind < 3; ++wind) {
        REQUIRE(f.push(static_cast<std::int64_t>(wind) * kStep, {1, 1, static_cast<float>(wind)}) == TG_OK);
        for (std::size_t i = 0; i < 3; ++i) { CHECK(f.features()[kNorth + i] == (i == wind ? 1.0F : 0.0F)); }
    }
}

TEST_CASE("calendar waves stay precise for a century in both directions") {
    const TestForecaster f(leaky_file());
    constexpr std::int64_t kCentury = 3155695200;
    for (std::int64_t t = -kCentury; t <= kCentury; t += 7654321 / kStep * kStep) {
        REQUIRE(tg_forecaster_reset(f.get()) == TG_OK);
        REQUIRE(f.push(t, {1, 1, 1}) == TG_OK);
        CHECK(std::abs(f.features()[kDaySine] - static_cast<double>(std::sin(angle(t, 0, 86400)))) < kWaveTolerance);
        CHECK(std::abs(f.features()[kYearCosine] - static_cast<double>(std::cos(angle(t, 0, 31556952)))) <
              kWaveTolerance);
        CHECK(std::abs(f.features()[kMoonSine] - static_cast<double>(std::sin(angle(t, 947182440, 2551443)))) <
              kWaveTolerance);
    }
}

TEST_CASE("a day's wave is exact at its quarters") {
    const TestForecaster f(leaky_file());
    const float quarters[] = {0, 1, 0, -1};
    for (std::int64_t i = 0; i < 4; ++i) {
        REQUIRE(tg_forecaster_reset(f.get()) == TG_OK);
        REQUIRE(f.push(1388534400 + i * 21600, {1, 1, 1}) == TG_OK);
        CHECK(f.features()[kDaySine] == quarters[i]);
    }
}

TEST_CASE("the place in a cycle is right at the ends of 64 bits") {
    using forecast::cycle_phase;
    using forecast::cycle_position;
    constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    CHECK(cycle_position(-1, 0, 10) == 9);
    CHECK(cycle_position(-10, 0, 10) == 0);
    CHECK(cycle_position(3, 7, 10) == 6);
    CHECK(cycle_position(kMax, kMax, 86400) == 0);
    CHECK(cycle_position(kMin, kMin, 86400) == 0);
    CHECK(cycle_position(kMax, kMin, 10) == 5);  // 2^64 - 1
    CHECK(cycle_position(kMin, kMax, 10) == 5);
    CHECK(cycle_position(kMin, 0, 1) == 0);
    // One second before the period's end rounds to a whole period in float: the phase starts over.
    CHECK(cycle_phase((std::int64_t{1} << 40) - 1, 0, std::uint64_t{1} << 40) == 0);
    CHECK(cycle_phase(86399, 0, 86400) < 1);
}
