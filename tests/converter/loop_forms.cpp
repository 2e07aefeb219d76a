// SPDX-License-Identifier: MIT
// Loops as some exporters write them.
#include "symbolic_support.h"

namespace tidegate::loop_forms_test {
namespace {

using namespace test;

constexpr int kBool = onnx::TensorProto::BOOL;
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("iteration and condition may be declared as lists of one") {
    std::vector<std::vector<Tensor>> results;
    for (const bool lists : {false, true}) {
        ModelBuilder m, body;
        m.input("x", {5, 2}).input("start", {2});
        *m.graph().add_initializer() = integer_proto("three", {}, {3});
        const std::vector<ModelBuilder::Extent> dims(lists ? 1 : 0, 1);
        body.input("i", dims, kI64).input("c", dims, kBool).input("h", {2}).integers("front", {0});
        body.node(lists ? "Squeeze" : "Identity", lists ? Names{"i", "front"} : Names{"i"}, {"place"});
        body.node("Gather", {"x", "place"}, {"row"}).node("Add", {"h", "row"}, {"next"});
        body.node(lists ? "Squeeze" : "Identity", lists ? Names{"c", "front"} : Names{"c"}, {"goes_on"});
        body.output("goes_on", kBool).output("next").output("row");
        m.node("Loop", {"three", "", "start"}, {"y", "rows"}, {{"body", body.graph()}}).output("y").output("rows");
        const Conversion conversion = convert(m.save(), {});
        Random random(2);
        results.push_back(ModelRunner(conversion.file).run(inputs_for(conversion.graph, random)));
    }
    CHECK(same_bits(results[0][0], results[1][0]));
    CHECK(same_bits(results[0][1], results[1][1]));
}

}  // namespace tidegate::loop_forms_test
