// SPDX-License-Identifier: MIT
// The graph as a whole: order, names, interface, and the list of everything that is refused.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"
#include "graph/text.h"

namespace tidegate::read_graph_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::operators_of;
using test::refusal;

std::string fault(const ModelBuilder& model) {
    return refusal([&] { model.read(); });
}

/// x -> Relu -> y
ModelBuilder plain(std::int64_t opset = 17) {
    ModelBuilder model(opset);
    model.input("x", {2}).output("y").node("Relu", {"x"}, {"y"});
    return model;
}

}  // namespace

TEST_CASE("opsets 1 to 27 are read, others are refused with the way out") {
    for (const std::int64_t opset : {1, 6, 7, 22, 27}) { CHECK(fault(plain(opset)) == ""); }
    CHECK(has(fault(plain(0)), "opset 0 is not supported (1 to 27 are); export with opset_version=13"));
    CHECK(has(fault(plain(-1)), "opset -1 is not supported"));
    CHECK(has(fault(plain(28)), "opset 28 is not supported (1 to 27 are); export with opset_version=22"));
    ModelBuilder none = plain();
    none.proto.clear_opset_import();
    CHECK(has(fault(none), "does not say its opset"));
    ModelBuilder two = plain();
    two.proto.add_opset_import()->set_version(12);
    CHECK(has(fault(two), "imports two opsets"));
    ModelBuilder unused = plain();
    auto* import = unused.proto.add_opset_import();
    import->set_domain("ai.onnx.ml");
    import->set_version(2);
    CHECK(fault(unused) == "");
    ModelBuilder spelled = plain();
    spelled.proto.mutable_opset_import(0)->set_domain("ai.onnx");
    spelled.graph().mutable_node(0)->set_domain("ai.onnx");
    CHECK(fault(spelled) == "");
}

TEST_CASE("a model that cannot be read gets the complete list of reasons") {
    ModelBuilder model;
    model.input("x", {2}).output("y").output("gone");
    model.node("Det", {"x"}, {"a"}, {}, "det_1");
    model.node("If", {"a"}, {"b"}, {}, "if_1");
    model.node("Relu", {"b"}, {"c"}, {{"slope", 1.0F}}, "relu_1");
    model.node("QAttention", {"c"}, {"d"}, {}, "lstm_1");
    model.graph().mutable_node(3)->set_domain("com.microsoft");
    model.node("MatMulInteger", {"d", "nowhere"}, {"y"});
    const std::string text = fault(model);
    CHECK(has(text, "6 problems: "));
    CHECK(has(text, "output 'gone' is made by no node"));
    CHECK(has(text, "node 'det_1' (Det): the operator is not supported"));
    CHECK(has(text, "node 'if_1' (If): attribute 'then_branch' is missing"));
    CHECK(has(text, "node 'relu_1' (Relu): attribute 'slope' is not known for this operator; it has none"));
    CHECK(has(text, "node 'lstm_1' (com.microsoft.QAttention): operators of domain 'com.microsoft'"));
    CHECK(has(text, "node 'MatMulInteger_4' (MatMulInteger): its input 'nowhere' is made by no node"));
}

TEST_CASE("a model of other domains alone need not say ONNX's opset") {
    ModelBuilder fused;
    fused.input("x", {2}).output("y").node("Gelu", {"x"}, {"y"});
    fused.graph().mutable_node(0)->set_domain("com.microsoft");
    fused.proto.mutable_opset_import(0)->set_domain("com.microsoft");
    fused.proto.mutable_opset_import(0)->set_version(1);
    CHECK(fault(fused) == "");
    ModelBuilder trees = fused;
    trees.graph().mutable_node(0)->set_domain("ai.onnx.ml");
    trees.proto.mutable_opset_import(0)->set_domain("ai.onnx.ml");
    CHECK(has(fault(trees), "operators of domain 'ai.onnx.ml' are not supported"));
    ModelBuilder mixed = fused;
    mixed.graph().mutable_node(0)->clear_domain();
    CHECK(has(fault(mixed), "does not say its opset"));
}

TEST_CASE("sparse tensors, quantization and training information are refused by name") {
    ModelBuilder sparse = plain();
    sparse.graph().add_sparse_initializer()->mutable_values()->set_name("s");
    CHECK(has(fault(sparse), "initializer 's' is sparse"));
    ModelBuilder quantized = plain();
    quantized.graph().add_quantization_annotation()->set_tensor_name("q");
    CHECK(has(fault(quantized), "tensor 'q' is quantized"));
    ModelBuilder training = plain();
    training.proto.add_training_info();
    CHECK(has(fault(training), "training information"));
    ModelBuilder reference = plain();
    test::set(*reference.graph().mutable_node(0), "alpha", 1.0F);
    reference.graph().mutable_node(0)->set_op_type("LeakyRelu");
    reference.graph().mutable_node(0)->mutable_attribute(0)->set_ref_attr_name("a");
    CHECK(has(fault(reference), "refers to an attribute of a function"));
}

TEST_CASE("nodes in the wrong order are sorted, and a cycle is refused with its nodes") {
    ModelBuilder model;
    model.input("x", {2}).output("y");
    model.node("Tanh", {"b"}, {"y"}).node("Sigmoid", {"a"}, {"b"}).node("Relu", {"x"}, {"a"});
    CHECK(operators_of(model.read()) == "Relu Sigmoid Tanh");
    ModelBuilder cycle;
    cycle.input("x", {2}).output("y");
    cycle.node("Add", {"x", "b"}, {"a"}, {}, "first")
        .node("Relu", {"a"}, {"b"}, {}, "second")
        .node("Relu", {"x"}, {"y"});
    CHECK(has(fault(cycle), "the graph has a cycle; these nodes wait for each other: 'first', 'second'"));
    ModelBuilder self;
    self.input("x", {2}).output("y").node("Add", {"x", "y"}, {"y"}, {}, "it");
    CHECK(has(fault(self), "cycle; these nodes wait for each other: 'it'"));
}

TEST_CASE("names are made once and exist") {
    ModelBuilder twice;
    twice.input("x", {2}).output("y").node("Relu", {"x"}, {"y"}, {}, "a").node("Tanh", {"x"}, {"y"}, {}, "b");
    CHECK(has(fault(twice), "node 'b': the name 'y' is already taken"));
    ModelBuilder input = plain();
    input.input("x", {2});
    CHECK(has(fault(input), "input 'x' is declared twice"));
    ModelBuilder output = plain();
    output.output("y");
    CHECK(has(fault(output), "output 'y' is declared twice"));
    ModelBuilder initializer = plain();
    initializer.floats("w", {1}, {1}).floats("w", {1}, {1});
    CHECK(has(fault(initializer), "initializer 'w': the name 'w' is already taken"));
    ModelBuilder shadow = plain();
    shadow.floats("y", {1}, {1});
    CHECK(has(fault(shadow), "the name 'y' is already taken"));
    ModelBuilder dangling;
    dangling.input("x", {2}).output("y").node("Add", {"x", "w"}, {"y"}, {}, "it");
    CHECK(has(fault(dangling), "node 'it' (Add): its input 'w' is made by no node, input or initializer"));
    ModelBuilder none;
    none.input("x", {2}).node("Relu", {"x"}, {"y"});
    CHECK(has(fault(none), "the graph has no output"));
}

TEST_CASE("an initializer that is also listed as an input is a constant") {
    ModelBuilder model;
    model.input("x", {2}).input("w", {2}).output("y").floats("w", {2}, {1, 2}).node("Add", {"x", "w"}, {"y"});
    const Graph graph = model.read();
    REQUIRE(graph.inputs.size() == 1);
    CHECK(graph.values[static_cast<std::size_t>(graph.inputs[0].value)].name == "x");
    CHECK(graph.constant(graph.nodes[0].inputs[1]) != nullptr);
}

TEST_CASE("the interface has types and dimensions; other reals are f32, with a note") {
    ModelBuilder model;
    model.input("x", {"batch", 3, "", 0, -1}, onnx::TensorProto::DOUBLE).input("i", {}, onnx::TensorProto::INT32);
    model.output("x", onnx::TensorProto::DOUBLE);
    const Graph graph = model.read();
    const GraphInput& x = graph.inputs[0];
    REQUIRE(x.dims.size() == 5);
    CHECK(x.dims[0].symbol == "batch");
    CHECK(x.dims[1].extent == 3);
    for (const std::size_t i : {2, 3, 4}) {
        CHECK(x.dims[i].extent == -1);
        CHECK(x.dims[i].symbol.empty());
    }
    CHECK(graph.inputs[1].dims.empty());
    CHECK(graph.values[static_cast<std::size_t>(graph.inputs[1].value)].type == ElementType::i32);
    REQUIRE(graph.notes.size() == 2);
    CHECK(graph.notes[0] == "input 'x' is DOUBLE in the model and f32 here");

    ModelBuilder other = plain();
    other.input("t", {1}, onnx::TensorProto::STRING);
    CHECK(has(fault(other), "input 't': element type STRING is not supported"));
    ModelBuilder sequence = plain();
    sequence.graph().add_input()->set_name("s");
    sequence.graph().mutable_input(1)->mutable_type()->mutable_sequence_type();
    CHECK(has(fault(sequence), "input 's' is not a tensor"));
}

TEST_CASE("a nameless node is called by operator and position; hostile names are escaped in every message") {
    ModelBuilder model;
    model.input("x", {2}).output("y").node("Relu", {"x"}, {"a"}).node("Tanh", {"a"}, {"y"}, {}, "evil\x1b[2J\n");
    const Graph graph = model.read();
    CHECK(graph.nodes[0].name == "Relu_0");
    CHECK(graph.nodes[1].name == "evil\\x1b[2J\\x0a");
    ModelBuilder bad;
    bad.input("x", {2}).output("y").node("Re\nlu", {"x"}, {"y"}, {}, "\x07");
    const std::string text = fault(bad);
    CHECK(has(text, "node '\\x07' (Re\\x0alu)"));
    CHECK(text.find('\n') == std::string::npos);
}

TEST_CASE("names of inputs and outputs must fit the file and a command line") {
    ModelBuilder zero;
    zero.input(std::string("x\0y", 3), {2}).output(std::string("x\0y", 3));
    CHECK(has(fault(zero), "has a zero byte in its name"));
    ModelBuilder empty;
    empty.input("", {2}).input("x", {2}).output("x");
    CHECK(has(fault(empty), "has no name"));
    const std::string name(1025, 'n');
    ModelBuilder longer;
    longer.input(name, {2}).output(name);
    CHECK(has(fault(longer), "more than 1024 bytes"));
}

TEST_CASE("a graph of fifty thousand nodes is read and simplified in linear time") {
    ModelBuilder model;
    model.input("x", {2}).output("v49999");
    std::string last = "x";
    for (int i = 0; i < 50000; ++i) {
        const std::string next = "v" + std::to_string(i);
        model.node(i % 2 == 0 ? "Identity" : "Relu", {last}, {next});
        last = next;
    }
    CHECK(model.simplified().nodes.size() == 25000);
}

}  // namespace tidegate::read_graph_test
