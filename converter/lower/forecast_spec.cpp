// SPDX-License-Identifier: MIT
// The JSON spec of docs/forecast-spec.md. Nothing is guessed: what the document does not name is refused.
#include "lower/forecast_spec.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "format/check.h"
#include "lower/json_reader.h"

namespace tidegate {
namespace {

void read_time(const JsonReader& time, ForecastSpec& spec) {
    time.only({"columns", "step_seconds"});
    const JsonReader columns = time.at("columns");
    for (const JsonReader& name : columns.items()) { spec.time_columns.push_back(name.text()); }
    const std::size_t count = spec.time_columns.size();
    if (count != 1 && count != 4 && count != 5) {
        columns.refuse("has " + std::to_string(count) +
                       " names; allowed: 1 (ISO 8601), 4 (year, month, day, hour) or 5 (and minute)");
    }
    spec.step_seconds = static_cast<std::uint32_t>(time.at("step_seconds").integer(1, INT32_MAX));
}

ForecastColumn read_column(const JsonReader& from) {
    ForecastColumn column;
    column.name = from.at("name").text();
    if (from.has("categories")) {
        from.only({"name", "categories"});
        const JsonReader categories = from.at("categories");
        for (const JsonReader& category : categories.items()) {
            if (std::ranges::find(column.categories, category.text()) != column.categories.end()) {
                category.refuse("\"" + category.text() + "\" is there twice");
            }
            column.categories.push_back(category.text());
        }
        if (column.categories.empty() || column.categories.size() > format::kMaxCategories) {
            categories.refuse("1 to " + std::to_string(format::kMaxCategories) + " categories are allowed");
        }
        return column;
    }
    from.only({"name", "transform", "offset", "scale"});
    if (from.has("transform")) { column.log1p = from.at("transform").one_of({"affine", "log1p"}) == "log1p"; }
    if (from.has("offset")) { column.offset = from.at("offset").real(); }
    if (from.has("scale")) {
        column.scale = from.at("scale").real();
        if (std::fabs(column.scale) < 1e-30F) { from.at("scale").refuse("is too close to 0"); }
    }
    return column;
}

std::uint32_t column_named(const JsonReader& name, const ForecastSpec& spec) {
    for (std::size_t i = 0; i < spec.columns.size(); ++i) {
        if (spec.columns[i].name == name.text()) { return static_cast<std::uint32_t>(i); }
    }
    name.refuse("\"" + name.text() + "\" is not one of the columns");
}

const ForecastColumn& column_at(const ForecastSpec& spec, std::uint32_t index) { return spec.columns[index]; }

std::uint32_t numeric_column(const JsonReader& name, const ForecastSpec& spec) {
    const std::uint32_t column = column_named(name, spec);
    if (!column_at(spec, column).categories.empty()) {
        name.refuse("\"" + name.text() + "\" has categories; a numeric column is needed");
    }
    return column;
}

void read_category(const JsonReader& from, const ForecastSpec& spec, ForecastFeature& feature) {
    from.only({"category", "is"});
    feature.kind = ForecastFeatureKind::category;
    feature.column = column_named(from.at("category"), spec);
    const std::vector<std::string>& categories = column_at(spec, feature.column).categories;
    const JsonReader is = from.at("is");
    const auto found = std::ranges::find(categories, is.text());
    if (found == categories.end()) { is.refuse("\"" + is.text() + "\" is not a category of that column"); }
    feature.category = static_cast<std::uint32_t>(found - categories.begin());
}

void read_wave(const JsonReader& from, const char* key, ForecastFeature& feature) {
    from.only({key, "origin"});
    feature.kind = std::string(key) == "sin" ? ForecastFeatureKind::sine : ForecastFeatureKind::cosine;
    feature.period_seconds = static_cast<std::uint64_t>(from.at(key).integer(1, format::kMaxSeconds));
    if (from.has("origin")) {
        feature.origin_seconds = from.at("origin").integer(-format::kMaxSeconds, format::kMaxSeconds);
    }
}

ForecastFeature read_feature(const JsonReader& from, const ForecastSpec& spec) {
    ForecastFeature feature;
    if (from.has("value")) {
        from.only({"value"});
        feature.column = numeric_column(from.at("value"), spec);
    } else if (from.has("observed")) {
        from.only({"observed"});
        feature.kind = ForecastFeatureKind::observed;
        feature.column = column_named(from.at("observed"), spec);
    } else if (from.has("category")) {
        read_category(from, spec, feature);
    } else if (from.has("sin") || from.has("cos")) {
        read_wave(from, from.has("sin") ? "sin" : "cos", feature);
    } else {
        from.refuse("is no feature; one of \"value\", \"observed\", \"category\", \"sin\", \"cos\" is needed");
    }
    return feature;
}

void read_quantiles(const JsonReader& from, ForecastSpec& spec) {
    for (const JsonReader& level : from.items()) {
        const float q = level.real();
        if (!(q > 0 && q < 1)) { level.refuse("found " + level.dump() + "; a number between 0 and 1 is needed"); }
        if (!spec.quantiles.empty() && q <= spec.quantiles.back()) { level.refuse("the levels must ascend"); }
        spec.quantiles.push_back(q);
    }
    if (spec.quantiles.empty() || spec.quantiles.size() > format::kMaxHorizon) {
        from.refuse("1 to " + std::to_string(format::kMaxHorizon) + " levels are allowed");
    }
}

void read_columns(const JsonReader& from, ForecastSpec& spec) {
    std::set<std::string> names;
    for (const JsonReader& item : from.items()) {
        spec.columns.push_back(read_column(item));
        if (!names.insert(spec.columns.back().name).second) {
            item.at("name").refuse("\"" + spec.columns.back().name + "\" is there twice");
        }
    }
    if (spec.columns.empty() || spec.columns.size() > format::kMaxPorts) {
        from.refuse("1 to " + std::to_string(format::kMaxPorts) + " columns are allowed");
    }
}

}  // namespace

ForecastSpec parse_forecast_spec(const std::string& json, const std::string& name) {
    const JsonDocument document(json, name);
    const JsonReader root = document.root();
    root.only({"time", "columns", "features", "target", "horizon", "quantiles", "input", "output", "missing",
               "max_gap_steps"});
    ForecastSpec spec;
    read_time(root.at("time"), spec);
    read_columns(root.at("columns"), spec);
    const JsonReader features = root.at("features");
    for (const JsonReader& item : features.items()) { spec.features.push_back(read_feature(item, spec)); }
    if (spec.features.empty() || spec.features.size() > format::kMaxHorizon) {
        features.refuse("1 to " + std::to_string(format::kMaxHorizon) + " features are allowed");
    }
    spec.target = numeric_column(root.at("target"), spec);
    spec.horizon = static_cast<std::uint32_t>(root.at("horizon").integer(1, format::kMaxHorizon));
    read_quantiles(root.at("quantiles"), spec);
    spec.input = root.at("input").text();
    spec.output = root.at("output").text();
    if (root.has("missing")) { root.at("missing").one_of({"hold"}); }
    spec.max_gap_steps = 168;
    if (root.has("max_gap_steps")) {
        spec.max_gap_steps = static_cast<std::uint32_t>(root.at("max_gap_steps").integer(0, format::kMaxGapSteps));
    }
    return spec;
}

ForecastSpec read_forecast_spec(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open() || file.bad()) { throw ConvertError("cannot read the forecast spec '" + path + "'"); }
    return parse_forecast_spec(text, path);
}

}  // namespace tidegate
