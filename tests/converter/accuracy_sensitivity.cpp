// SPDX-License-Identifier: MIT
// Which layers stay fp32, and what the report says of them.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "accuracy/sensitivity.h"
#include "accuracy_support.h"
#include "emit/half.h"
#include "onnx_builder.h"

namespace tidegate::accuracy_sensitivity_test {
namespace {

std::string first_layer(const Conversion& conversion) { return layers_of(*conversion.program).at(0).name; }
std::string last_layer(const Conversion& conversion) { return layers_of(*conversion.program).back().name; }

/// LSTM over 1 step with its states in the session, then a dense layer: what most models are.
Graph plain_graph(test::Random& random, std::int64_t inputs = 5) {
    test::GraphMaker m;
    constexpr std::int64_t kHidden = 20;
    const ValueId x = m.input("x", {1, 1, inputs});
    const ValueId h = m.state_input("h", {1, 1, kHidden}), c = m.state_input("c", {1, 1, kHidden});
    const ValueId W = m.constant(random.tensor({1, 4 * kHidden, inputs}, 0.5));
    const ValueId R = m.constant(random.tensor({1, 4 * kHidden, kHidden}, 0.3));
    Node node{"cell", test::plain_case(CellKind::lstm, kHidden).op, {x, W, R, kNone, kNone, h, c}, {}};
    for (const Dims& dims : {Dims{1, 1, 1, kHidden}, Dims{1, 1, kHidden}, Dims{1, 1, kHidden}}) {
        node.outputs.push_back(
            m.graph.add_value("of_cell_" + std::to_string(node.outputs.size()), ElementType::f32, dims));
    }
    m.graph.nodes.push_back(node);
    m.state(h, node.outputs[1]);
    m.state(c, node.outputs[2]);
    m.output(m.node(MatMul{}, {node.outputs[0], m.constant(random.tensor({kHidden, 7}))}, {1, 1, 1, 7}));
    return m.graph;
}

/// Inputs whose first columns are a thousand times the others.
Runs uneven_runs(std::int64_t inputs, test::Random& random) {
    Runs runs;
    for (int run = 0; run < 200; ++run) {
        Tensor x = random.tensor({1, 1, inputs});
        x.reals[0] *= 1000;
        runs.inputs.push_back({x});
    }
    runs.steps = runs.inputs.size();
    return runs;
}

}  // namespace

TEST_CASE("a layer that integers ruin stays fp32 and is named with the reason; the others become int8") {
    test::Random random(3);
    const Conversion fp32 = test::converted(test::sensitive_graph(random));
    const Quantized result = quantized(fp32, test::int8_request(), "");
    REQUIRE(result.report.layers.size() == 2);
    const LayerReport &sensitive = result.report.layers[0], &plain = result.report.layers[1];
    CHECK(sensitive.form == WeightForm::f32);
    CHECK(*sensitive.alone < kLeastAlone);
    CHECK(test::has(sensitive.note, "stays fp32: as int8 it leaves"));
    CHECK(sensitive.errors.noise == 0);
    CHECK(plain.form == WeightForm::i8);
    CHECK(plain.note.empty());
    CHECK(result.report.warnings.empty());
    CHECK(result.report.outputs.at(0).second.sqnr() > kLeastAlone);
    CHECK(test::has(to_text(result.report), sensitive.note));
}

TEST_CASE("layers of the same weights are decided together, so that these are stored once") {
    test::Random random(3);
    Graph graph = test::sensitive_graph(random);
    const ValueId weights = graph.nodes[1].inputs[1];  // of the layer that integers ruin
    const ValueId z = graph.add_value("z", ElementType::f32, Extents{1, 16});
    graph.inputs.push_back({z, {}});
    const ValueId product = graph.add_value("product", ElementType::f32, Extents{1, 6});
    graph.nodes.push_back({"robust", MatMul{}, {z, weights}, {product}});
    graph.outputs.push_back({product, "product"});
    const Conversion fp32 = test::converted(graph);
    Quantized result = quantized(fp32, test::int8_request(), "");
    REQUIRE(result.report.layers.size() == 3);
    const LayerReport &sensitive = result.report.layers[0], &robust = result.report.layers[2];
    CHECK(robust.layer.name == "robust");
    CHECK(sensitive.form == WeightForm::f32);
    CHECK(robust.form == WeightForm::f32);
    CHECK(robust.note == sensitive.note);
    CHECK(*robust.alone_at_layer > kLeastStatic);  // by itself it would be int8
    CHECK(result.report.layers[1].form == WeightForm::i8);
    CHECK(result.conversion.file.size() < fp32.file.size() + 512);

    QuantizationRequest request = test::int8_request();  // but what the user says goes
    request.keep_fp32 = {sensitive.layer.name};
    result = quantized(fp32, request, "");
    CHECK(result.report.layers[0].form == WeightForm::f32);
    CHECK(result.report.layers[2].form == WeightForm::i8);
}

TEST_CASE("layers of the same weights have one equalization, and scales of their own") {
    test::Random random(7);
    constexpr std::int64_t kInputs = 5, kRows = 12;
    test::GraphMaker m;
    const ValueId x = m.input("x", {1, kInputs}), small = m.constant(Tensor::of({1}, {0.01}));
    Tensor uneven = random.tensor({kInputs, kRows});
    for (std::size_t i = 0; i < kRows; ++i) {
        uneven.reals[i] = static_cast<double>(static_cast<float>(uneven.reals[i] / 1000));
    }
    const ValueId weights = m.constant(uneven);
    m.output(m.node(MatMul{}, {x, weights}, {1, kRows}));
    m.output(m.node(MatMul{}, {m.node(Binary{BinaryKind::multiply}, {x, small}, {1, kInputs}), weights}, {1, kRows}));
    const Conversion fp32 = test::converted(m.graph);
    Runs runs;
    for (int run = 0; run < 200; ++run) {
        Tensor input = random.tensor({1, kInputs});
        input.reals[0] *= 1000;
        runs.inputs.push_back({input});
    }
    runs.steps = runs.inputs.size();
    std::vector<LayerReport> layers;
    for (const Layer& layer : layers_of(*fp32.program)) {
        layers.push_back({layer, WeightForm::i8, {}, 0, {}, {}, {}, {}});
    }
    Sensitivity(*fp32.program, runs, InputScales::any).decide(test::int8_request(), layers);
    REQUIRE(layers.size() == 2);
    CHECK(layers[0].form == WeightForm::i8);
    REQUIRE(layers[0].exponents.size() == kInputs);
    CHECK(layers[0].exponents == layers[1].exponents);
    CHECK(layers[1].input_scale > 0);
    CHECK(layers[0].input_scale > 50 * layers[1].input_scale);
}

TEST_CASE("a layer that is asked for by name becomes int8 all the same, with a warning that names it") {
    test::Random random(3);
    const Conversion fp32 = test::converted(test::sensitive_graph(random));
    QuantizationRequest request = test::int8_request();
    request.int8_only = {first_layer(fp32)};
    const Quantized result = quantized(fp32, request, "");
    CHECK(result.report.layers[0].form == WeightForm::i8);
    CHECK(result.report.layers[1].form == WeightForm::f32);
    CHECK(test::has(result.report.layers[1].note, "not in --int8-only"));
    REQUIRE(result.report.warnings.size() >= 1);
    CHECK(test::has(result.report.warnings[0], "'" + first_layer(fp32) + "'"));
    CHECK(test::has(result.report.warnings[0], "--keep-fp32 " + first_layer(fp32)));
}

TEST_CASE("--keep-fp32 is obeyed, --int8-only leaves halves to the others under --fp16-weights") {
    test::Random random(4);
    const Conversion fp32 = test::converted(plain_graph(random));
    QuantizationRequest request = test::int8_request();
    request.keep_fp32 = {last_layer(fp32)};
    Quantized result = quantized(fp32, request, "");
    CHECK(result.report.layers[0].form == WeightForm::i8);
    CHECK(result.report.layers[1].form == WeightForm::f32);
    request = {};
    request.form = WeightForm::f16;
    request.int8_only = {last_layer(fp32)};
    result = quantized(fp32, request, "");
    CHECK(result.report.layers[0].form == WeightForm::f16);
    CHECK(result.report.layers[1].form == WeightForm::i8);
}

TEST_CASE("nodes that are unknown, or named twice over, are refused with the list of those that have weights") {
    test::Random random(4);
    const Conversion fp32 = test::converted(plain_graph(random));
    QuantizationRequest request = test::int8_request();
    request.keep_fp32 = {"nobody"};
    const std::string text = test::refusal([&] { quantized(fp32, request, ""); });
    CHECK(test::has(text, "--keep-fp32 'nobody' is no node with weights; there are 'cell' (LSTM 5 -> 20), "));
    CHECK(test::has(text, "'" + last_layer(fp32) + "' (dense 20 -> 7)"));
    request = test::int8_request();
    request.int8_only = {"cell", "nobody"};
    CHECK(test::has(test::refusal([&] { quantized(fp32, request, ""); }), "--int8-only 'nobody'"));
    request.int8_only = {"cell"};
    request.keep_fp32 = {"cell"};
    CHECK(test::has(test::refusal([&] { quantized(fp32, request, ""); }), "with --keep-fp32 and with --int8-only"));
}

TEST_CASE("half precision computes with the stored weights: the bits of an fp32 file of them") {
    test::Random random(5);
    const Conversion fp32 = test::converted(plain_graph(random));
    QuantizationRequest request;
    request.form = WeightForm::f16;
    const Quantized result = quantized(fp32, request, "");
    Program rounded = *fp32.program;
    for (Step& step : rounded.steps) {
        for (ProgramMatrix* matrix : input_matrices_of(step)) {
            for (float& w : matrix->weights) { w = from_half(to_half(w)); }
        }
    }
    const std::vector<ErrorSums> errors =
        compare_files(write_program(rounded, {}), result.conversion.file, generated_runs(fp32));
    CHECK(errors.at(0).noise == 0);
    CHECK(errors.at(0).signal > 0);
    CHECK(result.report.outputs.at(0).second.sqnr() > 60);
}

TEST_CASE("a weight beyond half precision keeps its layer fp32") {
    test::Random random(5);
    Graph graph = plain_graph(random);
    auto weights =
        std::make_shared<Tensor>(*graph.values[static_cast<std::size_t>(graph.nodes.back().inputs[1])].constant);
    weights->reals[3] = 70000;
    graph.values[static_cast<std::size_t>(graph.nodes.back().inputs[1])].constant = weights;
    QuantizationRequest request;
    request.form = WeightForm::f16;
    const Quantized result = quantized(test::converted(graph), request, "");
    CHECK(result.report.layers[0].form == WeightForm::f16);
    CHECK(result.report.layers[1].form == WeightForm::f32);
    CHECK(test::has(result.report.layers[1].note, "65504"));
}

TEST_CASE("an equalized input leaves fp32 products as they are, bit for bit") {
    test::Random random(6);
    constexpr std::int64_t kInputs = 5;
    const Conversion fp32 = test::converted(plain_graph(random, kInputs));
    Quantization equalized;
    equalized.exponents["cell"] = {7, -3, 0, 1, -9};
    const std::vector<ErrorSums> errors =
        compare_files(fp32.file, write_program(*fp32.program, equalized), uneven_runs(kInputs, random));
    CHECK(errors.at(0).noise == 0);
    CHECK(convert_again(fp32, equalized).steps_after == fp32.program->steps.size() + 1);
}

TEST_CASE("columns of uneven magnitude are equalized when static scales would lose the small ones") {
    test::Random random(7);
    constexpr std::int64_t kInputs = 5;
    Graph graph = plain_graph(random, kInputs);
    // The large column counts no more than the others.
    auto weights = std::make_shared<Tensor>(*graph.values[static_cast<std::size_t>(graph.nodes[0].inputs[1])].constant);
    for (std::size_t i = 0; i < weights->reals.size(); i += kInputs) {
        weights->reals[i] = static_cast<double>(static_cast<float>(weights->reals[i] / 1000));
    }
    graph.values[static_cast<std::size_t>(graph.nodes[0].inputs[1])].constant = weights;
    const Conversion fp32 = test::converted(graph);
    const Runs runs = uneven_runs(kInputs, random);
    std::vector<LayerReport> layers;
    for (const Layer& layer : layers_of(*fp32.program)) {
        layers.push_back({layer, WeightForm::i8, {}, 0, {}, {}, {}, {}});
    }
    Sensitivity(*fp32.program, runs, InputScales::any).decide(test::int8_request(), layers);
    CHECK(layers[0].form == WeightForm::i8);
    CHECK(layers[0].input_scale > 0);
    REQUIRE(layers[0].exponents.size() == kInputs);
    CHECK(layers[0].exponents[0] - layers[0].exponents[1] >= 8);  // 1000 times the input, 1/1000 of the weights: 2^10
    CHECK(*layers[0].alone >= kLeastStatic);
    CHECK(test::has(layers[0].note, "equalized"));
    CHECK(layers[1].exponents.empty());

    Sensitivity(*fp32.program, runs, InputScales::dynamic).decide(test::int8_request(), layers);
    for (const LayerReport& layer : layers) { CHECK(layer.input_scale == 0); }
}

TEST_CASE("the report covers at least 200 generated steps, and its JSON says what its table says") {
    test::Random random(8);
    const Conversion fp32 = test::converted(plain_graph(random));
    const Quantized result = quantized(fp32, test::int8_request(), "");
    CHECK(result.report.steps >= 200);
    const nlohmann::json json = nlohmann::json::parse(to_json(result.report));
    CHECK(json["form"] == "int8");
    CHECK(json["bytes"]["fp32"] == fp32.file.size());
    CHECK(json["bytes"]["quantized"] == result.conversion.file.size());
    CHECK(json["data"]["steps"] == result.report.steps);
    REQUIRE(json["layers"].size() == 2);
    CHECK(json["layers"][0]["node"] == "cell");
    CHECK(json["layers"][0]["kind"] == "LSTM 5 -> 20");
    CHECK(json["layers"][0]["form"] == "int8");
    CHECK(json["layers"][0]["input_scale"] == "dynamic");
    for (const char* key : {"largest_error", "mean_error", "sqnr_db", "alone_sqnr_db", "alone_at_layer_sqnr_db"}) {
        CHECK(json["layers"][0][key].is_number());
    }
    const ErrorSums& output = result.report.outputs.at(0).second;
    CHECK(json["outputs"][0]["name"] == result.report.outputs[0].first);
    CHECK(json["outputs"][0]["largest_error"] == output.largest);
    CHECK(json["outputs"][0]["relative_error"] == output.largest / output.largest_reference);
    CHECK(json["outputs"][0]["sqnr_db"] == output.sqnr());
    CHECK(json["warnings"].empty());
}

TEST_CASE("--max-error is the largest error at an output over its largest magnitude") {
    test::Random random(9);
    const Conversion fp32 = test::converted(plain_graph(random));
    const double relative = quantized(fp32, test::int8_request(), "").report.outputs.at(0).second.relative();
    CHECK(relative > 0);
    QuantizationRequest request = test::int8_request();
    request.max_error = relative;
    CHECK(test::refusal([&] { quantized(fp32, request, ""); }) == "");
    request.max_error = relative * 0.99;
    CHECK(test::has(test::refusal([&] { quantized(fp32, request, ""); }), "of its largest magnitude"));
}

TEST_CASE("errors: SQNR, largest, mean and what is not finite") {
    ErrorSums sums;
    sums.add(Tensor::of({4}, {1, -2, 0, 2}), Tensor::of({4}, {1.1, -2, 0, 2}));
    CHECK(sums.largest == doctest::Approx(0.1));
    CHECK(sums.mean() == doctest::Approx(0.025));
    CHECK(sums.largest_reference == 2);
    CHECK(sums.relative() == doctest::Approx(0.05));
    CHECK(sums.sqnr() == doctest::Approx(10 * std::log10(9 / 0.01)));
    CHECK(std::isinf(ErrorSums().sqnr()));
    sums.add(Tensor::of({1}, {1}), Tensor::of({1}, {NAN}));
    CHECK(std::isinf(sums.largest));
    CHECK(sums.sqnr() == -INFINITY);
    ErrorSums same;
    same.add(Tensor::of({2}, {NAN, INFINITY}), Tensor::of({2}, {NAN, INFINITY}));
    CHECK(same.noise == 0);
}

TEST_CASE("more layers than can be outputs are not measured, and the report says so") {
    test::ModelBuilder m;
    m.input("x", {1, 4}).weights("w", {4, 4}).output("y");
    constexpr int kLayers = 520;
    for (int i = 0; i < kLayers; ++i) {
        const std::string from = i == 0 ? "x" : "t" + std::to_string(i), sum = "s" + std::to_string(i);
        m.node("MatMul", {from, "w"}, {sum});
        m.node("Tanh", {sum}, {i + 1 == kLayers ? "y" : "t" + std::to_string(i + 1)});
    }
    const Conversion fp32 = convert(m.save("many_layers.onnx"), {});
    const Quantized result = quantized(fp32, test::int8_request(), "");
    CHECK(test::has(result.report.not_made, "the model has 520 layers with weights, of which at most 511 can be"));
    QuantizationRequest request = test::int8_request();
    request.calibrate = "runs.npz";
    CHECK(test::has(test::refusal([&] { quantized(fp32, request, ""); }), "--calibrate: the model has 520 layers"));
}

}  // namespace tidegate::accuracy_sensitivity_test
