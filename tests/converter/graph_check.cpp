// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <stdexcept>

#include "graph/graph.h"
#include "graph/text.h"

namespace tidegate::graph_check_test {
namespace {

/// x -> Relu -> Tanh -> y
Graph chain() {
    Graph graph;
    const ValueId x = graph.add_value("x", ElementType::f32, Dims{2});
    const ValueId h = graph.add_value("h", ElementType::f32, Dims{2});
    const ValueId y = graph.add_value("y", ElementType::f32, Dims{2});
    graph.inputs.push_back({x, {{2, ""}}, true});
    graph.nodes.push_back({"first", Unary{{UnaryKind::relu, 0, 0}}, {x}, {h}});
    graph.nodes.push_back({"second", Unary{{UnaryKind::tanh, 0, 0}}, {h}, {y}});
    graph.outputs.push_back({y, "y"});
    return graph;
}

std::string fault(const Graph& graph) {
    try {
        check(graph);
    } catch (const std::logic_error& error) { return error.what(); }
    return "";
}

}  // namespace

TEST_CASE("the check finds a broken order, a second maker, a value out of range and a use of nothing") {
    CHECK(fault(chain()) == "");
    Graph swapped = chain();
    std::swap(swapped.nodes[0], swapped.nodes[1]);
    CHECK(fault(swapped) == "node 'second' uses value 'h' before anything has made it");
    Graph twice = chain();
    twice.nodes[1].outputs[0] = 1;
    CHECK(fault(twice) == "value 'h' is made a second time by node 'second'");
    Graph far = chain();
    far.nodes[0].inputs[0] = 7;
    CHECK(fault(far) == "node 'first' names value 7, which does not exist");
    Graph nameless = chain();
    nameless.nodes[0].name.clear();
    CHECK(fault(nameless) == "a node has no name");
    Graph no_input = chain();
    no_input.inputs.clear();
    CHECK(fault(no_input) == "node 'first' uses value 'x' before anything has made it");
    Graph no_output = chain();
    no_output.nodes.pop_back();
    CHECK(fault(no_output) == "output 'y' uses value 'y' before anything has made it");
    Graph constant = chain();
    constant.values[0].constant = std::make_shared<const Tensor>(Tensor::of({3}, {1, 2, 3}));
    CHECK(fault(constant) == "value 'x' contradicts its constant");
}

TEST_CASE("a state makes its input and needs its output") {
    Graph graph = chain();
    graph.inputs.clear();
    graph.states.push_back({"s", 0, 2, nullptr});
    CHECK(fault(graph) == "");
    graph.nodes.pop_back();
    graph.outputs.clear();
    CHECK(fault(graph) == "state 's' uses value 'y' before anything has made it");
}

TEST_CASE("every use of a value is replaced: in nodes, outputs and states") {
    Graph graph = chain();
    graph.states.push_back({"s", graph.add_value("s", ElementType::f32, Dims{2}), 1, nullptr});
    graph.replace_uses(1, 0);
    CHECK(graph.nodes[1].inputs == std::vector<ValueId>{0});
    CHECK(graph.states[0].output == 0);
    graph.replace_uses(2, 0);
    CHECK(graph.outputs[0].value == 0);
    CHECK(graph.outputs[0].name == "y");
}

TEST_CASE("the dump shows inputs, states, nodes and outputs with types and shapes") {
    Graph graph = chain();
    graph.name = "g";
    graph.opset = 17;
    graph.inputs[0].dims = {{-1, "n"}};
    CHECK(to_text(graph) ==
          "graph 'g' (opset 17)\n"
          "input x:f32[2] as [n]\n"
          "node first = Relu {Relu} (x:f32[2]) -> h:f32[2]\n"
          "node second = Tanh {Tanh} (h:f32[2]) -> y:f32[2]\n"
          "output 'y' = y:f32[2]\n");
}

TEST_CASE("names that could deceive a terminal are shown as escapes") {
    CHECK(printable("encoder/lstm_1:0") == "encoder/lstm_1:0");
    CHECK(printable("Schr\xc3\xb6"
                    "dinger") ==
          "Schr\xc3\xb6"
          "dinger");
    CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(printable("a\x1b[2Jb\n") == "a\\x1b[2Jb\\x0a");
    CHECK(printable("\xff\xfe") == "\\xff\\xfe");
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");           // overlong
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // surrogate
    CHECK(printable("a\xe2\x80\xae"
                    "b") ==
          "a\\xe2\\x80\\xae"
          "b");                                    // right-to-left override
    CHECK(printable("\xe2\x82") == "\\xe2\\x82");  // cut short
    CHECK(in_quotes("it's") == "'it\\x27s'");
    CHECK(printable(std::string(1 << 20, 'a')) == std::string(200, 'a') + "...");
}

}  // namespace tidegate::graph_check_test
