// SPDX-License-Identifier: MIT
// ScatterElements and ScatterND: y is the data; then the updates come in, one after another in row-major order.
#include <cstring>

#include "ops/elements.h"
#include "ops/indices.h"

namespace tidegate::ops {
namespace {

using format::ElementType;
using format::Reduction;

template <class Walk>
struct Slot {
    Prepared head;
    Wide<const std::uint8_t> data;
    Wide<const std::uint8_t> updates;
    Wide<std::uint8_t> y;
    std::uint64_t count = 0;  ///< elements of y
    std::uint64_t row_elements = 1;
    Reduction reduction = Reduction::none;
    ElementType type = ElementType::f32;
    Walk walk;
};

float combined(Reduction reduction, float a, float b) {
    switch (reduction) {
        case Reduction::add:
            return a + b;
        case Reduction::multiply:
            return a * b;
        case Reduction::maximum:
            return a > b || a != a ? a : b;
        default:
            return a < b || a != a ? a : b;
    }
}

std::int64_t combined(Reduction reduction, std::int64_t a, std::int64_t b) {
    const std::uint64_t ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
    switch (reduction) {
        case Reduction::add:
            return static_cast<std::int64_t>(ua + ub);
        case Reduction::multiply:
            return static_cast<std::int64_t>(ua * ub);
        case Reduction::maximum:
            return a > b ? a : b;
        default:
            return a < b ? a : b;
    }
}

/// y[to] = y[to] with updates[from], for one row.
template <class Walk>
void combine_row(const Slot<Walk>& slot, std::int64_t to, std::int64_t from) {
    const std::int64_t n = static_cast<std::int64_t>(slot.row_elements);
    if (slot.type == ElementType::f32) {
        float* y = reinterpret_cast<float*>(slot.y.get());
        const float* u = reinterpret_cast<const float*>(slot.updates.get());
        for (std::int64_t i = 0; i < n; ++i) { y[to + i] = combined(slot.reduction, y[to + i], u[from + i]); }
        return;
    }
    for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t a = load_integer(slot.y.get(), slot.type, to + i);
        const std::int64_t b = load_integer(slot.updates.get(), slot.type, from + i);
        store_integer(slot.y.get(), slot.type, to + i, combined(slot.reduction, a, b));
    }
}

template <class Walk>
void run(const Prepared& self, const kernels::Kernels&) {
    const Slot<Walk>& slot = reinterpret_cast<const Slot<Walk>&>(self);
    const std::uint64_t bytes = format::element_bytes(slot.type);
    std::uint8_t* y = slot.y;
    const std::uint8_t* updates = slot.updates;
    std::memcpy(y, slot.data.get(), static_cast<std::size_t>(slot.count * bytes));
    slot.walk.for_each([&](std::int64_t to, auto number) {
        const std::uint64_t from = static_cast<std::uint64_t>(number) * slot.row_elements;
        if (slot.reduction == Reduction::none) {
            std::memcpy(y + static_cast<std::uint64_t>(to) * bytes, updates + from * bytes,
                        static_cast<std::size_t>(slot.row_elements * bytes));
        } else {
            combine_row(slot, to, static_cast<std::int64_t>(from));
        }
    });
}

template <class Walk>
Slot<Walk>& prepared(const Site& site, Prepared* head, Reduction reduction, std::uint32_t axis) {
    Slot<Walk>& slot = *reinterpret_cast<Slot<Walk>*>(head);
    slot = Slot<Walk>();
    slot.head.run = run<Walk>;
    const TensorView data = site.input(0);
    slot.data = static_cast<const std::uint8_t*>(data.data);
    slot.updates = static_cast<const std::uint8_t*>(site.input(2).data);
    slot.y = static_cast<std::uint8_t*>(site.output(0).data);
    slot.count = data.count();
    slot.reduction = reduction;
    slot.type = data.type;
    slot.walk.set(site, data, site.input(1), axis);
    return slot;
}

void prepare_elements(const Site& site, Prepared* head) {
    const format::ScatterElements* op = site.op->params_as_ScatterElements();
    prepared<ElementWalk>(site, head, op->reduction(), op->axis());
}

void prepare_rows(const Site& site, Prepared* head) {
    Slot<RowWalk>& slot = prepared<RowWalk>(site, head, site.op->params_as_ScatterND()->reduction(), 0);
    slot.row_elements = slot.walk.row_elements;
}

}  // namespace

const Operator scatter_elements_operator = {fixed_slot_bytes<Slot<ElementWalk>>, prepare_elements};
const Operator scatter_nd_operator = {fixed_slot_bytes<Slot<RowWalk>>, prepare_rows};

}  // namespace tidegate::ops
