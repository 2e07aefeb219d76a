// SPDX-License-Identifier: MIT
// Loop and LoopEnd: a body that is run again and again. The LoopEnd leads back to the Loop, which leads into the body
// or behind it: the session only follows the slots. How often the body was run stands in the Loop's slot.
#include <cstring>

#include "ops/op.h"

namespace tidegate::ops {
namespace {

using kernels::Kernels;

/// src to dst, tensors of the same bytes.
struct WholeCopy {
    Wide<const std::uint8_t> src;
    Wide<std::uint8_t> dst;
    std::uint64_t bytes = 0;

    void run() const { std::memcpy(dst, src, static_cast<std::size_t>(bytes)); }
};

/// Between a tensor and its slice at a place along an axis: `outer` blocks of `bytes`, `stride` apart in the tensor.
struct SliceCopy {
    Wide<std::uint8_t> whole;
    Wide<std::uint8_t> slice;
    std::uint64_t outer = 1;
    std::uint64_t bytes = 0;
    std::uint64_t stride = 0;
    std::uint64_t last = 0;  ///< place of the first one, where the axis is walked from the back
    std::uint64_t reverse = 0;

    /// The place of an iteration.
    std::uint8_t* at(std::uint64_t iteration) const {
        return whole + (reverse != 0 ? last - iteration : iteration) * bytes;
    }
    void load(std::uint64_t iteration) const {
        const std::uint8_t* from = at(iteration);
        std::uint8_t* to = slice;
        for (std::uint64_t i = 0; i < outer; ++i, from += stride, to += bytes) {
            std::memcpy(to, from, static_cast<std::size_t>(bytes));
        }
    }
    void store(std::uint64_t iteration) const {
        std::uint8_t* to = at(iteration);
        const std::uint8_t* from = slice;
        for (std::uint64_t i = 0; i < outer; ++i, to += stride, from += bytes) {
            std::memcpy(to, from, static_cast<std::size_t>(bytes));
        }
    }
};

SliceCopy slice_of(const TensorView& whole, const TensorView& slice, const format::WalkedAxis& walked) {
    SliceCopy copy;
    copy.whole = static_cast<std::uint8_t*>(whole.data);
    copy.slice = static_cast<std::uint8_t*>(slice.data);
    copy.bytes = format::element_bytes(whole.type);
    for (std::uint32_t i = 0; i < whole.rank; ++i) {
        const std::uint64_t extent = static_cast<std::uint64_t>(whole.dims[i]);
        if (i < walked.axis()) { copy.outer *= extent; }
        if (i > walked.axis()) { copy.bytes *= extent; }
    }
    const std::uint64_t extent = static_cast<std::uint64_t>(whole.dims[walked.axis()]);
    copy.stride = copy.bytes * extent;
    copy.last = extent - 1;
    copy.reverse = walked.direction() < 0;
    return copy;
}

WholeCopy copy_of(const TensorView& src, const TensorView& dst) {
    return {static_cast<const std::uint8_t*>(src.data), static_cast<std::uint8_t*>(dst.data),
            src.count() * format::element_bytes(src.type)};
}

/// Behind it: the copies of initial values, then those of slices.
struct LoopSlot {
    Prepared head;
    Wide<const std::uint8_t> condition;  ///< null: true
    Wide<std::int64_t> iteration;        ///< null: nobody asks
    Wide<const format::Op> op;
    std::uint64_t done = 0;  ///< runs of the body
    std::uint64_t trips = 0;
    std::uint64_t goes_on = 0;  ///< has the LoopEnd led here?
    std::uint64_t carried = 0;
    std::uint64_t scans = 0;
    std::int64_t into = 0;    ///< to the body
    std::int64_t behind = 0;  ///< to what is behind the LoopEnd

    const WholeCopy* copies() const { return reinterpret_cast<const WholeCopy*>(this + 1); }
    const SliceCopy* slices() const { return reinterpret_cast<const SliceCopy*>(copies() + carried); }
};
static_assert(sizeof(LoopSlot) % 8 == 0 && sizeof(WholeCopy) % 8 == 0 && sizeof(SliceCopy) % 8 == 0);

std::uint64_t loop_slot_bytes(const format::Op& op) {
    const format::Loop& loop = *op.params_as_Loop();
    return sizeof(LoopSlot) + std::uint64_t{loop.carried()} * sizeof(WholeCopy) +
           std::uint64_t{format::length(loop.scans())} * sizeof(SliceCopy);
}

/// A slot is the session's own: what runs may change it.
LoopSlot& loop_at(const Prepared& self, std::int64_t bytes_behind) {
    return *reinterpret_cast<LoopSlot*>(reinterpret_cast<std::uint8_t*>(const_cast<Prepared*>(&self)) + bytes_behind);
}

void run_loop(const Prepared& self, const Kernels&) {
    LoopSlot& slot = loop_at(self, 0);
    bool runs = slot.done < slot.trips;
    if (slot.goes_on == 0) {
        slot.done = 0;
        runs = slot.trips > 0 && (slot.condition == nullptr || *slot.condition != 0);
        for (std::uint64_t i = 0; i < slot.carried; ++i) { slot.copies()[i].run(); }
    }
    slot.goes_on = 0;
    slot.head.next = runs ? slot.into : slot.behind;
    if (!runs) { return; }
    if (slot.iteration != nullptr) { *slot.iteration = static_cast<std::int64_t>(slot.done); }
    for (std::uint64_t i = 0; i < slot.scans; ++i) { slot.slices()[i].load(slot.done); }
}

void prepare_loop(const Site& site, Prepared* head) {
    LoopSlot& slot = *reinterpret_cast<LoopSlot*>(head);
    slot = LoopSlot();
    const format::Loop& loop = *site.op->params_as_Loop();
    slot.head.run = run_loop;
    slot.condition = static_cast<const std::uint8_t*>(site.input(0).data);
    slot.iteration = static_cast<std::int64_t*>(site.output(0).data);
    slot.op = site.op;
    slot.trips = static_cast<std::uint64_t>(site.extent(loop.trips()));
    slot.carried = loop.carried();
    slot.scans = format::length(loop.scans());
    slot.into = static_cast<std::int64_t>(loop_slot_bytes(*site.op));
    WholeCopy* copies = const_cast<WholeCopy*>(slot.copies());
    for (std::uint32_t i = 0; i < loop.carried(); ++i) { copies[i] = copy_of(site.input(1 + i), site.output(1 + i)); }
    SliceCopy* slices = const_cast<SliceCopy*>(slot.slices());
    for (std::uint32_t i = 0; i < slot.scans; ++i) {
        const std::uint32_t place = 1 + loop.carried() + i;
        slices[i] = slice_of(site.input(place), site.output(place), *loop.scans()->Get(i));
    }
    site.loops->slots[site.loops->count++] = head;
}

/// Behind it: the copies of next values, then those of results.
struct LoopEndSlot {
    Prepared head;
    Wide<const std::uint8_t> condition;  ///< null: true
    std::uint64_t carried = 0;
    std::uint64_t stacks = 0;

    const WholeCopy* copies() const { return reinterpret_cast<const WholeCopy*>(this + 1); }
    const SliceCopy* slices() const { return reinterpret_cast<const SliceCopy*>(copies() + carried); }
};
static_assert(sizeof(LoopEndSlot) % 8 == 0);

/// A copy takes no more than a slice: room for one of each per input is enough, without a look at the Loop.
std::uint64_t loop_end_slot_bytes(const format::Op& op) {
    return sizeof(LoopEndSlot) + (op.inputs()->size() - std::uint64_t{1}) * sizeof(SliceCopy);
}

/// Results first, then the condition: both may lie where the next values go.
void run_loop_end(const Prepared& self, const Kernels&) {
    const LoopEndSlot& slot = reinterpret_cast<const LoopEndSlot&>(self);
    LoopSlot& loop = loop_at(self, self.next);
    for (std::uint64_t i = 0; i < slot.stacks; ++i) { slot.slices()[i].store(loop.done); }
    const bool goes_on = slot.condition == nullptr || *slot.condition != 0;
    for (std::uint64_t i = 0; i < slot.carried; ++i) { slot.copies()[i].run(); }
    loop.done = goes_on ? loop.done + 1 : loop.trips;
    loop.goes_on = 1;
}

void prepare_loop_end(const Site& site, Prepared* head) {
    LoopEndSlot& slot = *reinterpret_cast<LoopEndSlot*>(head);
    slot = LoopEndSlot();
    LoopSlot& loop = *reinterpret_cast<LoopSlot*>(site.loops->slots[--site.loops->count]);
    slot.head.run = run_loop_end;
    slot.head.next = reinterpret_cast<std::uint8_t*>(&loop) - reinterpret_cast<std::uint8_t*>(head);
    loop.behind = static_cast<std::int64_t>(loop_end_slot_bytes(*site.op)) - slot.head.next;
    slot.condition = static_cast<const std::uint8_t*>(site.input(0).data);
    slot.carried = loop.carried;
    slot.stacks = site.op->inputs()->size() - 1 - loop.carried;
    Site begin = site;
    begin.op = loop.op;
    const format::Loop& described = *begin.op->params_as_Loop();
    WholeCopy* copies = const_cast<WholeCopy*>(slot.copies());
    for (std::uint32_t i = 0; i < loop.carried; ++i) { copies[i] = copy_of(site.input(1 + i), begin.output(1 + i)); }
    SliceCopy* slices = const_cast<SliceCopy*>(slot.slices());
    for (std::uint32_t i = 0; i < slot.stacks; ++i) {
        const auto before = static_cast<std::uint32_t>(1 + loop.carried);
        const auto scans = static_cast<std::uint32_t>(loop.scans);
        slices[i] = slice_of(begin.output(before + scans + i), site.input(before + i), *described.stacks()->Get(i));
    }
}

}  // namespace

const Operator loop_operator = {loop_slot_bytes, prepare_loop};
const Operator loop_end_operator = {loop_end_slot_bytes, prepare_loop_end};

}  // namespace tidegate::ops
