// SPDX-License-Identifier: MIT
// Trilu, EyeLike and Resize as operators that the runtime has.
#include <utility>

#include "graph/error.h"
#include "reference/resize_taps.h"
#include "simplify/expander.h"

namespace tidegate {
namespace {

/// Numbers of the rows as [n, 1], moved by the diagonal that input 1 names, if there is one.
ValueId diagonal_rows(Expander& to, const Extent& n, ValueId shift) {
    const ValueId rows = to.made(Unsqueeze{}, {to.counted_to(n), to.list({1})});
    return shift == kNone ? rows : to.made(Binary{BinaryKind::add}, {rows, shift});
}

/// Where x[low] and x[high] of an axis lie, and how much of the second there is.
ValueId interpolated(Expander& to, ValueId x, std::size_t axis, const std::vector<ResizeTap>& taps, std::size_t rank,
                     bool linear) {
    const auto n = static_cast<std::int64_t>(taps.size());
    Tensor low{ElementType::i32, {n}, {}, {}}, high = low;
    Dims along(rank - axis, 1);
    along[0] = n;
    Tensor share = Tensor::zeros(ElementType::f32, along), rest = share;
    bool between = false;
    for (std::size_t i = 0; i < taps.size(); ++i) {
        low.integers.push_back(taps[i].low);
        high.integers.push_back(taps[i].high);
        share.reals[i] = taps[i].share;
        rest.reals[i] = 1 - taps[i].share;
        between = between || taps[i].share != 0;
    }
    const auto a = static_cast<std::int64_t>(axis);
    const ValueId first = to.made(Gather{a}, {x, to.constant(std::move(low))});
    if (!linear || !between) { return first; }
    const ValueId second = to.made(Gather{a}, {x, to.constant(std::move(high))});
    return to.made(Binary{BinaryKind::add},
                   {to.made(Binary{BinaryKind::multiply}, {first, to.constant(std::move(rest))}),
                    to.made(Binary{BinaryKind::multiply}, {second, to.constant(std::move(share))})});
}

/// [.., d, ..] -> [.., d, 1, ..] -> [.., d, s, ..] -> [.., d s, ..]
ValueId repeated(Expander& to, ValueId x, std::size_t axis, const Extents& dims, std::int64_t times) {
    Extents narrow = {1, dims[axis], 1, 1}, result = dims;
    for (std::size_t i = 0; i < axis; ++i) { narrow[0] = narrow[0] * dims[i]; }
    for (std::size_t i = axis + 1; i < dims.size(); ++i) { narrow[3] = narrow[3] * dims[i]; }
    Extents wide = narrow;
    wide[2] = times;
    result[axis] = dims[axis] * Extent(times);
    x = to.made(Reshape{true}, {x, to.list(narrow)});
    x = to.made(Expand{}, {x, to.list(wide)});
    return to.made(Reshape{true}, {x, to.list(result)});
}

}  // namespace

void expand(Expander& to, const Node& node, const Trilu& op) {
    const ValueId x = node.inputs[0];
    const Extents dims = to.dims(x);
    const ValueId rows = diagonal_rows(to, dims[dims.size() - 2], node.inputs.size() > 1 ? node.inputs[1] : kNone);
    const ValueId columns = to.counted_to(dims.back());
    const ValueId kept = op.upper ? to.made(Binary{BinaryKind::less_or_equal}, {rows, columns})
                                  : to.made(Binary{BinaryKind::less_or_equal}, {columns, rows});
    to.finish(to.made(Select{}, {kept, x, to.constant(Tensor::zeros(to.type(x), {}))}));
}

void expand(Expander& to, const Node& node, const EyeLike& op) {
    const Extents dims = to.dims(node.inputs[0]);
    const ValueId rows = diagonal_rows(to, dims[0], to.constant(Tensor{ElementType::i64, {}, {}, {op.diagonal}}));
    const ValueId same = to.made(Binary{BinaryKind::equal}, {rows, to.counted_to(dims[1])});
    to.finish(to.made(Cast{to.type(node.outputs[0])}, {same}));
}

void expand(Expander& to, const Node& node, const Resize& op) {
    ValueId x = node.inputs[0];
    Extents dims = to.dims(x);
    const bool by_size = node.inputs.size() > 2 && node.inputs[2] != kNone;
    const std::optional<Extents> sizes = by_size ? std::optional(to.elements(node.inputs[2])) : std::nullopt;
    const std::vector<double>* scales = by_size ? nullptr : &to.graph().constant(node.inputs[1])->reals;
    const auto axes = resize_axes(op, dims, scales, sizes ? &*sizes : nullptr);
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        const auto& [extent, given] = axes[axis];
        if (given == 1) { continue; }
        if (!dims[axis].is_constant() && resize_repeats(op, given)) {
            x = repeated(to, x, axis, dims, static_cast<std::int64_t>(given));
            dims[axis] = extent;
            continue;
        }
        if (!dims[axis].is_constant() || !extent.is_constant()) {
            throw ConvertError(node.name, "Resize",
                               "its axis of " + to_text(dims[axis]) + " elements can only be repeated; " +
                                   how_to_bind({dims[axis], extent}));
        }
        const std::int64_t n = dims[axis].constant(), m = extent.constant();
        const double scale = given > 0 ? given : static_cast<double>(m) / static_cast<double>(n);
        to.check_places(m);
        std::vector<ResizeTap> taps;
        for (std::int64_t i = 0; i < m; ++i) { taps.push_back(resize_tap(op, i, n, m, scale)); }
        x = interpolated(to, x, axis, taps, dims.size(), op.linear);
        dims[axis] = extent;
    }
    to.finish(x);
}

}  // namespace tidegate
