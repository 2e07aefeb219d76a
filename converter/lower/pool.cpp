// SPDX-License-Identifier: MIT
// MaxPool, AveragePool and the global ones.
#include "lower/nodes.h"
#include "reference/shapes_windows.h"

namespace tidegate {

/// The runtime pools f32; integers of 8 bits go through it and back unchanged.
void lower_pool(Builder& builder, const Node& node, const Pool& op) {
    const ValueId input = node.inputs[0];
    need_type(builder, input, {ElementType::f32, ElementType::u8, ElementType::i8});
    const Extents dims = builder.dims(input);
    const auto windows = pool_windows(op, dims);
    if (windows.size() > 2) {
        throw ConvertError("it has " + std::to_string(windows.size()) +
                           " spatial axes; 1 and 2 are supported; do this part outside of the model");
    }
    step::Pool step{op.kind, {}, op.count_padding};
    for (const auto& w : windows) {
        step.axes.push_back({w.kernel, static_cast<std::uint32_t>(w.stride), static_cast<std::uint32_t>(w.dilation), 1,
                             w.pad, w.pad_end});
    }
    TensorId x = builder.tensor(input);
    const ElementType type = builder.at(x).type;
    if (type != ElementType::f32) {
        const TensorId reals = builder.make(ElementType::f32, dims);
        builder.add(node, step::Cast{}, {x}, {reals});
        x = reals;
    }
    TensorId y = builder.make(ElementType::f32, windowed_dims(dims, dims[1], windows));
    builder.add(node, std::move(step), {x}, {y});
    if (type != ElementType::f32) {
        const TensorId whole = builder.make(type, builder.at(y).dims);
        builder.add(node, step::Cast{}, {y}, {whole});
        y = whole;
    }
    builder.bind(node.outputs[0], y);
}

}  // namespace tidegate
