// SPDX-License-Identifier: MIT
//
// forecast.h for C++17.
//
//     tidegate::Forecaster forecaster;
//     forecaster.start(model, arena, tidegate::Forecaster::arena_bytes(model));
//     forecaster.push(1393632000, values);                 // NaN is a missing value
//     forecaster.read(quantiles);                          // [horizon][quantiles]
#pragma once

#include "tidegate/forecast.h"
#include "tidegate/tidegate.hpp"

namespace tidegate {
inline namespace v0 {

/// A forecaster in the caller's arena; a copy is another handle of the same forecaster.
class Forecaster {
public:
    /// Of the forecaster and its session together; 0 if the model has no forecast block.
    static std::size_t arena_bytes(const Model& model) { return tg_forecaster_arena_size(model.raw()); }
    static Status describe(const Model& model, tg_forecast_info& info) {
        return tg_forecast_describe(model.raw(), &info);
    }

    /// kernels: null for the best that this CPU has.
    Status start(const Model& model, void* arena, std::size_t arena_bytes, const tg_kernel_table* kernels = nullptr) {
        return tg_forecaster_start(model.raw(), arena, arena_bytes, kernels, &raw_);
    }
    /// values: one per column.
    Status push(std::int64_t unix_seconds, const float* values) const {
        return tg_forecaster_push(raw_, unix_seconds, values);
    }
    /// quantiles: [horizon][quantiles], written.
    Status read(float* quantiles) const { return tg_forecaster_read(raw_, quantiles); }
    Status reset() const { return tg_forecaster_reset(raw_); }
    Session session() const { return Session(tg_forecaster_session(raw_)); }
    tg_forecaster* raw() const { return raw_; }

private:
    tg_forecaster* raw_ = nullptr;
};

}  // namespace v0
}  // namespace tidegate
