// SPDX-License-Identifier: MIT
// Models that other people exported: what is left of them, and that it means the same.
#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <map>

#include "converter/simplify_support.h"
#include "read/tensor_proto.h"

namespace tidegate::simplify_models_test {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = fs::path(TIDEGATE_SOURCE_DIR) / ".." / "shared" / "models";

bool models_are_there() {
    if (fs::exists(kModels)) { return true; }
    std::printf("skipped: ../shared/models is not there\n");
    return false;
}

/// Freezes what must be constant (W, R, B, P) to the recorded inputs, and gives the others' shapes as dimensions.
ConvertOptions options_of(const Graph& graph, const fs::path& folder) {
    ConvertOptions options;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
        const ValueId id = graph.inputs[i].value;
        const std::string& name = graph.values[static_cast<std::size_t>(id)].name;
        const Tensor tensor =
            read_tensor_proto((folder / "test_data_set_0" / ("input_" + std::to_string(i) + ".pb")).string(), nullptr);
        bool is_weight = false;
        for (const Node& node : graph.nodes) {
            for (const std::size_t operand : {1, 2, 3, 7}) {
                is_weight |= std::holds_alternative<Recurrent>(node.op) && operand < node.inputs.size() &&
                             node.inputs[operand] == id;
            }
        }
        if (is_weight) { options.fixed_inputs[name] = tensor; }
        for (std::size_t axis = 0; axis < tensor.dims.size(); ++axis) {
            options.dims[name + ":" + std::to_string(axis)] = tensor.dims[axis];
        }
    }
    return options;
}

/// The graph as bound and as simplified, on the recorded inputs that are left: the same values.
Graph simplified_model(const std::string& name) {
    const fs::path folder = kModels / name;
    Graph before = read((folder / "model.onnx").string());
    const ConvertOptions options = options_of(before, folder);
    bind(before, options);
    Graph after = before;
    simplify(after, options);
    const std::vector<Tensor> expected = test::results_of(before);
    const std::vector<Tensor> found = test::results_of(after);
    CHECK(found == expected);
    return after;
}

}  // namespace

TEST_CASE("real models are left with their recurrent and dense layers") {
    if (!models_are_there()) { return; }
    const std::map<std::string, std::string> expected = {
        {"aircraft-rul", "LSTM Reshape LSTM Reshape Slice Reshape MatMul Add Relu MatMul Add"},
        {"gonnx-gru", "GRU Reshape"},
        {"gonnx-nt-enc", "GRU Reshape"},
        {"gonnx-nt-dec", "GRU Reshape MatMul Add"},
        {"keras-vae-enc-a", "LSTM Reshape Slice Reshape MatMul Add"},
        {"tract-byte-bilstm", "Cast Gather LSTM Reshape LSTM Reshape MatMul Add"},
    };
    for (const auto& model : expected) {
        CAPTURE(model.first);
        CHECK(test::operators_of(simplified_model("real/" + model.first)) == model.second);
    }
}

TEST_CASE("operator models are left with one recurrent node, and a Reshape where the exporter wrapped it") {
    if (!models_are_there()) { return; }
    const std::map<std::string, std::string> wrapped = {{"burn-lstm-bidirectional", "LSTM Reshape"},
                                                        {"burn-lstm-reverse", "LSTM Reshape"},
                                                        {"burn-rnn-bidirectional", "RNN Reshape"},
                                                        {"burn-rnn-with-initial-state", "RNN Reshape"}};
    int models = 0;
    for (const auto& entry : fs::directory_iterator(kModels / "operators")) {
        const std::string name = entry.path().filename().string();
        CAPTURE(name);
        const Graph graph = simplified_model("operators/" + name);
        const auto found = wrapped.find(name);
        CHECK(test::operators_of(graph) == (found != wrapped.end() ? found->second : name_of(graph.nodes.at(0).op)));
        CHECK(std::holds_alternative<Recurrent>(graph.nodes.at(0).op));
        ++models;
    }
    CHECK(models == 25);
}

TEST_CASE("the states of a streaming model are found by --stateful as its authors link them") {
    if (!models_are_there()) { return; }
    ConvertOptions options;
    options.stateful = true;
    options.dims = {{"seq_length", 1}};
    Graph gru = read((kModels / "real" / "gonnx-gru" / "model.onnx").string());
    bind(gru, options);
    simplify(gru, options);
    REQUIRE(gru.states.size() == 1);  // stream/map.json: init_hidden <- hidden_out
    CHECK(gru.states[0].name == "init_hidden");
    CHECK(gru.outputs.size() == 1);
    CHECK(gru.outputs[0].name == "preds");

    options.dims.clear();
    Graph dtln = read((kModels / "real" / "dtln-1" / "model.onnx").string());
    bind(dtln, options);
    simplify(dtln, options);
    REQUIRE(dtln.states.size() == 1);  // two layers' h and c, stacked along two axes of one tensor
    CHECK(dtln.states[0].name == "input_3");
    CHECK(dtln.outputs.size() == 1);
}

TEST_CASE("a policy whose action is drawn keeps its other outputs") {
    if (!models_are_there()) { return; }
    Graph hallway = read((kModels / "real" / "unity-hallway" / "model.onnx").string());
    bind(hallway, {});
    simplify(hallway, {});
    CHECK(hallway.outputs.size() == 4);
    REQUIRE(hallway.left_out.size() == 1);
    CHECK(hallway.left_out[0].name == "discrete_actions");
    CHECK(hallway.left_out[0].cause == "node 'Multinomial_32' (Multinomial)");
}

}  // namespace tidegate::simplify_models_test
