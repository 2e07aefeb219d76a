// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <limits>

#include "format/check.h"
#include "rules.h"

namespace forecast_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;

namespace {

ForecastT& forecast(Sample& s) { return *s.model.forecast; }
FeatureT& feature(Sample& s, std::size_t i) { return *s.model.forecast->features[i]; }
ColumnT& column(Sample& s, std::size_t i) { return *s.model.forecast->columns[i]; }

std::function<void(Sample&)> quantiles(std::vector<float> to) {
    return [to](Sample& s) { forecast(s).quantiles = to; };
}

/// An input or output of the model that has so many elements; returns the tensor.
int add_port(Sample& s, std::vector<std::unique_ptr<PortT>>& ports, const char* name, std::uint32_t count) {
    const int tensor = add_tensor(s);
    s.model.tensors.back()->dims = {static_cast<std::int32_t>(count)};
    s.model.tensors.back()->buffer = add_buffer(s, count * 4, 0, static_cast<std::uint32_t>(s.model.ops.size()));
    ports.push_back(std::make_unique<PortT>());
    ports.back()->name = name;
    ports.back()->tensor = static_cast<std::uint32_t>(tensor);
    return tensor;
}

/// The forecast block with these sizes, on an input and an output made for it.
std::function<void(Sample&)> sizes(std::uint32_t features, std::uint32_t horizon, std::uint32_t quantiles) {
    return [=](Sample& s) {
        add_port(s, s.model.inputs, "wide", features);
        const int raw = add_port(s, s.model.inputs, "raw", horizon * quantiles);
        const int made = add_port(s, s.model.outputs, "made", horizon * quantiles);
        append_relu(s, raw, made);
        s.model.buffers.back().mutate_first(3);
        forecast(s).input = forecast(s).output = 1;
        const FeatureT value = feature(s, 0);
        forecast(s).features.clear();
        for (std::uint32_t i = 0; i < features; ++i) {
            forecast(s).features.push_back(std::make_unique<FeatureT>(value));
        }
        forecast(s).horizon = horizon;
        forecast(s).quantiles.clear();
        for (std::uint32_t i = 1; i <= quantiles; ++i) {
            forecast(s).quantiles.push_back(static_cast<float>(i) / static_cast<float>(quantiles + 1));
        }
    };
}

/// So many columns, all numeric.
std::function<void(Sample&)> columns(std::size_t count) {
    return [count](Sample& s) {
        feature(s, 2).kind = FeatureKind::observed;
        feature(s, 2).column = 0;
        forecast(s).columns.resize(1);
        while (forecast(s).columns.size() < count) {
            forecast(s).columns.push_back(std::make_unique<ColumnT>(column(s, 0)));
            forecast(s).columns.back()->name += std::to_string(forecast(s).columns.size());
        }
    };
}

}  // namespace

TEST_CASE("a forecast has 1 to 4096 features, steps and quantiles, and 1 to 512 columns") {
    expect_verdicts(forecaster_sample, {
                                           allowed("one of each", sizes(1, 1, 1)),
                                           allowed("4096 features", sizes(4096, 1, 1)),
                                           {"4097 features", sizes(4097, 1, 1)},
                                           allowed("4096 steps", sizes(1, 4096, 2)),
                                           {"4097 steps", sizes(1, 4097, 2)},
                                           allowed("4096 quantiles", sizes(1, 2, 4096)),
                                           {"4097 quantiles", sizes(1, 2, 4097)},
                                           {"no features",
                                            [](Sample& s) {
                                                sizes(1, 1, 1)(s);
                                                forecast(s).features.clear();
                                            }},
                                           allowed("one column", columns(1)),
                                           allowed("512 columns", columns(512)),
                                           {"513 columns", columns(513), tidegate::format::Verdict::malformed},
                                       });
}

TEST_CASE("the forecast block fits the model's input and output") {
    expect_verdicts(
        forecaster_sample,
        {
            allowed("no forecast block", [](Sample& s) { s.model.forecast.reset(); }),
            {"an input that does not exist", [](Sample& s) { forecast(s).input = 1; }},
            {"an output that does not exist", [](Sample& s) { forecast(s).output = 1; }},
            {"input 2^32 - 1", [](Sample& s) { forecast(s).input = UINT32_MAX; }},
            {"a feature less than the input has", [](Sample& s) { forecast(s).features.pop_back(); }},
            {"a feature more",
             [](Sample& s) { forecast(s).features.push_back(std::make_unique<FeatureT>(feature(s, 0))); }},
            {"no features", [](Sample& s) { forecast(s).features.clear(); }},
            {"a step less than the output has", [](Sample& s) { forecast(s).horizon = 2; }},
            {"no horizon", [](Sample& s) { forecast(s).horizon = 0; }},
            {"a horizon that wraps to the output's size", [](Sample& s) { forecast(s).horizon = 3 + (1u << 31); }},
            {"an output of integers",
             [](Sample& s) {
                 s.model.outputs[0]->tensor =
                     static_cast<std::uint32_t>(add_view(s, "forecast", ElementType::i32, {1, 6}));
             }},
            {"an input of integers",
             [](Sample& s) {
                 s.model.inputs[0]->tensor = static_cast<std::uint32_t>(add_view(s, "features", ElementType::i32, {4}));
             }},
        });
}

TEST_CASE("quantiles ascend between 0 and 1, and there is one") {
    expect_verdicts(forecaster_sample, {
                                           allowed("two others", quantiles({0.001F, 0.999F})),
                                           {"0", quantiles({0, 0.9F})},
                                           {"negative", quantiles({-0.5F, 0.9F})},
                                           {"1", quantiles({0.1F, 1})},
                                           {"equal", quantiles({0.5F, 0.5F})},
                                           {"descending", quantiles({0.9F, 0.1F})},
                                           {"NaN first", quantiles({kNan, 0.9F})},
                                           {"NaN last", quantiles({0.1F, kNan})},
                                           {"none", quantiles({})},
                                       });
}

TEST_CASE("columns have names, finite scales and categories; the target is numeric") {
    expect_verdicts(
        forecaster_sample,
        {
            {"no columns", [](Sample& s) { forecast(s).columns.clear(); }},
            {"two columns of a name", [](Sample& s) { column(s, 1).name = "pm2.5"; }},
            {"a column without a name", [](Sample& s) { column(s, 0).name = ""; }},
            {"unknown transform", [](Sample& s) { column(s, 0).transform = static_cast<Transform>(2); }},
            {"scale 0", [](Sample& s) { column(s, 0).scale = 0; }},
            {"scale -0", [](Sample& s) { column(s, 0).scale = -0.0F; }},
            {"scale NaN", [](Sample& s) { column(s, 0).scale = kNan; }},
            {"infinite scale", [](Sample& s) { column(s, 0).scale = kInfinity; }},
            {"offset NaN", [](Sample& s) { column(s, 0).offset = kNan; }},
            {"infinite offset", [](Sample& s) { column(s, 1).offset = -kInfinity; }},
            {"a category without a name", [](Sample& s) { column(s, 1).categories[1] = ""; }},
            {"a zero byte in a category", [](Sample& s) { column(s, 1).categories[1] = std::string("N\0W", 3); }},
            {"a target that does not exist", [](Sample& s) { forecast(s).target = 2; }},
            {"a categorical target", [](Sample& s) { forecast(s).target = 1; }},
        });
}

TEST_CASE("features refer to columns and categories that exist, and cycles have a period") {
    constexpr std::int64_t kMost = tidegate::format::kMaxSeconds;
    expect_verdicts(
        forecaster_sample,
        {
            {"unknown kind", [](Sample& s) { feature(s, 0).kind = static_cast<FeatureKind>(5); }},
            {"value of no column", [](Sample& s) { feature(s, 0).column = 2; }},
            {"value of a categorical column", [](Sample& s) { feature(s, 0).column = 1; }},
            {"observed of no column", [](Sample& s) { feature(s, 1).column = 2; }},
            allowed("observed of a categorical column", [](Sample& s) { feature(s, 1).column = 1; }),
            {"category of no column", [](Sample& s) { feature(s, 2).column = UINT32_MAX; }},
            {"category of a numeric column", [](Sample& s) { feature(s, 2).column = 0; }},
            {"category that does not exist", [](Sample& s) { feature(s, 2).category = 3; }},
            {"sine without a period", [](Sample& s) { feature(s, 3).period_seconds = 0; }},
            {"cosine without a period",
             [](Sample& s) {
                 feature(s, 3).kind = FeatureKind::cosine;
                 feature(s, 3).period_seconds = 0;
             }},
            allowed("the longest period", [](Sample& s) { feature(s, 3).period_seconds = std::uint64_t{kMost}; }),
            {"a longer one", [](Sample& s) { feature(s, 3).period_seconds = std::uint64_t{kMost} + 1; }},
            allowed("the first origin", [](Sample& s) { feature(s, 3).origin_seconds = -kMost; }),
            allowed("the last origin", [](Sample& s) { feature(s, 3).origin_seconds = kMost; }),
            {"an earlier one", [](Sample& s) { feature(s, 3).origin_seconds = -kMost - 1; }},
            {"the lowest", [](Sample& s) { feature(s, 3).origin_seconds = INT64_MIN; }},
            {"a later one", [](Sample& s) { feature(s, 3).origin_seconds = kMost + 1; }},
        });
}

TEST_CASE("time has 1, 4 or 5 columns, steps, and gaps of at most a million") {
    const auto times = [](std::vector<std::string> to) { return [to](Sample& s) { forecast(s).time_columns = to; }; };
    expect_verdicts(forecaster_sample, {
                                           allowed("one", times({"time"})),
                                           allowed("five", times({"y", "m", "d", "h", "min"})),
                                           {"none", times({})},
                                           {"two", times({"date", "time"})},
                                           {"three", times({"y", "m", "d"})},
                                           {"six", times({"y", "m", "d", "h", "min", "s"})},
                                           {"one without a name", times({""})},
                                           {"no step", [](Sample& s) { forecast(s).step_seconds = 0; }},
                                           allowed("no gaps", [](Sample& s) { forecast(s).max_gap_steps = 0; }),
                                           allowed("a million", [](Sample& s) { forecast(s).max_gap_steps = 1000000; }),
                                           {"more", [](Sample& s) { forecast(s).max_gap_steps = 1000001; }},
                                       });
}

TEST_CASE("a categorical column has at least one category") {
    Sample sample = forecaster_sample();
    feature(sample, 2).kind = FeatureKind::observed;  // nobody asks for a category
    std::vector<std::uint8_t> payload = payload_of(sample.model);
    CHECK(text_of(verdict_on(sealed(payload))) == "ok");
    auto* root = flatbuffers::GetMutableRoot<Model>(payload.data());
    auto* categories = root->mutable_forecast()->mutable_columns()->GetMutableObject(1)->mutable_categories();
    flatbuffers::WriteScalar<flatbuffers::uoffset_t>(reinterpret_cast<std::uint8_t*>(categories), 0);  // its length
    CHECK(text_of(verdict_on(sealed(payload))) == "invalid");
}

}  // namespace forecast_rules_test
