// SPDX-License-Identifier: MIT
// The forecast spec: what is read, and that everything else is refused with its key.
#include "lower_support.h"

namespace tidegate::lower_forecast_test {
namespace {

using namespace test;

const std::string kSpec = R"({
  "time": {"columns": ["year", "month", "day", "hour"], "step_seconds": 3600},
  "columns": [
    {"name": "level", "transform": "log1p", "offset": 1.5, "scale": 2},
    {"name": "rain"},
    {"name": "wind", "categories": ["N", "S"]}
  ],
  "features": [
    {"value": "level"}, {"observed": "wind"}, {"category": "wind", "is": "S"},
    {"sin": 86400}, {"cos": 31556952, "origin": -5}
  ],
  "target": "level", "horizon": 3, "quantiles": [0.1, 0.9],
  "input": "x", "output": "y", "missing": "hold", "max_gap_steps": 24
})";

std::string replaced(const std::string& from, const std::string& to) {
    std::string text = kSpec;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& from, const std::string& to) {
    const std::string json = replaced(from, to);
    return complaint([&] { parse_forecast_spec(json, "spec.json"); });
}

/// x [1, features] -> y [3, 2], and a state or a second input.
Graph forecaster(std::int64_t features, bool second_input) {
    Random random(51);
    GraphMaker m;
    const ValueId x = m.input("x", {1, features});
    ValueId y = m.node(MatMul{}, {x, m.constant(random.tensor({features, 6}))}, {1, 6});
    if (second_input) { y = m.node(Binary{BinaryKind::add}, {y, m.input("h", {1, 6})}, {1, 6}); }
    m.output(m.node(Reshape{}, {y, m.integers({3, 2})}, {3, 2}));
    m.graph.outputs[0].name = "y";
    return m.graph;
}

}  // namespace

TEST_CASE("a forecast spec is read as it is written") {
    const ForecastSpec spec = parse_forecast_spec(kSpec, "spec.json");
    CHECK(spec.time_columns == std::vector<std::string>{"year", "month", "day", "hour"});
    CHECK(spec.step_seconds == 3600);
    REQUIRE(spec.columns.size() == 3);
    CHECK(spec.columns[0].log1p);
    CHECK(spec.columns[0].offset == 1.5F);
    CHECK(spec.columns[0].scale == 2);
    CHECK_FALSE(spec.columns[1].log1p);
    CHECK(spec.columns[1].offset == 0);
    CHECK(spec.columns[1].scale == 1);
    CHECK(spec.columns[2].categories == std::vector<std::string>{"N", "S"});
    REQUIRE(spec.features.size() == 5);
    CHECK(spec.features[1].kind == ForecastFeatureKind::observed);
    CHECK(spec.features[1].column == 2);
    CHECK(spec.features[2].kind == ForecastFeatureKind::category);
    CHECK(spec.features[2].category == 1);
    CHECK(spec.features[3].kind == ForecastFeatureKind::sine);
    CHECK(spec.features[3].period_seconds == 86400);
    CHECK(spec.features[4].kind == ForecastFeatureKind::cosine);
    CHECK(spec.features[4].origin_seconds == -5);
    CHECK(spec.target == 0);
    CHECK(spec.horizon == 3);
    CHECK(spec.quantiles == std::vector<float>{0.1F, 0.9F});
    CHECK(spec.max_gap_steps == 24);
    CHECK(parse_forecast_spec(replaced(", \"missing\": \"hold\", \"max_gap_steps\": 24", ""), "s").max_gap_steps ==
          168);
    CHECK(
        parse_forecast_spec(replaced(R"("year", "month", "day", "hour")", R"("timestamp")"), "s").time_columns.size() ==
        1);
}

TEST_CASE("what the spec's document does not name is refused with its key, what was found and what is allowed") {
    CHECK(contains(refusal("\"horizon\": 3", "\"horizon\": 0"),
                   "spec.json: horizon is 0; a whole number from 1 to 4096"));
    CHECK(contains(refusal("\"horizon\": 3", "\"horizon\": 3.5"), "horizon is 3.5"));
    CHECK(contains(refusal("\"horizon\": 3", "\"horizon\": \"3\""), "horizon is \"3\""));
    CHECK(contains(refusal("\"horizon\": 3", "\"horizons\": 3"), "unknown key \"horizons\"; allowed: time, columns"));
    CHECK(contains(refusal("\"horizon\": 3, ", ""), "the document lacks \"horizon\""));
    CHECK(contains(refusal("\"horizon\": 3", "\"horizon\": 3, \"horizon\": 3"), "\"horizon\" is there twice"));
    CHECK(contains(refusal("\"step_seconds\": 3600", "\"step_seconds\": -1"), "time.step_seconds is -1"));
    CHECK(contains(refusal("\"hour\"]", "\"hour\", \"minute\", \"second\"]"), "time.columns has 6 names"));
    CHECK(contains(refusal("\"log1p\"", "\"log\""), "columns[0].transform is \"log\"; allowed: \"affine\", \"log1p\""));
    CHECK(contains(refusal("\"scale\": 2", "\"scale\": 0"), "columns[0].scale is too close to 0"));
    CHECK(contains(refusal("\"scale\": 2", "\"scale\": 1e300"), "columns[0].scale is 1e+300; a finite number"));
    CHECK(contains(refusal("\"scale\": 2", "\"scales\": 2"), "columns[0] has an unknown key \"scales\""));
    CHECK(contains(refusal("\"rain\"", "\"level\""), "columns[1].name \"level\" is there twice"));
    CHECK(contains(refusal("\"rain\"", "\"\""), "columns[1].name has 0 bytes"));
    CHECK(contains(refusal("[\"N\", \"S\"]", "[]"), "columns[2].categories 1 to"));
    CHECK(contains(refusal("[\"N\", \"S\"]", "[\"S\", \"S\"]"), "columns[2].categories[1] \"S\" is there twice"));
    CHECK(
        contains(refusal("\"categories\"", "\"scale\": 1, \"categories\""), "columns[2] has an unknown key \"scale\""));
    CHECK(contains(refusal("{\"value\": \"level\"}", "{\"value\": \"wind\"}"),
                   "features[0].value \"wind\" has categories"));
    CHECK(contains(refusal("{\"value\": \"level\"}", "{\"value\": \"snow\"}"), "\"snow\" is not one of the columns"));
    CHECK(contains(refusal("{\"value\": \"level\"}", "{\"tan\": 5}"), "features[0] is no feature"));
    CHECK(contains(refusal("\"is\": \"S\"", "\"is\": \"W\""), "features[2].is \"W\" is not a category"));
    CHECK(contains(refusal(", \"is\": \"S\"", ""), "features[2] lacks \"is\""));
    CHECK(contains(refusal("{\"sin\": 86400}", "{\"sin\": 0}"), "features[3].sin is 0"));
    CHECK(contains(refusal("{\"sin\": 86400}", "{\"sin\": 86400, \"cos\": 5}"),
                   "features[3] has an unknown key \"cos\""));
    CHECK(contains(refusal("\"target\": \"level\"", "\"target\": \"wind\""), "target \"wind\" has categories"));
    CHECK(contains(refusal("[0.1, 0.9]", "[0.9, 0.1]"), "quantiles[1] the levels must ascend"));
    CHECK(contains(refusal("[0.1, 0.9]", "[0.1, 1]"), "quantiles[1] found 1"));
    CHECK(contains(refusal("[0.1, 0.9]", "0.5"), "quantiles is 0.5; a list is needed"));
    CHECK(contains(refusal("\"hold\"", "\"zero\""), "missing is \"zero\"; allowed: \"hold\""));
    CHECK(contains(refusal("\"max_gap_steps\": 24", "\"max_gap_steps\": -1"), "max_gap_steps is -1"));
    CHECK(contains(complaint([] { parse_forecast_spec("{\"time\": ", "spec.json"); }), "spec.json: not valid JSON"));
    CHECK(contains(complaint([] { parse_forecast_spec("[]", "spec.json"); }), "the document is []; an object"));
    CHECK(contains(complaint([] { read_forecast_spec("/no/such/spec.json"); }), "cannot read the forecast spec"));
}

TEST_CASE("a spec that does not fit the graph's interface is refused") {
    const auto lowering = [](const Graph& graph, const std::string& json) {
        return complaint([&] { lower(graph, parse_forecast_spec(json, "spec.json")); });
    };
    CHECK(lowering(forecaster(5, false), kSpec).empty());
    CHECK(
        contains(lowering(forecaster(6, false), kSpec), "input 'x' is f32[1, 6], but the spec asks for 5 f32 values"));
    CHECK(contains(lowering(forecaster(5, false), replaced("\"horizon\": 3", "\"horizon\": 4")),
                   "(4 steps x 2 quantiles)"));
    CHECK(contains(lowering(forecaster(5, false), replaced("\"input\": \"x\"", "\"input\": \"z\"")),
                   "input names 'z'; the model has 'x'"));
    CHECK(contains(lowering(forecaster(5, false), replaced("\"output\": \"y\"", "\"output\": \"z\"")),
                   "output names 'z'; the model has 'y'"));
    CHECK(contains(lowering(forecaster(5, true), kSpec),
                   "the model also wants 'h'; link states with --state OUTPUT=h or --stateful, freeze constants with "
                   "--fix-input h=VALUE"));
}

TEST_CASE("a spec does not go with symbolic dimensions, and the message says what to bind") {
    Graph graph = forecaster(5, false);
    const Extent steps(std::make_shared<const Symbol>(Symbol{"steps", 1, 4, 0}));
    graph.symbols.push_back(std::make_shared<const Symbol>(Symbol{"steps", 1, 4, 0}));
    graph.values[static_cast<std::size_t>(graph.inputs[0].value)].dims = Extents{steps, 5};
    const std::string text = complaint([&] { lower(graph, parse_forecast_spec(kSpec, "spec.json")); });
    CHECK(contains(text, "forecast: input 'x' has the shape [steps, 5]"));
    CHECK(contains(text, "bind it with --dim steps=N"));
}

TEST_CASE("the spec of the air quality example is read") {
    const ForecastSpec spec = read_forecast_spec(TIDEGATE_SOURCE_DIR "/examples/air-quality/air-quality.json");
    CHECK(spec.features.size() == 16);
    CHECK(spec.horizon == 24);
    CHECK(spec.columns[spec.target].name == "pm2.5");
}

}  // namespace tidegate::lower_forecast_test
