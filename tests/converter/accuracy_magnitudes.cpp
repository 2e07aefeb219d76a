// SPDX-License-Identifier: MIT
// The limit of a static scale.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "accuracy/magnitudes.h"

namespace tidegate::accuracy_magnitudes_test {
namespace {

float best_limit(const std::vector<float>& values) {
    const auto magnitudes = std::make_unique<Magnitudes>();
    for (const float x : values) { magnitudes->add(x); }
    return magnitudes->best_limit();
}

/// Mean squared error of the integers themselves.
double error_of(const std::vector<float>& values, double limit) {
    double error = 0;
    for (const float x : values) {
        const double scale = limit / 127;
        const double q = std::clamp(std::nearbyint(static_cast<double>(x) / scale), -127.0, 127.0);
        error += std::pow(static_cast<double>(x) - scale * q, 2);
    }
    return error;
}

}  // namespace

TEST_CASE("the limit that is found costs hardly more than the best of all") {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (const double tail : {1.0, 2.0, 4.0}) {  // from evenly spread to a few that are far out
        std::vector<float> values(20000);
        float largest = 0;
        for (float& x : values) {
            x = static_cast<float>(std::pow(std::abs(static_cast<double>(normal(random))), tail));
            largest = std::max(largest, x);
        }
        double least = error_of(values, static_cast<double>(largest));
        for (int n = 1; n < 400; ++n) {
            least = std::min(least, error_of(values, static_cast<double>(largest) * std::pow(0.99, n)));
        }
        CHECK(error_of(values, static_cast<double>(best_limit(values))) <= 1.05 * least);
    }
}

TEST_CASE("values that are all alike keep their magnitude, zeros have no scale") {
    CHECK(best_limit({0.5F, -0.5F, 0.5F}) == doctest::Approx(0.5).epsilon(0.03));
    CHECK(best_limit({0, 0, 0}) == 0);
    CHECK(best_limit({0x1p-110F}) == 0);  // the runtime takes it for zero
    CHECK(best_limit({}) == 0);
}

}  // namespace tidegate::accuracy_magnitudes_test
