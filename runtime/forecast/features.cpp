// SPDX-License-Identifier: MIT
#include "forecast/features.h"

#include "forecast/calendar.h"
#include "forecast/transform.h"

namespace tidegate::forecast {
namespace {

bool is_finite(float x) { return x - x == 0.0F; }

/// The index itself if it is one of `count` categories, else kMissing.
float to_category(float v, std::uint32_t count) {
    if (!(v >= 0.0F && v < static_cast<float>(count))) { return kMissing; }
    return static_cast<float>(static_cast<std::uint32_t>(v)) == v ? v : kMissing;
}

float feature(const format::Feature& f, const ColumnState* columns, std::int64_t unix_seconds) {
    switch (f.kind()) {
        case format::FeatureKind::value:
            return columns[f.column()].next;
        case format::FeatureKind::observed:
            return static_cast<float>(columns[f.column()].observed);
        case format::FeatureKind::category:
            return columns[f.column()].next == static_cast<float>(f.category()) ? 1.0F : 0.0F;
        case format::FeatureKind::sine:
            return kernels::sin_turns(cycle_phase(unix_seconds, f.origin_seconds(), f.period_seconds()));
        case format::FeatureKind::cosine:
            return kernels::cos_turns(cycle_phase(unix_seconds, f.origin_seconds(), f.period_seconds()));
    }
    return 0.0F;
}

}  // namespace

void forget(const format::Forecast& spec, ColumnState* columns) {
    for (std::uint32_t c = 0; c < spec.columns()->size(); ++c) {
        const float nothing = spec.columns()->Get(c)->categories() == nullptr ? 0.0F : kNoCategory;
        columns[c] = {nothing, nothing, 0};
    }
}

void observe(const format::Forecast& spec, const float* values, ColumnState* columns) {
    for (std::uint32_t c = 0; c < spec.columns()->size(); ++c) {
        const format::Column& column = *spec.columns()->Get(c);
        float seen = kMissing;
        if (values != nullptr) {
            seen = column.categories() == nullptr ? to_z(column, values[c])
                                                  : to_category(values[c], column.categories()->size());
        }
        columns[c].observed = is_finite(seen) ? 1 : 0;
        columns[c].next = is_finite(seen) ? seen : columns[c].held;
    }
}

void write_features(const format::Forecast& spec, const ColumnState* columns, std::int64_t unix_seconds, float* input) {
    for (std::uint32_t i = 0; i < spec.features()->size(); ++i) {
        input[i] = feature(*spec.features()->Get(i), columns, unix_seconds);
    }
}

void keep(const format::Forecast& spec, ColumnState* columns) {
    for (std::uint32_t c = 0; c < spec.columns()->size(); ++c) { columns[c].held = columns[c].next; }
}

}  // namespace tidegate::forecast
