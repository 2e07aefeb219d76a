// SPDX-License-Identifier: MIT
// Extreme (ArgMax, ArgMin): where the largest or smallest element along an axis is.
#include "ops/axis.h"

namespace tidegate::ops {
namespace {

using format::ElementType;
using kernels::Kernels;

struct ExtremeSlot {
    Prepared head;
    Wide<const void> x;
    Wide<std::int64_t> y;
    AxisView axis;
    ElementType type = ElementType::f32;
    bool largest = true;
    bool last = false;
};

template <class V>
void run_extreme(const Prepared& self, const Kernels&) {
    const ExtremeSlot& slot = reinterpret_cast<const ExtremeSlot&>(self);
    const std::uint64_t n = slot.axis.n, inner = slot.axis.inner;
    for (std::uint64_t row = 0; row < slot.axis.outer; ++row) {
        for (std::uint64_t i = 0; i < inner; ++i) {
            const std::uint64_t first = row * n * inner + i;
            V best = Elements<V>::load(slot.x, slot.type, first);
            std::uint64_t index = 0;
            for (std::uint64_t k = 1; k < n; ++k) {
                const V v = Elements<V>::load(slot.x, slot.type, first + k * inner);
                if (slot.last ? goes_before(best, v, slot.largest) : !goes_before(v, best, slot.largest)) { continue; }
                best = v;
                index = k;
            }
            slot.y.get()[row * inner + i] = static_cast<std::int64_t>(index);
        }
    }
}

void prepare_extreme(const Site& site, Prepared* head) {
    ExtremeSlot& slot = *reinterpret_cast<ExtremeSlot*>(head);
    slot = ExtremeSlot();
    const format::Extreme& op = *site.op->params_as_Extreme();
    const TensorView x = site.input(0);
    if (x.type == ElementType::f32) {
        slot.head.run = run_extreme<float>;
    } else {
        slot.head.run = run_extreme<std::int64_t>;
    }
    slot.x = x.data;
    slot.y = static_cast<std::int64_t*>(site.output(0).data);
    slot.axis = AxisView(x, op.axis());
    slot.type = x.type;
    slot.largest = op.largest();
    slot.last = op.last();
}

}  // namespace

const Operator extreme_operator = {fixed_slot_bytes<ExtremeSlot>, prepare_extreme};

}  // namespace tidegate::ops
