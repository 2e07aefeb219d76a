// SPDX-License-Identifier: MIT
// Softmax and LogSoftmax over the last axis.
#include "ops/op.h"

namespace tidegate::ops {
namespace {

struct SoftmaxSlot {
    Prepared head;
    Wide<const float> x;
    Wide<float> y;
    std::uint64_t rows = 0;
    std::uint32_t cols = 0;
    bool log = false;
};

void run_softmax(const Prepared& self, const kernels::Kernels& kernels) {
    const SoftmaxSlot& slot = reinterpret_cast<const SoftmaxSlot&>(self);
    for (std::uint64_t row = 0; row < slot.rows; ++row) {
        const std::size_t at = static_cast<std::size_t>(row) * slot.cols;
        kernels.softmax(slot.x + at, slot.y + at, slot.cols, slot.log);
    }
}

void prepare_softmax(const Site& site, Prepared* head) {
    SoftmaxSlot& slot = *reinterpret_cast<SoftmaxSlot*>(head);
    slot = SoftmaxSlot();
    const TensorView x = site.input(0);
    slot.head.run = run_softmax;
    slot.x = x.floats();
    slot.y = static_cast<float*>(site.output(0).data);
    slot.cols = static_cast<std::uint32_t>(x.dims[x.rank - 1]);
    slot.rows = x.count() / slot.cols;
    slot.log = site.op->params_as_Softmax()->log();
}

}  // namespace

const Operator softmax_operator = {fixed_slot_bytes<SoftmaxSlot>, prepare_softmax};

}  // namespace tidegate::ops
