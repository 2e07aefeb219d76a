// SPDX-License-Identifier: MIT
// The C++ wrapper is the C API by other names.
#include "tidegate/forecast.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tidegate::test {
std::vector<std::uint8_t> leaky_bytes();  // leaky_model.h in wrapper_model.cpp: the converter has a Tensor of its own
}

TEST_CASE("the C++ wrapper opens, starts, pushes, reads and runs") {
    const std::vector<std::uint8_t> file = tidegate::test::leaky_bytes();
    alignas(TG_ALIGNMENT) static unsigned char bytes[1 << 14];
    alignas(TG_ALIGNMENT) static unsigned char arena[1 << 14];
    REQUIRE(file.size() <= sizeof bytes);
    std::copy(file.begin(), file.end(), bytes);

    tidegate::Model model;
    CHECK(model.open(bytes, 10) == TG_FILE_TRUNCATED);
    REQUIRE(model.open(bytes, file.size()) == TG_OK);
    CHECK(model.inputs() == 1);
    CHECK(model.outputs() == 1);

    tidegate::Forecaster forecaster;
    REQUIRE(forecaster.start(model, arena, tidegate::Forecaster::arena_bytes(model)) == TG_OK);
    tg_forecast_info info;
    REQUIRE(tidegate::Forecaster::describe(model, info) == TG_OK);
    const float values[] = {30, 12, 2};
    REQUIRE(forecaster.push(0, values) == TG_OK);
    std::vector<float> quantiles(std::size_t{info.horizon} * info.quantiles);
    REQUIRE(forecaster.read(quantiles.data()) == TG_OK);
    CHECK(forecaster.push(0, values) == TG_TIME_NOT_LATER);
    CHECK(std::string(tidegate::text(TG_TIME_NOT_LATER)) == tg_status_text(TG_TIME_NOT_LATER));

    tidegate::Tensor<float> x;
    REQUIRE(forecaster.session().input(0, x) == TG_OK);
    CHECK(std::string(x.name()) == "x");
    CHECK(x.rank() == 2);
    CHECK(x.size() == quantiles.size());
    CHECK(x[2] == 0.5F);
    CHECK(forecaster.reset() == TG_OK);
}

TEST_CASE("a view of the wrong type is refused") {
    const std::vector<std::uint8_t> file = tidegate::test::leaky_bytes();
    alignas(TG_ALIGNMENT) static unsigned char bytes[1 << 14];
    alignas(TG_ALIGNMENT) static unsigned char arena[1 << 14];
    std::copy(file.begin(), file.end(), bytes);
    tidegate::Model model;
    REQUIRE(model.open(bytes, file.size()) == TG_OK);
    tidegate::Session session;
    REQUIRE(session.start(model, arena, model.arena_bytes()) == TG_OK);
    tidegate::Tensor<const float> y;
    tidegate::Tensor<std::int64_t> wrong;
    CHECK(session.output_named("y", y) == TG_OK);
    CHECK(y.dim(0) * y.dim(1) == static_cast<std::int32_t>(y.size()));
    CHECK(session.output(0, wrong) == TG_NO_SUCH_TENSOR);
    CHECK(session.output(1, y) == TG_NO_SUCH_TENSOR);
    CHECK(session.input_named("y", y) == TG_NO_SUCH_TENSOR);
    for (float& value : [&] {
             tidegate::Tensor<float> x;
             REQUIRE(session.input(0, x) == TG_OK);
             return x;
         }()) {
        value = 4;
    }
    REQUIRE(session.run() == TG_OK);
    REQUIRE(session.run() == TG_OK);
    for (const float value : y) { CHECK(value == 6); }
    CHECK(session.reset() == TG_OK);
    REQUIRE(session.run() == TG_OK);
    CHECK(y[0] == 4);
}
