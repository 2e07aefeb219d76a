// SPDX-License-Identifier: MIT
// ExtentList: dimensions as values, where a model computes with them.
#include "ops/op.h"

namespace tidegate::ops {
namespace {

struct ExtentsSlot {
    Prepared head;
    Wide<void> y;
    Wide<const flatbuffers::Vector<std::int32_t>> values;
    Wide<const format::Model> model;
    Wide<const std::int32_t> extents;
    std::uint64_t wide = 0;  ///< i64, else i32
};

void run(const Prepared& self, const kernels::Kernels&) {
    const ExtentsSlot& slot = reinterpret_cast<const ExtentsSlot&>(self);
    const format::Extents extents(*slot.model, slot.extents);
    for (std::uint32_t i = 0; i < slot.values->size(); ++i) {
        const std::int32_t value = extents.value(slot.values->Get(i));
        if (slot.wide != 0) {
            static_cast<std::int64_t*>(slot.y.get())[i] = value;
        } else {
            static_cast<std::int32_t*>(slot.y.get())[i] = value;
        }
    }
}

void prepare(const Site& site, Prepared* head) {
    ExtentsSlot& slot = *reinterpret_cast<ExtentsSlot*>(head);
    slot = ExtentsSlot();
    slot.head.run = run;
    slot.y = site.output(0).data;
    slot.values = site.op->params_as_ExtentList()->values();
    slot.model = site.model;
    slot.extents = site.extents;
    slot.wide = site.output(0).type == format::ElementType::i64;
}

}  // namespace

const Operator extents_operator = {fixed_slot_bytes<ExtentsSlot>, prepare};

}  // namespace tidegate::ops
