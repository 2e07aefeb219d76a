// SPDX-License-Identifier: MIT
// What a forecast block says, straight from the file.
#include "forecast/forecaster.h"
#include "forecast/transform.h"

namespace tidegate::forecast {

const format::Forecast* spec_of(const tg_model* model) {
    const format::Model* root = core::root_of(model);
    return root != nullptr ? root->forecast() : nullptr;
}

namespace {

using Names = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;

const char* name_at(const Names* names, std::uint32_t index) {
    return names != nullptr && index < names->size() ? names->Get(index)->c_str() : nullptr;
}

const format::Column* column_at(const tg_model* model, std::uint32_t index) {
    const format::Forecast* spec = spec_of(model);
    return spec != nullptr && index < spec->columns()->size() ? spec->columns()->Get(index) : nullptr;
}

}  // namespace
}  // namespace tidegate::forecast

using namespace tidegate::forecast;

tg_status tg_forecast_describe(const tg_model* model, tg_forecast_info* info) {
    if (model == nullptr || info == nullptr) { return TG_NULL_ARGUMENT; }
    const auto* spec = spec_of(model);
    if (spec == nullptr) { return TG_NO_FORECAST; }
    info->columns = spec->columns()->size();
    info->target = spec->target();
    info->horizon = spec->horizon();
    info->quantiles = spec->quantiles()->size();
    info->time_columns = spec->time_columns()->size();
    info->step_seconds = spec->step_seconds();
    info->max_gap_steps = spec->max_gap_steps();
    return TG_OK;
}

const char* tg_forecast_column(const tg_model* model, uint32_t column) {
    const auto* found = column_at(model, column);
    return found != nullptr ? found->name()->c_str() : nullptr;
}

const char* tg_forecast_time_column(const tg_model* model, uint32_t index) {
    const auto* spec = spec_of(model);
    return spec != nullptr ? name_at(spec->time_columns(), index) : nullptr;
}

const char* tg_forecast_category(const tg_model* model, uint32_t column, uint32_t category) {
    const auto* found = column_at(model, column);
    return found != nullptr ? name_at(found->categories(), category) : nullptr;
}

float tg_forecast_quantile(const tg_model* model, uint32_t index) {
    const auto* spec = spec_of(model);
    return spec != nullptr && index < spec->quantiles()->size() ? spec->quantiles()->Get(index) : kMissing;
}
