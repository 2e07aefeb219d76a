// SPDX-License-Identifier: MIT
// MaxPool with the places of its maxima: the windows side by side, ArgMax in each, and a table of where its elements
// lie.
#include <algorithm>

#include "graph/error.h"
#include "reference/shapes_windows.h"
#include "simplify/expander.h"

namespace tidegate {
namespace {

/// The elements of every window, by their place in a plane: row-major, and as they are named.
struct Places {
    Tensor stored;
    Tensor named;
};

/// Steps a row-major index on; false after the last.
bool next(Dims& index, const Dims& dims) {
    for (std::size_t i = dims.size(); i-- > 0;) {
        if (++index[i] < dims[i]) { return true; }
        index[i] = 0;
    }
    return false;
}

/// What lies outside of the plane is replaced by the first element of the window that does not.
Places places_of(const Pool& op, const WindowRanges<Dims>& windows, const Dims& plane, std::int64_t count) {
    Places places{{ElementType::i32, {count}, {}, {}}, {ElementType::i64, {count}, {}, {}}};
    Dims outputs, kernel;
    for (const auto& window : windows) {
        outputs.push_back(window.extent);
        kernel.push_back(window.kernel);
    }
    Dims o(outputs.size());
    do {
        const std::size_t begin = places.stored.integers.size();
        std::size_t first = SIZE_MAX;
        Dims k(kernel.size());
        do {
            std::int64_t stored = 0, named = 0, size = 1;
            bool inside = true;
            for (std::size_t i = 0; i < plane.size(); ++i) {
                const std::int64_t at = o[i] * windows[i].stride + k[i] * windows[i].dilation - windows[i].pad;
                inside = inside && at >= 0 && at < plane[i];
                stored = stored * plane[i] + at;
                named += at * size;
                size *= plane[i];
            }
            if (inside && first == SIZE_MAX) { first = places.stored.integers.size(); }
            places.stored.integers.push_back(inside ? stored : -1);
            places.named.integers.push_back(op.column_major ? named : stored);
        } while (next(k, kernel));
        for (std::size_t i = begin; i < places.stored.integers.size(); ++i) {
            if (places.stored.integers[i] >= 0 || first == SIZE_MAX) { continue; }
            places.stored.integers[i] = places.stored.integers[first];
            places.named.integers[i] = places.named.integers[first];
        }
    } while (next(o, outputs));
    for (std::int64_t& place : places.stored.integers) { place = std::max<std::int64_t>(place, 0); }
    return places;
}

}  // namespace

void expand(Expander& to, const Node& node, const Pool& op) {
    const Extents dims = to.dims(node.inputs[0]), result = to.dims(node.outputs[1]);
    const Extents spatial(dims.begin() + 2, dims.end());
    if (!spatial.are_constant()) {
        throw ConvertError(node.name, name_of(node.op),
                           "the places of maxima in " + to_text(dims) + " depend on the length; " + how_to_bind(dims));
    }
    Dims whole = {1, 1};
    for (const Extent& extent : spatial) { whole.push_back(extent.constant()); }
    const Dims plane(whole.begin() + 2, whole.end());
    const auto windows = pool_windows(op, whole);
    std::int64_t taps = 1, outputs = 1, size = 1;
    for (std::size_t i = 0; i < windows.size(); ++i) {
        taps *= windows[i].kernel;
        outputs *= windows[i].extent;
        size *= plane[i];
        to.check_places(taps * outputs);
    }
    Places places = places_of(op, windows, plane, taps * outputs);
    Tensor firsts{ElementType::i64, {outputs}, {}, {}};
    firsts.integers.reserve(static_cast<std::size_t>(outputs));
    for (std::int64_t i = 0; i < outputs; ++i) { firsts.integers.push_back(i * taps); }

    const Extent &n = dims[0], &c = dims[1];
    const ValueId planes = to.made(Reshape{true}, {node.inputs[0], to.list({n, c, size})});
    const ValueId row = to.made(Gather{2}, {planes, to.constant(std::move(places.stored))});
    const ValueId elements = to.made(Reshape{true}, {row, to.list({n, c, outputs, taps})});
    const ValueId tap = to.made(Extreme{true, 3, false, false}, {elements});
    const ValueId entry = to.made(Binary{BinaryKind::add}, {tap, to.constant(std::move(firsts))});
    const ValueId in_plane = to.made(Gather{0}, {to.constant(std::move(places.named)), entry});
    const ValueId step = to.constant(Tensor{ElementType::i64, {}, {}, {size}});
    const ValueId starts = to.made(Binary{BinaryKind::multiply}, {to.counted_to(n * c), step});
    const ValueId start = to.made(Reshape{true}, {starts, to.list({n, c, 1})});
    const ValueId place = to.made(Binary{BinaryKind::add}, {in_plane, start});
    to.finish(to.made(Reshape{true}, {place, to.list(result)}), 1);
    to.finish(to.made(op, {node.inputs[0]}));
}

}  // namespace tidegate
