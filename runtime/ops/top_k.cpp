// SPDX-License-Identifier: MIT
// TopK: each element is inserted into the sorted list of the best k before it, if it goes before the last of them.
#include "ops/axis.h"

namespace tidegate::ops {
namespace {

using format::ElementType;
using kernels::Kernels;

struct TopKSlot {
    Prepared head;
    Wide<const void> x;
    Wide<void> values;
    Wide<std::int64_t> indices;  ///< null: nobody wants them
    AxisView axis;
    std::uint64_t k = 1;
    ElementType type = ElementType::f32;
    bool largest = true;
};

/// One line of x, from `first` on, into the one of the results from `to` on.
template <class V>
void take_best(const TopKSlot& slot, std::uint64_t first, std::uint64_t to) {
    const std::uint64_t inner = slot.axis.inner;
    std::int64_t* indices = slot.indices.get();
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < slot.axis.n; ++i) {
        const V v = Elements<V>::load(slot.x, slot.type, first + i * inner);
        std::uint64_t place = count;
        if (count < slot.k) {
            ++count;
        } else if (goes_before(v, Elements<V>::load(slot.values, slot.type, to + (place - 1) * inner), slot.largest)) {
            --place;
        } else {
            continue;
        }
        for (; place > 0; --place) {
            const std::uint64_t at = to + place * inner, before = at - inner;
            const V other = Elements<V>::load(slot.values, slot.type, before);
            if (!goes_before(v, other, slot.largest)) { break; }
            Elements<V>::store(slot.values, slot.type, at, other);
            if (indices != nullptr) { indices[at] = indices[before]; }
        }
        Elements<V>::store(slot.values, slot.type, to + place * inner, v);
        if (indices != nullptr) { indices[to + place * inner] = static_cast<std::int64_t>(i); }
    }
}

template <class V>
void run_top_k(const Prepared& self, const Kernels&) {
    const TopKSlot& slot = reinterpret_cast<const TopKSlot&>(self);
    const std::uint64_t inner = slot.axis.inner;
    for (std::uint64_t row = 0; row < slot.axis.outer; ++row) {
        for (std::uint64_t i = 0; i < inner; ++i) {
            take_best<V>(slot, row * slot.axis.n * inner + i, row * slot.k * inner + i);
        }
    }
}

void prepare_top_k(const Site& site, Prepared* head) {
    TopKSlot& slot = *reinterpret_cast<TopKSlot*>(head);
    slot = TopKSlot();
    const format::TopK& op = *site.op->params_as_TopK();
    const TensorView x = site.input(0), values = site.output(0);
    if (x.type == ElementType::f32) {
        slot.head.run = run_top_k<float>;
    } else {
        slot.head.run = run_top_k<std::int64_t>;
    }
    slot.x = x.data;
    slot.values = values.data;
    slot.indices = static_cast<std::int64_t*>(site.output(1).data);
    slot.axis = AxisView(x, op.axis());
    slot.k = static_cast<std::uint32_t>(values.dims[op.axis()]);
    slot.type = x.type;
    slot.largest = op.largest();
}

}  // namespace

const Operator top_k_operator = {fixed_slot_bytes<TopKSlot>, prepare_top_k};

}  // namespace tidegate::ops
