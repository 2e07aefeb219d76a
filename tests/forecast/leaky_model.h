// SPDX-License-Identifier: MIT
// The smallest model with a memory: s' = s / 2 + features, and the forecast is s'. What a step did to it can be said in
// closed form, and every feature is in sight as the session's input.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "convert.h"
#include "lower/forecast_spec.h"
#include "lower/program.h"
#include "support/session.h"
#include "tidegate/forecast.h"

namespace tidegate::test {

inline constexpr std::uint32_t kHorizon = 2;
inline constexpr std::uint32_t kQuantiles = 5;
inline constexpr std::int64_t kStep = 600;
inline constexpr std::uint32_t kMaxGap = 5;
inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Columns: level (log1p), temperature (affine), wind (N, E, S). Ten features, as many as forecast values.
inline ForecastSpec leaky_spec() {
    ForecastSpec spec;
    spec.time_columns = {"time"};
    spec.step_seconds = kStep;
    spec.columns = {
        {"level", true, 1.5F, 0.75F, {}}, {"temperature", false, 10, 4, {}}, {"wind", false, 0, 1, {"N", "E", "S"}}};
    using Kind = ForecastFeatureKind;
    spec.features = {{Kind::value, 0, 0, 0, 0},         {Kind::observed, 0, 0, 0, 0},
                     {Kind::value, 1, 0, 0, 0},         {Kind::observed, 2, 0, 0, 0},
                     {Kind::category, 2, 0, 0, 0},      {Kind::category, 2, 1, 0, 0},
                     {Kind::category, 2, 2, 0, 0},      {Kind::sine, 0, 0, 86400, 0},
                     {Kind::cosine, 0, 0, 31556952, 0}, {Kind::sine, 0, 0, 2551443, 947182440}};
    spec.target = 0;
    spec.horizon = kHorizon;
    spec.quantiles = {0.05F, 0.25F, 0.5F, 0.75F, 0.95F};
    spec.input = "x";
    spec.output = "y";
    spec.max_gap_steps = kMaxGap;
    return spec;
}

inline std::vector<std::uint8_t> leaky_file(std::optional<ForecastSpec> spec = leaky_spec()) {
    const Dims dims = {kHorizon, kQuantiles};
    Program program;
    for (BufferId b = 0; b < 4; ++b) {
        program.tensors.push_back({ElementType::f32, dims, nullptr, b, 0});
        program.buffers.push_back({sizeof(float) * kHorizon * kQuantiles, 0, 0, 0});
    }
    constexpr TensorId x = 0, state = 1, half = 2, y = 3;
    program.steps.push_back({"halve", step::Unary{{UnaryKind::affine, 0.5, 0}}, {state}, {half}, -1});
    program.steps.push_back({"add", step::Binary{BinaryKind::add}, {half, x}, {y}, -1});
    program.inputs = {{"x", x}};
    program.outputs = {{"y", y}};
    program.states = {{"s", state, y, -1}};
    program.forecast = std::move(spec);
    plan(program);
    return write(program);
}

/// A forecaster on memory of its own.
class TestForecaster {
public:
    explicit TestForecaster(const std::vector<std::uint8_t>& file, const std::string& kernels = "")
        : file_(file), model_(open(file_)), arena_(tg_forecaster_arena_size(&model_)) {
        const tg_kernel_table* table = kernels.empty() ? nullptr : tg_kernels_named(kernels.c_str());
        REQUIRE(tg_forecaster_start(&model_, arena_.data(), arena_.size(), table, &forecaster_) == TG_OK);
        REQUIRE(tg_forecast_describe(&model_, &info_) == TG_OK);
    }
    tg_forecaster* get() const { return forecaster_; }
    const tg_model& model() const { return model_; }
    const AlignedBytes& arena() const { return arena_; }
    const tg_forecast_info& info() const { return info_; }

    tg_status push(std::int64_t seconds, const std::vector<float>& values) const {
        REQUIRE(values.size() == info_.columns);
        return tg_forecaster_push(forecaster_, seconds, values.data());
    }
    std::vector<float> read() const {
        std::vector<float> quantiles(std::size_t{info_.horizon} * info_.quantiles);
        REQUIRE(tg_forecaster_read(forecaster_, quantiles.data()) == TG_OK);
        return quantiles;
    }
    /// The features of the last step.
    std::vector<float> features() const {
        tg_tensor x;
        REQUIRE(tg_input(tg_forecaster_session(forecaster_), 0, &x) == TG_OK);
        const auto* first = static_cast<const float*>(x.data);
        return {first, first + x.bytes / sizeof(float)};
    }
    std::vector<std::uint8_t> memory() const { return {arena_.data(), arena_.data() + arena_.size()}; }

private:
    static tg_model open(const AlignedBytes& file) {
        tg_model model;
        REQUIRE(tg_open(file.data(), file.size(), &model) == TG_OK);
        return model;
    }
    AlignedBytes file_;
    tg_model model_;
    AlignedBytes arena_;
    tg_forecaster* forecaster_ = nullptr;
    tg_forecast_info info_{};
};

}  // namespace tidegate::test
