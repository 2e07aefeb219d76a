// SPDX-License-Identifier: MIT
// tidegate-convert check: what it says, and with which exit code.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "converter/command_place.h"
#include "converter/onnx_builder.h"

namespace tidegate::command_check_test {
namespace {

using nlohmann::json;
using test::ModelBuilder;

/// The model in a file, as an argument.
std::string saved(const ModelBuilder& model) { return model.save("checked.onnx"); }

bool says(const Result& result, const std::string& line) {
    return ("\n" + result.out).find("\n" + line) != std::string::npos;
}

ModelBuilder streaming() {
    ModelBuilder model;
    model.input("x", {"time", 1, 3}).input("h", {1, 1, 4}).output("Y").output("h_out");
    model.weights("W", {1, 4, 3}).weights("R", {1, 4, 4}).weights("unused", {7});
    model.node("Identity", {"x"}, {"same"})
        .node("RNN", {"same", "W", "R", "", "", "h"}, {"Y", "h_out"}, {{"hidden_size", 4}}, "cell");
    model.proto.set_producer_name("maker");
    return model;
}

}  // namespace

TEST_CASE("check says that a model converts, and how, and writes nothing") {
    const Place place;
    const Result result = place.run("check " + saved(streaming()) + " --dim time=1..8");
    CHECK(result.status == 0);
    for (const char* line :
         {"converts    yes", "producer    maker", "opset       17", "input       x: f32 [time, 1, 3]",
          "input       h: f32 [1, 1, 4]", "output      Y: f32 [time, 1, 1, 4]", "operators   1 Identity, 1 RNN",
          "--stateful  would keep in the session: h", "nodes       2 -> 1 steps", "folds away  1 Identity",
          "parameters  28"}) {
        CAPTURE(line);
        CHECK(says(result, line));
    }
    CHECK_FALSE(has(result.out, "problem"));
    CHECK(result.err.empty());
    CHECK(place.files() == 2);  // what the command printed
    const Result linked = place.run("check " + saved(streaming()) + " --dim time=8 --state h_out=h");
    CHECK(says(linked, "state       h <- h_out"));
}

TEST_CASE("check names the dimensions that must be said, and looks at the rest as if they were") {
    const Place place;
    const Result open = place.run("check " + saved(streaming()));
    CHECK(open.status == 1);
    CHECK(says(open, "converts    not as called; with --dim time=1..64 it does"));
    CHECK(says(open, "dimension   time of x: give --dim time=N"));
    CHECK(has(open.out, "bytes with --dim time=1..64"));
    ModelBuilder hidden = streaming();  // a fault behind the open dimension
    hidden.output("z").node("Concat", {"Y", "h"}, {"z"}, {{"axis", 9}}, "behind");
    const Result behind = place.run("check " + saved(hidden));
    CHECK(behind.status == 1);
    CHECK(says(behind, "converts    no"));
    CHECK(says(behind, "problem     Concat: "));
    CHECK(says(behind, "            node 'behind'"));
}

TEST_CASE("check lists all nodes that are missing, those in inner graphs too, and what is wrong with the rest") {
    ModelBuilder body;
    body.output("b").node("Det", {"x"}, {"b"}, {}, "inner");
    ModelBuilder model;
    model.input("x", {2, 3}).output("y").output("z").floats("n", {}, {3});
    model.node("Scan", {"x"}, {"s"}, {{"body", body.graph()}, {"num_scan_inputs", 1}}, "scan");
    model.node("Det", {"x"}, {"d"}, {}, "outer").node("Unheard", {"d"}, {"y"}, {}, "");
    model.node("Transpose", {"x"}, {"z"}, {{"perm", std::vector<std::int64_t>{0, 5}}}, "axes");
    const Place place;
    const Result result = place.run("check " + saved(model));
    CHECK(result.status == 1);
    for (const char* line :
         {"operators   2 Det, 1 Scan, 1 Transpose, 1 Unheard", "problem     Det: the operator is not supported",
          "            node 'inner'", "            node 'outer'", "            node 'Unheard_2'",
          "problem     Transpose: ", "            node 'axes'"}) {
        CAPTURE(line);
        CHECK(says(result, line));
    }
    const Result converted = place.run(saved(model) + " -o m.tide");
    CHECK(converted.refused_with("node 'inner' (Det)"));
    CHECK(converted.refused_with("node 'axes' (Transpose)"));
}

TEST_CASE("check counts the nodes of branches, bodies and functions, and no constants") {
    ModelBuilder wide, narrow;
    wide.output("a").node("Abs", {"x"}, {"a"});
    narrow.output("b").node("Neg", {"x"}, {"b"});
    ModelBuilder model;
    model.input("x", {2, 3}).output("z").integers("one", {1});
    model.node("Constant", {}, {"c"}, {{"value_float", 1.0F}})
        .node("Cast", {"one"}, {"is"}, {{"to", onnx::TensorProto::BOOL}});
    model.node("If", {"is"}, {"y"}, {{"then_branch", wide.graph()}, {"else_branch", narrow.graph()}});
    model.node("Add", {"y", "c"}, {"sum"}).node("twice", {"sum"}, {"z"});
    model.graph().mutable_node(model.graph().node_size() - 1)->set_domain("local");
    onnx::FunctionProto& twice = *model.proto.add_functions();
    twice.set_domain("local");
    twice.set_name("twice");
    twice.add_input("v");
    twice.add_output("w");
    onnx::NodeProto& sum = *twice.add_node();
    sum.set_op_type("Add");
    sum.add_input("v");
    sum.add_input("v");
    sum.add_output("w");
    const Place place;
    const std::string path = saved(model);
    const Result checked = place.run("check " + path), converted = place.run(path + " -o m.tide");
    CHECK(says(checked, "operators   1 Abs, 2 Add, 1 Cast, 1 Constant, 1 If, 1 Neg, 1 local.twice\n"));
    CHECK(says(checked, "nodes       7 -> 3 steps"));
    CHECK(says(converted, "nodes       7 -> 3 steps"));
}

TEST_CASE("check prints JSON for machines") {
    const Place place;
    const Result good = place.run("check --json --dim time=4 " + saved(streaming()));
    CHECK(good.status == 0);
    const json report = json::parse(good.out);
    CHECK(report["converts"] == true);
    CHECK(report["opset"] == 17);
    CHECK(report["inputs"][0]["shape"] == "[time, 1, 3]");
    CHECK(report["operators"]["RNN"] == 1);
    CHECK(report["could_link"] == json::array({"h"}));
    CHECK(report["sizes"]["parameters"] == 28);
    CHECK(report["problems"].empty());
    const json open = json::parse(place.run("check --json " + saved(streaming())).out);
    CHECK(open["converts"] == false);
    CHECK(open["open_dimensions"][0]["dim"] == "time");
    CHECK(open["open_dimensions"][0]["tried"] == "1..64");
}

TEST_CASE("what is no model at all is refused by check as by convert") {
    const Place place;
    std::ofstream(place.at("text.onnx")) << "these are not the bytes";
    CHECK(place.run("check text.onnx").refused_with("is not an ONNX model"));
    CHECK(place.run("check nowhere.onnx").refused_with("does not exist"));
    CHECK(place.run("check").refused_with("MODEL.onnx is required"));
    CHECK(place.run("check text.onnx -o m.tide").status == 2);
}

}  // namespace tidegate::command_check_test
