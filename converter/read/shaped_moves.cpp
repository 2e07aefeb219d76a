// SPDX-License-Identifier: MIT
// Operators that are others of the graph once a shape is known: they are written with Shape, which folds away.
#include "graph/text.h"
#include "read/operators.h"
#include "read/parts.h"

namespace tidegate {
namespace {

using List = std::vector<std::int64_t>;
constexpr std::int64_t kMostAxes = 64;

std::int64_t block_size(const NodeReader& node) {
    const std::int64_t size = node.attributes.required_integer("blocksize");
    if (size < 1 || size > 1 << 15) { throw NodeFault("attribute 'blocksize' is " + std::to_string(size)); }
    return size;
}

}  // namespace

/// [1, n] of a Flatten: its second extent.
void translate_size(const NodeReader& node) {
    Parts parts(node);
    const ValueId row = parts.made(Flatten{0}, {node.inputs[0]});
    node.add(Gather{0}, {parts.made(Shape{}, {row}), parts.number(1)}, node.outputs);
}

/// [N, b, b, C, H, W] (DCR) or [N, C, b, b, H, W] (CRD) -> [N, C, H, b, W, b].
void translate_depth_to_space(const NodeReader& node) {
    const std::string mode = node.attributes.text("mode", "DCR");
    if (mode != "DCR" && mode != "CRD") { throw NodeFault("attribute 'mode' is " + in_quotes(mode)); }
    const bool depth_first = mode == "DCR";
    const std::int64_t b = block_size(node);
    Parts parts(node);
    const ValueId x = node.inputs[0], image = parts.dims(x, 2, 4);
    const ValueId blocks = parts.list(depth_first ? List{0, b, b, -1} : List{0, -1, b, b});
    const ValueId split = parts.reshaped(x, parts.joined({blocks, image}));
    const List perm = depth_first ? List{0, 3, 4, 1, 5, 2} : List{0, 1, 4, 2, 5, 3};
    const ValueId moved = parts.made(Transpose{perm}, {split});
    const ValueId larger = parts.binary(BinaryKind::multiply, image, parts.list({b}));
    node.add(Reshape{}, {moved, parts.joined({parts.list({0, -1}), larger})}, node.outputs);
}

/// [N, C, H, b, W, b] -> [N, b, b, C, H, W].
void translate_space_to_depth(const NodeReader& node) {
    const std::int64_t b = block_size(node);
    Parts parts(node);
    const ValueId x = node.inputs[0];
    const ValueId columns = parts.reshaped(x, parts.list({0, 0, 0, -1, b}));
    const ValueId blocks = parts.joined({parts.list({0, 0, -1, b}), parts.dims(columns, 3, 4), parts.list({b})});
    const ValueId split = parts.reshaped(columns, blocks);
    const ValueId moved = parts.made(Transpose{{0, 3, 5, 1, 2, 4}}, {split});
    const ValueId channels = parts.binary(BinaryKind::multiply, parts.dims(x, 1, 2), parts.list({b * b}));
    node.add(Reshape{}, {moved, parts.joined({parts.list({0}), channels, parts.list({-1}), parts.dims(moved, 5, 6)})},
             node.outputs);
}

/// indices == 0, 1, .. depth - 1 along a new axis, or as many from the end ? on : off.
void translate_one_hot(const NodeReader& node) {
    const std::int64_t axis = node.attributes.integer("axis", -1);
    if (axis < -kMostAxes || axis >= kMostAxes) { throw NodeFault("attribute 'axis' is " + std::to_string(axis)); }
    Parts parts(node);
    const ValueId indices = parts.unsqueezed(parts.integers(node.inputs[0]), axis);
    const ValueId depth = parts.reshaped(parts.integers(node.inputs[1]), parts.list({}));
    ValueId behind = kNone;  // as many ones as axes come behind the new one
    if (axis < 0) {
        behind = parts.list(List(static_cast<std::size_t>(-axis - 1), 1));
    } else {
        const ValueId count = parts.made(Shape{}, {parts.dims(indices, axis + 1)});
        behind = parts.made(ConstantOfShape{Tensor{ElementType::i64, {1}, {}, {1}}}, {count});
    }
    const ValueId places = parts.reshaped(parts.counted_to(depth), parts.joined({parts.list({-1}), behind}));
    const ValueId from_end = parts.binary(BinaryKind::subtract, places, depth);
    const ValueId hit = parts.binary(BinaryKind::logical_or, parts.binary(BinaryKind::equal, indices, places),
                                     parts.binary(BinaryKind::equal, indices, from_end));
    const ValueId on = parts.made(Gather{0}, {node.inputs[2], parts.number(1)});
    const ValueId off = parts.made(Gather{0}, {node.inputs[2], parts.number(0)});
    node.add(Select{}, {hit, on, off}, node.outputs);
}

/// Step t of a series of n comes from step t < n ? n - 1 - t : t: rows of both axes as one are gathered.
void translate_reverse_sequence(const NodeReader& node) {
    const std::int64_t batch_axis = node.attributes.integer("batch_axis", 1);
    const std::int64_t time_axis = node.attributes.integer("time_axis", 0);
    if (batch_axis + time_axis != 1 || batch_axis * time_axis != 0) {
        throw NodeFault("batch_axis and time_axis must be 0 and 1, or 1 and 0");
    }
    Parts parts(node);
    const ValueId x = node.inputs[0];
    const ValueId steps = parts.extent(x, time_axis), batch = parts.extent(x, batch_axis);
    const ValueId t = parts.unsqueezed(parts.counted_to(steps), batch_axis);
    const ValueId b = parts.unsqueezed(parts.counted_to(batch), time_axis);
    const ValueId given = parts.unsqueezed(parts.integers(node.inputs[1]), time_axis);
    const ValueId n = parts.binary(BinaryKind::minimum, given, steps);
    const ValueId last = parts.binary(BinaryKind::subtract, n, parts.number(1));
    const ValueId back = parts.binary(BinaryKind::subtract, last, t);
    const ValueId from = parts.made(Select{}, {parts.binary(BinaryKind::less, t, n), back, t});
    const ValueId row = time_axis == 0
                            ? parts.binary(BinaryKind::add, parts.binary(BinaryKind::multiply, from, batch), b)
                            : parts.binary(BinaryKind::add, parts.binary(BinaryKind::multiply, b, steps), from);
    const ValueId rows = parts.reshaped(x, parts.joined({parts.list({-1}), parts.dims(x, 2)}));
    node.add(Gather{0}, {rows, row}, node.outputs);
}

}  // namespace tidegate
