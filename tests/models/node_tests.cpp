// SPDX-License-Identifier: MIT
// ONNX's own node tests through converter and runtime: all of them, whatever their operator.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "read/operators.h"
#include "read/schema.h"
#include "support/onnx_node_tests.h"
#include "verified.h"

namespace tidegate::node_tests_test {
namespace {

namespace fs = std::filesystem;

/// The answer's precision where that is a half: half a unit in the last place.
constexpr Tolerance kHalf{0x1p-11, 0x1p-25};
/// The functions of the window operators write 2 pi as 6.28319, 7.3e-7 off, and the answers come from pi.
constexpr Tolerance kRoughPi{1e-4, 1e-4};

Tolerance tolerance_for(const fs::path& folder) {
    if (test::answers_in_half(folder)) { return kHalf; }
    return folder.filename().string().find("window_") == std::string::npos ? Tolerance{} : kRoughPi;
}

/// The operator that a test is of: its only node's; of a function that was expanded to its nodes, the name of the test.
std::string operator_of(const fs::path& folder) {
    std::ifstream file(folder / "model.onnx", std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    onnx::ModelProto model;
    REQUIRE(model.ParseFromString(bytes.str()));
    const bool expanded = folder.filename().string().find("_expanded") != std::string::npos;
    if (expanded || model.graph().node_size() != 1) { return "functions and small graphs"; }
    return (model.graph().node(0).domain().empty() ? "" : model.graph().node(0).domain() + ".") +
           model.graph().node(0).op_type();
}

struct Count {
    int passed = 0;
    int refused = 0;
};

/// For the page of operators (tests/models/operators_page.py).
void write_lists(const std::map<std::string, Count>& counts, const std::string& refusals) {
    std::ofstream rows(fs::path(TIDEGATE_BINARY_DIR) / "operators.txt");
    for (const OperatorRow* row : operator_rows()) { rows << row->name << ' ' << row->since << '\n'; }
    std::ofstream tests(fs::path(TIDEGATE_BINARY_DIR) / "node_tests.txt");
    for (const auto& [name, count] : counts) { tests << name << '\t' << count.passed << '\t' << count.refused << '\n'; }
    std::ofstream(fs::path(TIDEGATE_BINARY_DIR) / "node_tests_refused.txt") << refusals;
    CHECK(rows.good());
    CHECK(tests.good());
}

}  // namespace

TEST_CASE("every node test of ONNX passes or is refused for a reason, and none gives a wrong answer") {
    if (!test::node_tests_installed("node tests")) { return; }
    std::map<std::string, Count> counts;
    std::string refusals;
    Count all;
    for (const fs::path& folder : test::all_node_tests()) {
        const std::string op = operator_of(folder);
        const test::Verified result =
            test::verified(folder / "model.onnx", test::data_sets_of(folder), tolerance_for(folder));
        CAPTURE(folder);
        INFO(result.text);
        CHECK((result.passed || result.refused));
        Count& count = counts[op];
        ++(result.passed ? count.passed : count.refused);
        ++(result.passed ? all.passed : all.refused);
        if (result.refused) { refusals += op + '\t' + folder.filename().string() + '\t' + result.text + '\n'; }
    }
    for (const char* op : {"RNN", "LSTM", "GRU"}) { CHECK(counts[op].refused == 0); }
    // Alone, as ONNX's tests have them: of operands that are not known before the run, or a sampled output and no
    // other.
    const std::set<std::string> refused_alone = {"NonZero", "Bernoulli", "SequenceInsert"};
    for (const OperatorRow* row : operator_rows()) {
        const std::string name = row->name;
        CAPTURE(name);
        const auto count = counts.find(name);
        CHECK((count == counts.end() || count->second.passed > 0 || refused_alone.count(name) == 1));
    }
    std::printf("node tests: %d passed, %d refused\n", all.passed, all.refused);
    write_lists(counts, refusals);
}

TEST_CASE("the page of operators names every operator that is read") {
    std::ifstream file(fs::path(TIDEGATE_SOURCE_DIR) / "docs" / "operators.md");
    std::stringstream page;
    page << file.rdbuf();
    for (const OperatorRow* row : operator_rows()) {
        const std::string name = row->name;
        CAPTURE(name);
        CHECK(page.str().find("| " + name + " |") != std::string::npos);
    }
}

}  // namespace tidegate::node_tests_test
