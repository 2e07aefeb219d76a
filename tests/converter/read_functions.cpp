// SPDX-License-Identifier: MIT
// Local functions: a call becomes the function's nodes.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"
#include "reference/evaluate.h"

namespace tidegate::read_functions_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::refusal;

onnx::FunctionProto& add_function(ModelBuilder& model, const std::string& name, const std::vector<std::string>& inputs,
                                  const std::vector<std::string>& outputs, std::int64_t opset = 17) {
    onnx::FunctionProto& function = *model.proto.add_functions();
    function.set_domain("house");
    function.set_name(name);
    for (const std::string& input : inputs) { function.add_input(input); }
    for (const std::string& output : outputs) { function.add_output(output); }
    auto& import = *function.add_opset_import();
    import.set_version(opset);
    return function;
}

onnx::NodeProto& add_node(onnx::FunctionProto& function, const std::string& op, const std::vector<std::string>& inputs,
                          const std::string& output, const std::string& domain = "") {
    onnx::NodeProto& node = *function.add_node();
    node.set_op_type(op);
    node.set_domain(domain);
    for (const std::string& input : inputs) { node.add_input(input); }
    node.add_output(output);
    return node;
}

/// `attribute` of the node is the call's attribute `of`.
void refer(onnx::NodeProto& node, const std::string& attribute, const std::string& of,
           onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto& added = *node.add_attribute();
    added.set_name(attribute);
    added.set_ref_attr_name(of);
    added.set_type(type);
}

/// y = house.NAME(inputs) with these attributes.
ModelBuilder& add_call(ModelBuilder& model, const std::string& function, const std::vector<std::string>& inputs,
                       const std::vector<std::pair<std::string, test::AttributeValue>>& attributes = {},
                       const std::string& result = "y") {
    model.node(function, inputs, {result}, attributes, "call_" + result);
    model.graph().mutable_node(model.graph().node_size() - 1)->set_domain("house");
    return model;
}

/// FunctionProto.attribute_proto by its number: a schema before ONNX 1.13 does not have it by name.
void add_default(onnx::FunctionProto& function, const std::string& name, float value) {
    onnx::NodeProto holder;
    test::set(holder, name, value);
    const std::string attribute = holder.attribute(0).SerializeAsString();
    std::string field = {static_cast<char>(11 << 3 | 2), static_cast<char>(attribute.size())};
    REQUIRE(attribute.size() < 128);
    REQUIRE(function.ParseFromString(function.SerializeAsString() + field + attribute));
}

ModelBuilder plain() {
    ModelBuilder model;
    model.input("x", {2}).output("y");
    return model;
}

float first_result(const ModelBuilder& model, const Tensor& x) {
    std::vector<Tensor> states;
    return static_cast<float>(evaluate(model.simplified(), {x}, states)[0].reals[0]);
}

const Tensor kMinus{ElementType::f32, {2}, {-1, -2}, {}};

}  // namespace

TEST_CASE("a call of a local function becomes its nodes, named after the call") {
    ModelBuilder model = plain();
    onnx::FunctionProto& twice = add_function(model, "Twice", {"a"}, {"b"});
    add_node(twice, "Add", {"a", "a"}, "sum");
    add_node(twice, "Neg", {"sum"}, "b").set_name("minus");
    add_call(model, "Twice", {"x"}, {}, "middle");
    add_call(model, "Twice", {"middle"});
    const Graph graph = model.simplified();
    CHECK(test::operators_of(graph) == "Add Neg Add Neg");
    CHECK(graph.nodes[0].name == "call_middle/Add_0");
    CHECK(graph.nodes[3].name == "call_y/minus");
    CHECK(first_result(model, kMinus) == -4);
}

TEST_CASE("attributes of a call go where the function's nodes refer to them, defaults where the call has none") {
    for (const bool given : {true, false}) {
        ModelBuilder model = plain();
        onnx::FunctionProto& leaky = add_function(model, "Leaky", {"a"}, {"b"});
        leaky.add_attribute("slope");
        refer(add_node(leaky, "LeakyRelu", {"a"}, "b"), "alpha", "slope", onnx::AttributeProto::FLOAT);
        std::vector<std::pair<std::string, test::AttributeValue>> attributes;
        if (given) { attributes.emplace_back("slope", 0.5F); }
        add_call(model, "Leaky", {"x"}, attributes);
        CHECK(first_result(model, kMinus) == doctest::Approx(given ? -0.5 : -0.01));
    }
    ModelBuilder model = plain();
    onnx::FunctionProto& leaky = add_function(model, "Leaky", {"a"}, {"b"});
    refer(add_node(leaky, "LeakyRelu", {"a"}, "b"), "alpha", "slope", onnx::AttributeProto::FLOAT);
    add_default(leaky, "slope", 0.25F);
    add_call(model, "Leaky", {"x"});
    CHECK(first_result(model, kMinus) == -0.25F);
}

TEST_CASE("a function calls others, passes an input on and has inputs that are left out") {
    ModelBuilder model = plain();
    onnx::FunctionProto& same = add_function(model, "Same", {"a"}, {"a"});
    CHECK(same.node_size() == 0);
    onnx::FunctionProto& limited = add_function(model, "Limited", {"a", "low", "high"}, {"b"});
    add_node(limited, "Same", {"a"}, "c", "house");
    add_node(limited, "Clip", {"c", "low", "high"}, "b");
    model.floats("top", {}, {-1.5F});
    add_call(model, "Limited", {"x", "", "top"});
    CHECK(first_result(model, kMinus) == -1.5F);
    CHECK(test::operators_of(model.simplified()) == "Min");
}

TEST_CASE("a function's own opset counts inside of it") {
    ModelBuilder model = plain();
    onnx::FunctionProto& old = add_function(model, "Row", {"a"}, {"b"}, 11);
    test::set(add_node(old, "Unsqueeze", {"a"}, "b"), "axes", std::vector<std::int64_t>{0});
    add_call(model, "Row", {"x"});
    CHECK(to_text(*model.simplified().values[static_cast<std::size_t>(model.simplified().outputs[0].value)].dims) ==
          "[1, 2]");
    ModelBuilder newer = plain();
    add_node(add_function(newer, "Row", {"a"}, {"b"}, 99), "Abs", {"a"}, "b");
    add_call(newer, "Row", {"x"});
    CHECK(has(refusal([&] { newer.read(); }), "the local function is of opset 99"));
}

TEST_CASE("calls that do not end, do not fit or name nothing are refused with the node") {
    ModelBuilder endless = plain();
    add_node(add_function(endless, "Again", {"a"}, {"b"}), "Again", {"a"}, "b", "house");
    add_call(endless, "Again", {"x"});
    CHECK(has(refusal([&] { endless.read(); }), "does one call itself?"));

    ModelBuilder doubling = plain();
    for (int level = 0; level < 40; ++level) {
        onnx::FunctionProto& function = add_function(doubling, "F" + std::to_string(level), {"a"}, {"b"});
        const std::string inner = level == 0 ? "Abs" : "F" + std::to_string(level - 1);
        add_node(function, inner, {"a"}, "c", level == 0 ? "" : "house");
        add_node(function, inner, {"c"}, "b", level == 0 ? "" : "house");
    }
    add_call(doubling, "F39", {"x"});
    CHECK(has(refusal([&] { doubling.read(); }), "more than 100000 nodes"));

    ModelBuilder wrong = plain();
    add_node(add_function(wrong, "One", {"a"}, {"b"}), "Abs", {"a"}, "b");
    add_call(wrong, "One", {"x", "x"}, {}, "p");
    add_call(wrong, "One", {"x"}, {{"size", 1}}, "q");
    add_call(wrong, "Two", {"x"});
    const std::string text = refusal([&] { wrong.read(); });
    CHECK(has(text, "'call_p' (house.One): it has more inputs or outputs"));
    CHECK(has(text, "'call_q' (house.One): attribute 'size' is none of the function's"));
    CHECK(has(text, "'call_y' (house.Two): operators of domain 'house'"));

    ModelBuilder unknown = plain();
    add_node(add_function(unknown, "Odd", {"a"}, {"b"}), "Det", {"a"}, "b");
    add_call(unknown, "Odd", {"x"});
    CHECK(has(refusal([&] { unknown.read(); }), "node 'call_y/Det_0' (Det)"));
    ModelBuilder blind = plain();
    add_node(add_function(blind, "Blind", {"a"}, {"b"}), "Add", {"a", "x"}, "b");
    add_call(blind, "Blind", {"x"});
    CHECK(has(refusal([&] { blind.read(); }), "its input 'x' is made by no node"));
    ModelBuilder same = plain();
    add_function(same, "One", {"a"}, {"a"});
    add_function(same, "One", {"a"}, {"a"});
    CHECK(has(refusal([&] { same.read(); }), "two local functions 'One'"));
}

}  // namespace tidegate::read_functions_test
