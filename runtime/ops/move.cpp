// SPDX-License-Identifier: MIT
// Operators that only move elements: Transpose, Concat, Slice, Expand are one strided copy each; Gather copies rows.
#include <cstring>

#include "ops/strided_copy.h"

namespace tidegate::ops {
namespace {

using kernels::Kernels;

struct MoveSlot {
    Prepared head;
    StridedCopy copy;
};

void run_move(const Prepared& self, const Kernels&) { reinterpret_cast<const MoveSlot&>(self).copy.run(); }

using Strides = std::int64_t[format::kMaxRank];

/// Fills a slot whose source is walked with `strides`, one per axis of the output, from element `start`.
void prepare_move(const Site& site, Prepared* head, std::int64_t start, const Strides& strides) {
    MoveSlot& slot = *reinterpret_cast<MoveSlot*>(head);
    slot = MoveSlot();
    slot.head.run = run_move;
    const TensorView src = site.input(0), dst = site.output(0);
    slot.copy = copy_between(src, dst);
    slot.copy.src = slot.copy.src + start * static_cast<std::int64_t>(slot.copy.element_bytes);
    Strides own = {};
    row_major(dst, own);
    for (std::uint32_t i = 0; i < dst.rank; ++i) { slot.copy.loops.append(dst.dims[i], {strides[i], own[i]}); }
    slot.copy.loops.finish();
}

void prepare_transpose(const Site& site, Prepared* head) {
    const TensorView src = site.input(0);
    Strides own = {}, strides = {};
    row_major(src, own);
    const auto* perm = site.op->params_as_Transpose()->perm();
    for (std::uint32_t i = 0; i < src.rank; ++i) { strides[i] = own[perm->Get(i)]; }
    prepare_move(site, head, 0, strides);
}

void prepare_expand(const Site& site, Prepared* head) {
    Strides strides = {};
    broadcast_strides(site.input(0), site.output(0).rank, strides);
    prepare_move(site, head, 0, strides);
}

void prepare_slice(const Site& site, Prepared* head) {
    const TensorView src = site.input(0);
    const format::Slice* op = site.op->params_as_Slice();
    Strides own = {}, strides = {};
    row_major(src, own);
    std::int64_t start = 0;
    for (std::uint32_t i = 0; i < src.rank; ++i) {
        start += site.extent(op->starts()->Get(i)) * own[i];
        strides[i] = op->steps()->Get(i) * own[i];
    }
    prepare_move(site, head, start, strides);
}

// ---- Concat: one copy per input, in the slot behind its head ----------------------------------------

struct ConcatSlot {
    Prepared head;
    std::uint64_t parts = 0;

    StridedCopy* copies() { return reinterpret_cast<StridedCopy*>(this + 1); }
    const StridedCopy* copies() const { return reinterpret_cast<const StridedCopy*>(this + 1); }
};

std::uint64_t concat_slot_bytes(const format::Op& op) {
    return sizeof(ConcatSlot) + op.inputs()->size() * std::uint64_t{sizeof(StridedCopy)};
}

void run_concat(const Prepared& self, const Kernels&) {
    const ConcatSlot& slot = reinterpret_cast<const ConcatSlot&>(self);
    for (std::uint64_t i = 0; i < slot.parts; ++i) { slot.copies()[i].run(); }
}

void prepare_concat(const Site& site, Prepared* head) {
    ConcatSlot& slot = *reinterpret_cast<ConcatSlot*>(head);
    slot = ConcatSlot();
    slot.head.run = run_concat;
    slot.parts = site.op->inputs()->size();
    const std::uint32_t axis = site.op->params_as_Concat()->axis();
    const TensorView dst = site.output(0);
    Strides to = {};
    row_major(dst, to);
    std::int64_t offset = 0;
    for (std::uint32_t part = 0; part < slot.parts; ++part) {
        const TensorView src = site.input(part);
        StridedCopy copy = copy_between(src, dst);
        copy.dst = copy.dst + offset * static_cast<std::int64_t>(copy.element_bytes);
        Strides from = {};
        row_major(src, from);
        for (std::uint32_t i = 0; i < src.rank; ++i) { copy.loops.append(src.dims[i], {from[i], to[i]}); }
        copy.loops.finish();
        slot.copies()[part] = copy;
        offset += src.dims[axis] * to[axis];
    }
}

// ---- Gather: y[o, j, ...] = data[o, indices[j], ...]; an index out of range is clamped and counted ---------------

struct GatherSlot {
    Prepared head;
    Wide<const std::uint8_t> data;
    Wide<const void> indices;
    Wide<std::uint8_t> y;
    Wide<std::uint64_t> clamped;
    std::uint64_t outer = 1;      ///< product of the axes before
    std::uint64_t count = 0;      ///< indices
    std::uint64_t row_bytes = 0;  ///< bytes of the axes behind
    std::int64_t extent = 0;
    bool wide_indices = false;  ///< i64, else i32
};

std::uint64_t row_index(const GatherSlot& slot, std::uint64_t j) {
    std::int64_t index = slot.wide_indices ? static_cast<const std::int64_t*>(slot.indices.get())[j]
                                           : static_cast<const std::int32_t*>(slot.indices.get())[j];
    *slot.clamped += index < -slot.extent || index >= slot.extent;
    if (index < 0) { index = index < -slot.extent ? 0 : index + slot.extent; }
    return static_cast<std::uint64_t>(index < slot.extent ? index : slot.extent - 1);
}

void run_gather(const Prepared& self, const Kernels&) {
    const GatherSlot& slot = reinterpret_cast<const GatherSlot&>(self);
    const std::size_t row_bytes = static_cast<std::size_t>(slot.row_bytes);
    std::uint8_t* y = slot.y;
    for (std::uint64_t o = 0; o < slot.outer; ++o) {
        const std::uint8_t* block = slot.data + o * static_cast<std::uint64_t>(slot.extent) * slot.row_bytes;
        for (std::uint64_t j = 0; j < slot.count; ++j) {
            std::memcpy(y, block + row_index(slot, j) * slot.row_bytes, row_bytes);
            y += row_bytes;
        }
    }
}

void prepare_gather(const Site& site, Prepared* head) {
    GatherSlot& slot = *reinterpret_cast<GatherSlot*>(head);
    slot = GatherSlot();
    slot.head.run = run_gather;
    const TensorView data = site.input(0), indices = site.input(1);
    const std::uint32_t axis = site.op->params_as_Gather()->axis();
    slot.data = static_cast<const std::uint8_t*>(data.data);
    slot.indices = indices.data;
    slot.y = static_cast<std::uint8_t*>(site.output(0).data);
    slot.clamped = site.clamped;
    slot.count = indices.count();
    slot.row_bytes = format::element_bytes(data.type);
    slot.extent = data.dims[axis];
    slot.wide_indices = indices.type == format::ElementType::i64;
    for (std::uint32_t i = 0; i < data.rank; ++i) {
        const std::uint64_t extent = static_cast<std::uint64_t>(data.dims[i]);
        if (i < axis) { slot.outer *= extent; }
        if (i > axis) { slot.row_bytes *= extent; }
    }
}

}  // namespace

const Operator transpose_operator = {fixed_slot_bytes<MoveSlot>, prepare_transpose};
const Operator expand_operator = {fixed_slot_bytes<MoveSlot>, prepare_expand};
const Operator slice_operator = {fixed_slot_bytes<MoveSlot>, prepare_slice};
const Operator concat_operator = {concat_slot_bytes, prepare_concat};
const Operator gather_operator = {fixed_slot_bytes<GatherSlot>, prepare_gather};

}  // namespace tidegate::ops
