// SPDX-License-Identifier: MIT
// Operators that move elements to and from places that are named.
#include <cmath>
#include <utility>

#include "graph/text.h"
#include "read/operators.h"
#include "read/types.h"

namespace tidegate {
namespace {

/// The value of a text attribute; a fault that lists what is known for any other.
template <class T, std::size_t kCount>
T choice(const NodeReader& node, const char* attribute, const char* missing,
         const std::pair<const char*, T> (&known)[kCount]) {
    const std::string text = node.attributes.text(attribute, missing);
    std::string names;
    for (const auto& [name, value] : known) {
        if (text == name) { return value; }
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    throw NodeFault("attribute '" + std::string(attribute) + "' is " + in_quotes(text) + "; supported: " + names);
}

constexpr std::pair<const char*, bool> kResizeModes[] = {{"nearest", false}, {"linear", true}};

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

void translate_trilu(const NodeReader& node) { node.add(Trilu{node.attributes.integer("upper", 1) != 0}); }

void translate_eye_like(const NodeReader& node) {
    EyeLike op;
    op.diagonal = node.attributes.integer("k", 0);
    if (node.attributes.has("dtype")) {
        const std::int64_t type = node.attributes.integer("dtype", 0);
        if (type < 0 || type > 1000) { throw NodeFault("attribute 'dtype' is no element type"); }
        const OnnxType* known = find_type(static_cast<int>(type));
        if (known == nullptr) { throw NodeFault(onnx_type_name(static_cast<int>(type)) + " is not supported"); }
        op.type = known->type;
    }
    node.add(op);
}

/// Upsample, and Resize as it began: place i is i / scale.
void translate_upsample(const NodeReader& node) {
    Resize op;
    op.linear = choice(node, "mode", "nearest", kResizeModes);
    std::vector<ValueId> inputs = node.inputs;
    if (node.attributes.has("scales")) {
        const std::vector<float> scales = node.attributes.reals("scales");
        inputs.push_back(node.context.graph.add_constant(
            node.name + ".scales",
            Tensor::of({static_cast<std::int64_t>(scales.size())}, {scales.begin(), scales.end()})));
    }
    if (inputs.size() < 2) { throw NodeFault("attribute 'scales' is missing"); }
    node.add(op, std::move(inputs), node.outputs);
}

/// The region of interest (input 1) is of tf_crop_and_resize alone.
void translate_resize(const NodeReader& node) {
    using C = ResizeCoordinates;
    using R = ResizeRounding;
    constexpr std::pair<const char*, C> kCoordinates[] = {{"half_pixel", C::half_pixel},
                                                          {"pytorch_half_pixel", C::pytorch_half_pixel},
                                                          {"align_corners", C::align_corners},
                                                          {"asymmetric", C::asymmetric}};
    constexpr std::pair<const char*, R> kRoundings[] = {{"round_prefer_floor", R::prefer_floor},
                                                        {"round_prefer_ceil", R::prefer_ceil},
                                                        {"floor", R::floor},
                                                        {"ceil", R::ceil}};
    constexpr std::pair<const char*, bool> kPolicies[] = {{"stretch", true}};
    Resize op;
    op.linear = choice(node, "mode", "nearest", kResizeModes);
    op.coordinates = choice(node, "coordinate_transformation_mode", "half_pixel", kCoordinates);
    op.rounding = choice(node, "nearest_mode", "round_prefer_floor", kRoundings);
    choice(node, "keep_aspect_ratio_policy", "stretch", kPolicies);
    if (node.attributes.integer("antialias", 0) != 0) { throw NodeFault("antialias is not supported"); }
    op.axes = node.attributes.integers("axes");
    const auto given = [&](std::size_t i) {  // an empty list means that it is missing
        const Tensor* constant = node.context.graph.constant(node.input(i));
        return constant != nullptr && constant->count() == 0 ? kNone : node.input(i);
    };
    node.add(op, {node.inputs[0], given(2), given(3)}, node.outputs);
}

}  // namespace tidegate
