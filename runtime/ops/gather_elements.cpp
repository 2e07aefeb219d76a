// SPDX-License-Identifier: MIT
// GatherElements and GatherND.
#include <cstring>

#include "ops/indices.h"

namespace tidegate::ops {
namespace {

template <class Walk>
struct Slot {
    Prepared head;
    Wide<const std::uint8_t> data;
    Wide<std::uint8_t> y;
    std::uint64_t bytes = 0;  ///< of an element, or a row
    std::uint64_t element_bytes = 0;
    Walk walk;
};

template <class Walk>
void run(const Prepared& self, const kernels::Kernels&) {
    const Slot<Walk>& slot = reinterpret_cast<const Slot<Walk>&>(self);
    const std::uint8_t* data = slot.data;
    std::uint8_t* y = slot.y;
    const std::size_t bytes = static_cast<std::size_t>(slot.bytes);
    slot.walk.for_each([&](std::int64_t from, auto) {  // y is written from its first to its last element
        std::memcpy(y, data + static_cast<std::size_t>(from) * slot.element_bytes, bytes);
        y += bytes;
    });
}

template <class Walk>
Slot<Walk>& prepared(const Site& site, Prepared* head, std::uint32_t axis) {
    Slot<Walk>& slot = *reinterpret_cast<Slot<Walk>*>(head);
    slot = Slot<Walk>();
    slot.head.run = run<Walk>;
    const TensorView data = site.input(0);
    slot.data = static_cast<const std::uint8_t*>(data.data);
    slot.y = static_cast<std::uint8_t*>(site.output(0).data);
    slot.element_bytes = format::element_bytes(data.type);
    slot.bytes = slot.element_bytes;
    slot.walk.set(site, data, site.input(1), axis);
    return slot;
}

void prepare_elements(const Site& site, Prepared* head) {
    prepared<ElementWalk>(site, head, site.op->params_as_GatherElements()->axis());
}

void prepare_rows(const Site& site, Prepared* head) {
    Slot<RowWalk>& slot = prepared<RowWalk>(site, head, site.op->params_as_GatherND()->batch_axes());
    slot.bytes *= slot.walk.row_elements;
}

}  // namespace

const Operator gather_elements_operator = {fixed_slot_bytes<Slot<ElementWalk>>, prepare_elements};
const Operator gather_nd_operator = {fixed_slot_bytes<Slot<RowWalk>>, prepare_rows};

}  // namespace tidegate::ops
