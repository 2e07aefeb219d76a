// SPDX-License-Identifier: MIT
// The forecast block against the interface that it stands on.
#include "format/check_parts.h"

namespace tidegate::format {
namespace {

bool is_numeric(const Column& column) { return column.categories() == nullptr; }

bool time_is_sound(const Forecast& forecast) {
    const std::uint32_t columns = forecast.time_columns()->size();
    if (columns != 1 && columns != 4 && columns != 5) { return false; }
    for (const flatbuffers::String* name : *forecast.time_columns()) {
        if (!is_name(name)) { return false; }
    }
    return forecast.step_seconds() > 0 && forecast.max_gap_steps() <= kMaxGapSteps;
}

bool column_is_sound(const Column& column) {
    if (column.transform() > Transform::MAX || !is_finite(column.offset()) || !is_finite(column.scale()) ||
        column.scale() == 0) {
        return false;
    }
    if (is_numeric(column)) { return true; }
    for (const flatbuffers::String* category : *column.categories()) {
        if (!is_name(category)) { return false; }
    }
    return column.categories()->size() > 0;
}

bool columns_are_sound(const Forecast& forecast) {
    const auto& columns = *forecast.columns();
    if (columns.size() < 1 || !names_are_sound(&columns)) { return false; }
    for (const Column* column : columns) {
        if (!column_is_sound(*column)) { return false; }
    }
    return forecast.target() < columns.size() && is_numeric(*columns.Get(forecast.target()));
}

bool feature_is_sound(const Forecast& forecast, const Feature& feature) {
    const Column* column =
        feature.column() < forecast.columns()->size() ? forecast.columns()->Get(feature.column()) : nullptr;
    switch (feature.kind()) {
        case FeatureKind::value:
            return column != nullptr && is_numeric(*column);
        case FeatureKind::observed:
            return column != nullptr;
        case FeatureKind::category:
            return column != nullptr && !is_numeric(*column) && feature.category() < column->categories()->size();
        case FeatureKind::sine:
        case FeatureKind::cosine:
            return feature.period_seconds() > 0 && feature.period_seconds() <= std::uint64_t{kMaxSeconds} &&
                   feature.origin_seconds() >= -kMaxSeconds && feature.origin_seconds() <= kMaxSeconds;
    }
    return false;
}

bool quantiles_are_sound(const Forecast& forecast) {
    float below = 0;
    for (const float quantile : *forecast.quantiles()) {
        if (!(quantile > below && quantile < 1)) { return false; }
        below = quantile;
    }
    return forecast.quantiles()->size() >= 1 && forecast.quantiles()->size() <= kMaxHorizon;
}

using Ports = flatbuffers::Vector<flatbuffers::Offset<Port>>;

bool is_f32_port(const Context& context, const Ports& ports, std::uint32_t index, std::uint64_t count) {
    if (index >= ports.size()) { return false; }
    const Shape shape = shape_of(context, ports.Get(index)->tensor());
    return shape.type == ElementType::f32 && shape.count == count;
}

}  // namespace

bool forecast_is_sound(const Context& context) {
    const Forecast* forecast = context.model.forecast();
    if (forecast == nullptr) { return true; }
    const std::uint32_t features = forecast->features()->size();
    if (features < 1 || features > kMaxHorizon || forecast->horizon() < 1 || forecast->horizon() > kMaxHorizon ||
        !time_is_sound(*forecast) || !columns_are_sound(*forecast) || !quantiles_are_sound(*forecast)) {
        return false;
    }
    for (const Feature* feature : *forecast->features()) {
        if (!feature_is_sound(*forecast, *feature)) { return false; }
    }
    const std::uint64_t values = std::uint64_t{forecast->horizon()} * forecast->quantiles()->size();
    return is_f32_port(context, *context.model.inputs(), forecast->input(), features) &&
           is_f32_port(context, *context.model.outputs(), forecast->output(), values);
}

}  // namespace tidegate::format
