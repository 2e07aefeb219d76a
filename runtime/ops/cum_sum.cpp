// SPDX-License-Identifier: MIT
// CumSum: y[i] = x[0] + ... + x[i] along an axis, one after the other.
#include "ops/axis.h"

namespace tidegate::ops {
namespace {

using format::ElementType;
using kernels::Kernels;

struct CumSumSlot {
    Prepared head;
    Wide<const void> x;
    Wide<void> y;
    AxisView axis;
    ElementType type = ElementType::f32;
    bool exclusive = false;
    bool reverse = false;
};

float sum(float a, float b) { return a + b; }
std::int64_t sum(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

template <class V>
void run_cum_sum(const Prepared& self, const Kernels&) {
    const CumSumSlot& slot = reinterpret_cast<const CumSumSlot&>(self);
    const std::uint64_t n = slot.axis.n, inner = slot.axis.inner;
    for (std::uint64_t row = 0; row < slot.axis.outer; ++row) {
        for (std::uint64_t i = 0; i < inner; ++i) {
            V total = 0;
            for (std::uint64_t k = 0; k < n; ++k) {
                const std::uint64_t at = (row * n + (slot.reverse ? n - 1 - k : k)) * inner + i;
                const V next = sum(total, Elements<V>::load(slot.x, slot.type, at));
                Elements<V>::store(slot.y, slot.type, at, slot.exclusive ? total : next);
                total = next;
            }
        }
    }
}

void prepare_cum_sum(const Site& site, Prepared* head) {
    CumSumSlot& slot = *reinterpret_cast<CumSumSlot*>(head);
    slot = CumSumSlot();
    const format::CumSum& op = *site.op->params_as_CumSum();
    const TensorView x = site.input(0);
    if (x.type == ElementType::f32) {
        slot.head.run = run_cum_sum<float>;
    } else {
        slot.head.run = run_cum_sum<std::int64_t>;
    }
    slot.x = x.data;
    slot.y = site.output(0).data;
    slot.axis = AxisView(x, op.axis());
    slot.type = x.type;
    slot.exclusive = op.exclusive();
    slot.reverse = op.reverse();
}

}  // namespace

const Operator cum_sum_operator = {fixed_slot_bytes<CumSumSlot>, prepare_cum_sum};

}  // namespace tidegate::ops
