// SPDX-License-Identifier: MIT
// Overlay: a part of a tensor written over another one. Pad with a constant, and an update of a slice.
#include "ops/strided_copy.h"

namespace tidegate::ops {
namespace {

using Strides = std::int64_t[format::kMaxRank];

struct OverlaySlot {
    Prepared head;
    StridedCopy base;
    StridedCopy part;
};

void run_overlay(const Prepared& self, const kernels::Kernels&) {
    const OverlaySlot& slot = reinterpret_cast<const OverlaySlot&>(self);
    slot.base.run();
    slot.part.run();
}

void prepare_overlay(const Site& site, Prepared* head) {
    OverlaySlot& slot = *reinterpret_cast<OverlaySlot*>(head);
    slot = OverlaySlot();
    slot.head.run = run_overlay;
    const TensorView base = site.input(0), part = site.input(1), y = site.output(0);
    const format::Overlay* op = site.op->params_as_Overlay();
    Strides to = {}, from = {}, part_strides = {};
    row_major(y, to);
    broadcast_strides(base, y.rank, from);
    row_major(part, part_strides);
    slot.base = copy_between(base, y);
    slot.part = copy_between(part, y);
    std::int64_t start = 0;
    for (std::uint32_t i = 0; i < y.rank; ++i) {
        slot.base.loops.append(y.dims[i], {from[i], to[i]});
        slot.part.loops.append(part.dims[i], {part_strides[i], op->steps()->Get(i) * to[i]});
        start += site.extent(op->starts()->Get(i)) * to[i];
    }
    slot.base.loops.finish();
    slot.part.loops.finish();
    slot.part.dst = slot.part.dst + start * static_cast<std::int64_t>(slot.part.element_bytes);
}

}  // namespace

const Operator overlay_operator = {fixed_slot_bytes<OverlaySlot>, prepare_overlay};

}  // namespace tidegate::ops
