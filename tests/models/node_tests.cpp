// SPDX-License-Identifier: MIT
// ONNX's own node tests through converter and runtime.
#include <doctest/doctest.h>

#include <set>

#include "support/onnx_node_tests.h"
#include "verified.h"

namespace tidegate {
namespace {

/// The answer's precision where that is a half: half a unit in the last place.
constexpr Tolerance kHalf{0x1p-11, 0x1p-25};

test::Verified node_test(const std::filesystem::path& folder) {
    const Tolerance tolerance = test::answers_in_half(folder) ? kHalf : Tolerance{};
    return test::verified(folder / "model.onnx", test::data_sets_of(folder), tolerance);
}

}  // namespace

TEST_CASE("every node test of RNN, LSTM and GRU passes") {
    if (!test::node_tests_installed("RNN, LSTM and GRU node tests")) { return; }
    int passed = 0;
    for (const std::string& op : test::kRecurrentOperators) {
        for (const std::filesystem::path& folder : test::node_tests_of(op)) {
            const test::Verified result = node_test(folder);
            CAPTURE(folder);
            INFO(result.text);
            CHECK(result.passed);
            ++passed;
        }
    }
    CHECK(passed >= 12);
}

TEST_CASE("the node tests of the other operators pass or are refused, and none gives a wrong answer") {
    if (!test::node_tests_installed("operator node tests")) { return; }
    for (const std::string& op : test::kPlainOperators) {
        int passed = 0;
        int refused = 0;
        for (const std::filesystem::path& folder : test::node_tests_of(op)) {
            const test::Verified result = node_test(folder);
            CAPTURE(folder);
            INFO(result.text);
            CHECK((result.passed || result.refused));
            passed += result.passed;
            refused += result.refused;
            if (result.refused) { std::printf("refused: %s: %s\n", folder.filename().c_str(), result.text.c_str()); }
        }
        CAPTURE(op);
        CHECK(passed > 0);
        std::printf("%s: %d passed, %d refused\n", op.c_str(), passed, refused);
    }
}

}  // namespace tidegate
