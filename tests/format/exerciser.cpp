// SPDX-License-Identifier: MIT
#include "exerciser.h"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "tidegate/forecast.h"

namespace tidegate::test {
namespace {

/// Bytes that make inputs zeros, NaN and -1, huge values, and small ones.
constexpr std::uint8_t kFills[] = {0x00, 0xFF, 0x7F, 0x01};

/// Reads every byte that the description promises.
std::uint32_t touch(const tg_tensor& tensor) {
    std::uint32_t sum = static_cast<std::uint32_t>(std::strlen(tensor.name));
    for (std::size_t i = 0; i < tensor.bytes; ++i) { sum += static_cast<const std::uint8_t*>(tensor.data)[i]; }
    return sum;
}

void fill_inputs(tg_session* session, std::uint8_t fill) {
    tg_tensor tensor;
    for (std::size_t i = 0; tg_input(session, i, &tensor) == TG_OK; ++i) {
        std::memset(tensor.data, fill, tensor.bytes);
    }
}

std::uint32_t read_outputs(tg_session* session) {
    std::uint32_t sum = 0;
    tg_tensor tensor;
    for (std::size_t i = 0; tg_output(session, i, &tensor) == TG_OK; ++i) { sum += touch(tensor); }
    return sum;
}

}  // namespace

std::uint8_t* Exerciser::arena(std::size_t bytes, bool at_front) {
    std::uint8_t* at = at_front ? arena_.at_front() : arena_.at_back(bytes);
    std::memset(at, 0xA5, bytes);
    return at;
}

void Exerciser::run_session(const tg_model& model, bool at_front, const tg_kernel_table* kernels) {
    const std::size_t bytes = tg_arena_size(&model);
    tg_session* session = nullptr;
    REQUIRE(tg_start_with(&model, arena(bytes, at_front), bytes, kernels, &session) == TG_OK);
    volatile std::uint32_t seen = 0;
    for (const std::uint8_t fill : kFills) {
        fill_inputs(session, fill);
        for (int times = 0; times < 2; ++times) {
            const tg_status status = tg_run(session);
            REQUIRE((status == TG_OK || status == TG_INPUT_OUT_OF_RANGE || status == TG_STATE_NOT_FINITE));
            seen = seen + read_outputs(session);
        }
    }
    REQUIRE(tg_reset(session) == TG_OK);
    REQUIRE(tg_run(session) != TG_NULL_ARGUMENT);
}

void Exerciser::run_forecaster(const tg_model& model, bool at_front, const tg_kernel_table* kernels) {
    tg_forecast_info info;
    const std::size_t bytes = tg_forecaster_arena_size(&model);
    if (tg_forecast_describe(&model, &info) != TG_OK || bytes > arena_.capacity()) { return; }
    for (std::uint32_t c = 0; c < info.columns; ++c) {
        REQUIRE(tg_forecast_column(&model, c) != nullptr);
        for (std::uint32_t i = 0; tg_forecast_category(&model, c, i) != nullptr; ++i) {}
    }
    tg_forecaster* forecaster = nullptr;
    REQUIRE(tg_forecaster_start(&model, arena(bytes, at_front), bytes, kernels, &forecaster) == TG_OK);
    std::vector<float> quantiles(std::size_t{info.horizon} * info.quantiles);
    const float kValues[] = {1.0F, std::numeric_limits<float>::quiet_NaN(), -1e38F, 3e38F, 2.0F};
    std::int64_t time = 0;
    for (const float value : kValues) {
        const std::vector<float> sample(info.columns, value);
        tg_forecaster_push(forecaster, time, sample.data());
        tg_forecaster_read(forecaster, quantiles.data());
        time += std::int64_t{info.step_seconds} * (info.max_gap_steps < 2 ? 1 : 3);
    }
    REQUIRE(tg_forecaster_reset(forecaster) == TG_OK);
}

void Exerciser::use(const tg_model& model) {
    tg_tensor tensor;
    for (std::size_t i = 0; i < tg_input_count(&model); ++i) { REQUIRE(tg_model_input(&model, i, &tensor) == TG_OK); }
    for (std::size_t i = 0; i < tg_output_count(&model); ++i) { REQUIRE(tg_model_output(&model, i, &tensor) == TG_OK); }
    ++opened;
    if (tg_arena_size(&model) > arena_.capacity()) { return; }
    ++run;
    for (const bool at_front : {true, false}) {
        for (std::size_t k = 0; tg_kernels_at(k) != nullptr; ++k) {
            run_session(model, at_front, tg_kernels_at(k));
            run_forecaster(model, at_front, tg_kernels_at(k));
        }
    }
}

tg_status Exerciser::exercise(const std::vector<std::uint8_t>& file) {
    REQUIRE(file.size() <= file_.capacity());
    tg_status statuses[2] = {};
    for (const bool at_front : {true, false}) {
        std::uint8_t* at = at_front ? file_.at_front() : file_.at_back(file.size());
        file_.set_read_only(false);
        std::memcpy(at, file.data(), file.size());
        file_.set_read_only(true);
        tg_model model;
        statuses[at_front] = tg_open(at, file.size(), &model);
        if (statuses[at_front] == TG_OK) { use(model); }
    }
    REQUIRE(statuses[0] == statuses[1]);
    return statuses[0];
}

}  // namespace tidegate::test
