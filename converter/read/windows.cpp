// SPDX-License-Identifier: MIT
// Convolutions, pools and BatchNormalization. What depends on the rank is checked where shapes are known.
#include <array>
#include <cmath>

#include "graph/text.h"
#include "read/operators.h"

namespace tidegate {
namespace {

AutoPad auto_pad_of(const Attributes& attributes) {
    constexpr std::array kNames = {"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"};
    const std::string text = attributes.text("auto_pad", "NOTSET");
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (text == kNames[i]) { return static_cast<AutoPad>(i); }
    }
    throw NodeFault("attribute 'auto_pad' is " + in_quotes(text) + "; there are NOTSET, SAME_UPPER, SAME_LOWER, VALID");
}

/// Far beyond any window, and small enough that no sum of products of two of them wraps.
constexpr std::int64_t kMost = std::int64_t{1} << 24;

/// Every one of the list is in [least, kMost].
std::vector<std::int64_t> sizes(const Attributes& attributes, const char* name, std::int64_t least) {
    std::vector<std::int64_t> list = attributes.integers(name);
    for (const std::int64_t value : list) {
        if (value < least || value > kMost) {
            throw NodeFault("attribute '" + std::string(name) + "' has the value " + std::to_string(value) +
                            ", which is outside " + std::to_string(least) + ".." + std::to_string(kMost));
        }
    }
    return list;
}

Window window_of(const Attributes& attributes) {
    return {auto_pad_of(attributes), sizes(attributes, "kernel_shape", 1), sizes(attributes, "strides", 1),
            sizes(attributes, "dilations", 1), sizes(attributes, "pads", 0)};
}

std::int64_t group_of(const Attributes& attributes) {
    const std::int64_t group = attributes.integer("group", 1);
    if (group < 1) { throw NodeFault("attribute 'group' is " + std::to_string(group) + ", but must be 1 or more"); }
    return group;
}

}  // namespace

Conv conv_of(const Attributes& attributes) { return {window_of(attributes), group_of(attributes)}; }

Pool pool_of(const Attributes& attributes, PoolKind kind) {
    Window window = window_of(attributes);
    if (window.kernel.empty()) { throw NodeFault("attribute 'kernel_shape' is missing"); }
    const bool maximum = kind == PoolKind::maximum;
    return {kind,
            std::move(window),
            false,
            attributes.flag("ceil_mode"),
            !maximum && attributes.flag("count_include_pad"),
            maximum && attributes.flag("storage_order")};
}

void translate_conv(const NodeReader& node) { node.add(conv_of(node.attributes)); }

void translate_conv_transpose(const NodeReader& node) {
    const Attributes& attributes = node.attributes;
    node.add(ConvTranspose{window_of(attributes), group_of(attributes), sizes(attributes, "output_padding", 0),
                           sizes(attributes, "output_shape", 1)});
}

void translate_pool(const NodeReader& node, PoolKind kind) {
    std::vector<ValueId> outputs = node.outputs;
    if (outputs.size() > 1 && !node.is_used(1)) { outputs.resize(1); }
    node.add(pool_of(node.attributes, kind), node.inputs, outputs);
}

void translate_global_pool(const NodeReader& node, PoolKind kind) {
    node.add(Pool{kind, {}, true, false, false, false});
}

/// `momentum` concerns training only; `spatial` of 0 would mean a mean for each element.
void translate_batch_normalization(const NodeReader& node) {
    const double epsilon = epsilon_of(node);
    if (node.attributes.integer("training_mode", 0) != 0) {
        throw NodeFault("training_mode is 1; export the model for inference (model.eval())");
    }
    if (node.attributes.integer("spatial", 1) != 1) {
        throw NodeFault("spatial is 0: a mean for each element is not supported; export with spatial = 1");
    }
    for (std::size_t i = 1; i < node.outputs.size(); ++i) {
        if (node.is_used(i)) {
            throw NodeFault("its outputs beside Y are for training; export the model for inference (model.eval())");
        }
    }
    node.add(BatchNormalization{epsilon}, node.inputs, {node.outputs[0]});
}

}  // namespace tidegate
