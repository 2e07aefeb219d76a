// SPDX-License-Identifier: MIT
// The reference against ONNX's own node tests: the answers of the people who wrote the text.
#include <doctest/doctest.h>

#include <map>

#include "convert.h"
#include "graph/error.h"
#include "reference/evaluate.h"
#include "support/onnx_node_tests.h"
#include "verify/compare.h"
#include "verify/dataset.h"

namespace tidegate::reference_backend_test {
namespace {

struct Count {
    int passed = 0;
    int refused = 0;
};

/// The recorded answers are floats, mostly of numpy's own float arithmetic.
constexpr Tolerance kFloat{2e-6, 2e-6};
constexpr Tolerance kHalf{0x1p-11, 0x1p-25};  ///< half a unit in the last place

std::vector<Tensor> inputs_of(const Graph& graph, const Recording& recording) {
    std::vector<Tensor> inputs;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) { inputs.push_back(recording.inputs.at(i).tensor); }
    return inputs;
}

void check_node_test(const std::filesystem::path& folder, Count& count) {
    Graph graph;
    std::vector<Dataset> datasets;
    try {
        graph = read(folder / "model.onnx");
        for (const std::string& directory : test::data_sets_of(folder)) { datasets.push_back(read_dataset(directory)); }
    } catch (const ConvertError&) {  // an element type that the project does not have
        ++count.refused;
        return;
    }
    const Tolerance tolerance = test::answers_in_half(folder) ? kHalf : kFloat;
    for (const Dataset& dataset : datasets) {
        const Recording& recording = dataset.steps.front();
        std::vector<Tensor> states;
        std::vector<Tensor> outputs;
        try {
            outputs = evaluate(graph, inputs_of(graph, recording), states);
        } catch (const ConvertError&) {  // what the project refuses on purpose
            ++count.refused;
            return;
        }
        for (const auto& expected : recording.outputs) {
            const Comparison comparison = compare(outputs.at(expected.first), expected.second.tensor, tolerance);
            CAPTURE(expected.first);
            CAPTURE(comparison.mismatch);
            CAPTURE(comparison.largest_absolute);
            CHECK(comparison.passed());
        }
    }
    ++count.passed;
}

}  // namespace

TEST_CASE("the reference gives ONNX's answers to the node tests of every operator that is read") {
    if (!test::node_tests_installed("the reference against node tests")) { return; }
    for (const auto* list : {&test::kRecurrentOperators, &test::kPlainOperators}) {
        for (const std::string& op : *list) {
            CAPTURE(op);
            Count count;
            for (const std::filesystem::path& folder : test::node_tests_of(op)) {
                CAPTURE(folder);
                check_node_test(folder, count);
            }
            CHECK((count.passed > 0 || op == "if"));  // which branch runs is decided by folding
            std::printf("reference, %s: %d passed, %d refused\n", op.c_str(), count.passed, count.refused);
        }
    }
}

}  // namespace tidegate::reference_backend_test
