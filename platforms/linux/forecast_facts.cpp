// SPDX-License-Identifier: MIT
// What the forecast block of a file says.
#include <fmt/format.h>

#include "file_reader.h"
#include "tidegate/forecast.h"

namespace tidegate::command {
namespace {

ColumnFacts column_facts(const format::Column& column) {
    ColumnFacts facts{text(column.name()), format::EnumNameTransform(column.transform()), {}};
    if (column.categories() != nullptr) {
        facts.transform = "categories";
        for (const auto* category : *column.categories()) { facts.categories.push_back(category->str()); }
    }
    return facts;
}

std::string feature_text(const format::Feature& feature, const std::vector<ColumnFacts>& columns) {
    const char* kind = format::EnumNameFeatureKind(feature.kind());
    switch (feature.kind()) {
        case format::FeatureKind::value:
        case format::FeatureKind::observed:
            return fmt::format("{}({})", kind, columns[feature.column()].name);
        case format::FeatureKind::category:
            return fmt::format("{} = {}", columns[feature.column()].name,
                               columns[feature.column()].categories[feature.category()]);
        case format::FeatureKind::sine:
        case format::FeatureKind::cosine:
            return fmt::format("{}({} s)", kind, feature.period_seconds());
    }
    return "";
}

}  // namespace

ForecastFacts forecast_facts(const format::Forecast& spec, const tg_model& model) {
    ForecastFacts facts;
    for (const auto* column : *spec.time_columns()) { facts.time_columns.push_back(column->str()); }
    for (const format::Column* column : *spec.columns()) { facts.columns.push_back(column_facts(*column)); }
    for (const format::Feature* feature : *spec.features()) {
        facts.features.push_back(feature_text(*feature, facts.columns));
    }
    facts.step_seconds = spec.step_seconds();
    facts.target = facts.columns[spec.target()].name;
    facts.horizon = spec.horizon();
    facts.quantiles.assign(spec.quantiles()->begin(), spec.quantiles()->end());
    facts.max_gap_steps = spec.max_gap_steps();
    facts.arena_bytes = tg_forecaster_arena_size(&model);
    return facts;
}

}  // namespace tidegate::command
