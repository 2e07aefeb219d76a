// SPDX-License-Identifier: MIT
// Reduce: sum, mean, product, minimum, maximum along one axis.
#include "ops/axis.h"

namespace tidegate::ops {
namespace {

using format::ElementType;
using format::ReduceKind;
using kernels::Kernels;

struct ReduceSlot {
    Prepared head;
    Wide<const void> x;
    Wide<void> y;
    AxisView axis;
    ReduceKind kind = ReduceKind::sum;
    ElementType type = ElementType::f32;
};

void run_reals(const Prepared& self, const Kernels& kernels) {
    const ReduceSlot& slot = reinterpret_cast<const ReduceSlot&>(self);
    const bool is_mean = slot.kind == ReduceKind::mean;
    const kernels::ReduceKernel kernel =
        kernels.reduce[slot.kind <= ReduceKind::mean ? 0 : static_cast<int>(slot.kind) - 1];
    const std::size_t n = static_cast<std::size_t>(slot.axis.n), inner = static_cast<std::size_t>(slot.axis.inner);
    const float count = static_cast<float>(slot.axis.n);
    const float* x = static_cast<const float*>(slot.x.get());
    float* y = static_cast<float*>(slot.y.get());
    for (std::uint64_t row = 0; row < slot.axis.outer; ++row, x += n * inner, y += inner) {
        kernel(x, y, n, inner);
        if (!is_mean) { continue; }
        for (std::size_t i = 0; i < inner; ++i) { y[i] /= count; }
    }
}

std::int64_t joined(ReduceKind kind, std::int64_t a, std::int64_t b) {
    const std::uint64_t ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
    switch (kind) {
        case ReduceKind::product:
            return static_cast<std::int64_t>(ua * ub);
        case ReduceKind::minimum:
            return b < a ? b : a;
        case ReduceKind::maximum:
            return b > a ? b : a;
        default:
            return static_cast<std::int64_t>(ua + ub);
    }
}

void run_integers(const Prepared& self, const Kernels&) {
    const ReduceSlot& slot = reinterpret_cast<const ReduceSlot&>(self);
    const std::uint64_t n = slot.axis.n, inner = slot.axis.inner;
    for (std::uint64_t row = 0; row < slot.axis.outer; ++row) {
        for (std::uint64_t i = 0; i < inner; ++i) {
            const std::uint64_t first = row * n * inner + i;
            std::int64_t result = Elements<std::int64_t>::load(slot.x, slot.type, first);
            for (std::uint64_t k = 1; k < n; ++k) {
                result = joined(slot.kind, result, Elements<std::int64_t>::load(slot.x, slot.type, first + k * inner));
            }
            if (slot.kind == ReduceKind::mean) { result /= static_cast<std::int64_t>(n); }
            Elements<std::int64_t>::store(slot.y, slot.type, row * inner + i, result);
        }
    }
}

template <RunFunction kRun>
void prepare_reduce(const Site& site, Prepared* head) {
    ReduceSlot& slot = *reinterpret_cast<ReduceSlot*>(head);
    slot = ReduceSlot();
    const format::Reduce& op = *site.op->params_as_Reduce();
    const TensorView x = site.input(0);
    slot.head.run = kRun;
    slot.x = x.data;
    slot.y = site.output(0).data;
    slot.axis = AxisView(x, op.axis());
    slot.kind = op.kind();
    slot.type = x.type;
}

}  // namespace

const Operator reduce_operator = {fixed_slot_bytes<ReduceSlot>, prepare_reduce<run_reals>};
const Operator reduce_integer_operator = {fixed_slot_bytes<ReduceSlot>, prepare_reduce<run_integers>};

}  // namespace tidegate::ops
