// SPDX-License-Identifier: MIT
// Operators that move elements to and from places that are named.
#include <cmath>
#include <utility>

#include "graph/text.h"
#include "read/operators.h"

namespace tidegate {
namespace {

PadMode pad_mode(const NodeReader& node) {
    constexpr std::pair<const char*, PadMode> kModes[] = {{"constant", PadMode::constant},
                                                          {"reflect", PadMode::reflect},
                                                          {"edge", PadMode::edge},
                                                          {"wrap", PadMode::wrap}};
    const std::string mode = node.attributes.text("mode", "constant");
    for (const auto& [name, known] : kModes) {
        if (mode == name && (known != PadMode::wrap || node.opset >= 19)) { return known; }
    }
    throw NodeFault("attribute 'mode' is " + in_quotes(mode) +
                    "; constant, reflect, edge and (from opset 19 on) wrap are known");
}

Reduction reduction(const NodeReader& node) {
    constexpr std::pair<const char*, Reduction> kReductions[] = {{"none", Reduction::none},
                                                                 {"add", Reduction::add},
                                                                 {"mul", Reduction::multiply},
                                                                 {"max", Reduction::maximum},
                                                                 {"min", Reduction::minimum}};
    const std::string name = node.attributes.text("reduction", "none");
    for (const auto& [known, value] : kReductions) {
        if (name == known && (value <= Reduction::multiply || node.opset >= 18)) { return value; }
    }
    throw NodeFault("attribute 'reduction' is " + in_quotes(name) +
                    "; none, add, mul and (from opset 18 on) max and min are known");
}

}  // namespace

void translate_pad_attributes(const NodeReader& node) {
    if (!node.attributes.has("pads")) { throw NodeFault("attribute 'pads' is missing"); }
    const double value = node.attributes.real("value", 0);
    if (std::isnan(value)) { throw NodeFault("attribute 'value' is not a number"); }
    std::vector<ValueId> inputs = {node.inputs[0], node.list("pads", node.attributes.integers("pads"))};
    inputs.push_back(node.context.graph.add_constant(node.name + ".value", Tensor::of({}, {value})));
    node.add(Pad{pad_mode(node)}, std::move(inputs), node.outputs);
}

void translate_pad(const NodeReader& node) { node.add(Pad{pad_mode(node)}); }

void translate_scatter_elements(const NodeReader& node) {
    node.add(ScatterElements{node.attributes.integer("axis", 0), reduction(node)});
}

void translate_scatter_nd(const NodeReader& node) { node.add(ScatterND{reduction(node)}); }

}  // namespace tidegate
