// SPDX-License-Identifier: MIT
// Operators on single elements: Unary, Cast, Select.
#include <cstdint>
#include <limits>

#include "kernels/math.h"
#include "ops/elements.h"
#include "ops/loops.h"

namespace tidegate::ops {
namespace {

using format::ElementType;
using kernels::Kernels;

// ---- y = f(x) -----------------------------------------------------------------------------------

struct UnarySlot {
    Prepared head;
    Wide<const float> x;
    Wide<float> y;
    std::uint64_t count = 0;
    format::Unary kind = format::Unary::relu;
    float alpha = 0;
    float beta = 0;
};

void run_unary(const Prepared& self, const Kernels& kernels) {
    const UnarySlot& slot = reinterpret_cast<const UnarySlot&>(self);
    kernels.unary[static_cast<int>(slot.kind)](slot.x, slot.y, static_cast<std::size_t>(slot.count), slot.alpha,
                                               slot.beta);
}

void run_math(const Prepared& self, const Kernels& kernels) {
    const UnarySlot& slot = reinterpret_cast<const UnarySlot&>(self);
    const int first = static_cast<int>(format::Unary::exp);
    kernels.math[static_cast<int>(slot.kind) - first](slot.x, slot.y, static_cast<std::size_t>(slot.count), 0, 0);
}

void run_angle(const Prepared& self, const Kernels&) {
    const UnarySlot& slot = reinterpret_cast<const UnarySlot&>(self);
    const bool is_sine = slot.kind == format::Unary::sine;
    for (std::uint64_t i = 0; i < slot.count; ++i) {
        const float x = slot.x.get()[i];
        slot.y.get()[i] = is_sine ? kernels::sine(x) : kernels::cosine(x);
    }
}

template <RunFunction kRun>
void prepare_unary(const Site& site, Prepared* head) {
    UnarySlot& slot = *reinterpret_cast<UnarySlot*>(head);
    slot = UnarySlot();
    const format::Function* function = site.op->params_as_UnaryOp()->function();
    slot.head.run = kRun;
    slot.x = site.input(0).floats();
    slot.y = static_cast<float*>(site.output(0).data);
    slot.count = site.output(0).count();
    slot.kind = function->kind();
    slot.alpha = function->alpha();
    slot.beta = function->beta();
}

// ---- Cast: to integers by truncation, saturating; NaN becomes 0; to bool by != 0 --------------------

struct CastSlot {
    Prepared head;
    Wide<const void> x;
    Wide<void> y;
    std::uint64_t count = 0;
    ElementType from = ElementType::f32;
    ElementType to = ElementType::f32;
};

/// The lowest and highest value of an integer type.
struct IntegerRange {
    std::int64_t low, high;
};
IntegerRange range_of(ElementType type) {
    switch (type) {
        case ElementType::i32:
            return {INT32_MIN, INT32_MAX};
        case ElementType::i8:
            return {INT8_MIN, INT8_MAX};
        case ElementType::u8:
            return {0, UINT8_MAX};
        default:
            return {INT64_MIN, INT64_MAX};
    }
}

std::int64_t truncate(float x, ElementType to) {
    if (to == ElementType::boolean) { return x != 0; }  // NaN is true, as in C
    const IntegerRange range = range_of(to);
    if (!(x == x)) { return 0; }
    if (x <= static_cast<float>(range.low)) { return range.low; }
    if (x >= static_cast<float>(range.high)) { return range.high; }
    return static_cast<std::int64_t>(x);
}

void run_cast(const Prepared& self, const Kernels&) {
    const CastSlot& slot = reinterpret_cast<const CastSlot&>(self);
    for (std::uint64_t i = 0; i < slot.count; ++i) {
        const std::int64_t at = static_cast<std::int64_t>(i);
        if (slot.from == ElementType::f32) {
            const float x = static_cast<const float*>(slot.x.get())[i];
            if (slot.to == ElementType::f32) {
                static_cast<float*>(slot.y.get())[i] = x;
            } else {
                store_integer(slot.y, slot.to, at, truncate(x, slot.to));
            }
        } else {
            store_integer(slot.y, slot.to, at, load_integer(slot.x, slot.from, at));
        }
    }
}

void prepare_cast(const Site& site, Prepared* head) {
    CastSlot& slot = *reinterpret_cast<CastSlot*>(head);
    slot = CastSlot();
    slot.head.run = run_cast;
    slot.x = site.input(0).data;
    slot.y = site.output(0).data;
    slot.count = site.output(0).count();
    slot.from = site.input(0).type;
    slot.to = site.output(0).type;
}

// ---- Select: y = condition ? a : b, with broadcasting --------------------------------------------------

struct SelectSlot {
    Prepared head;
    Wide<const std::uint8_t> condition;
    Wide<const std::uint8_t> a;
    Wide<const std::uint8_t> b;
    Wide<std::uint8_t> y;
    Loops<4> loops;  ///< condition, a, b, y
    std::uint64_t element_bytes = 4;
};

template <class T>
void select_rows(const SelectSlot& slot) {
    const T* a = reinterpret_cast<const T*>(slot.a.get());
    const T* b = reinterpret_cast<const T*>(slot.b.get());
    T* y = reinterpret_cast<T*>(slot.y.get());
    const auto& inner = slot.loops.inner();
    slot.loops.for_each_row([&](const std::int64_t(&at)[4]) {
        for (std::int64_t i = 0; i < inner.extent; ++i) {
            const bool yes = slot.condition.get()[at[0] + i * inner.strides[0]] != 0;
            y[at[3] + i] = yes ? a[at[1] + i * inner.strides[1]] : b[at[2] + i * inner.strides[2]];
        }
    });
}

void run_select(const Prepared& self, const Kernels&) {
    const SelectSlot& slot = reinterpret_cast<const SelectSlot&>(self);
    if (slot.element_bytes == 1) {
        select_rows<std::uint8_t>(slot);
    } else if (slot.element_bytes == 4) {
        select_rows<std::uint32_t>(slot);
    } else {
        select_rows<std::uint64_t>(slot);
    }
}

void prepare_select(const Site& site, Prepared* head) {
    SelectSlot& slot = *reinterpret_cast<SelectSlot*>(head);
    slot = SelectSlot();
    slot.head.run = run_select;
    const TensorView condition = site.input(0), a = site.input(1), b = site.input(2), y = site.output(0);
    slot.condition = static_cast<const std::uint8_t*>(condition.data);
    slot.a = static_cast<const std::uint8_t*>(a.data);
    slot.b = static_cast<const std::uint8_t*>(b.data);
    slot.y = static_cast<std::uint8_t*>(y.data);
    slot.element_bytes = format::element_bytes(y.type);
    std::int64_t strides[4][format::kMaxRank] = {};
    broadcast_strides(condition, y.rank, strides[0]);
    broadcast_strides(a, y.rank, strides[1]);
    broadcast_strides(b, y.rank, strides[2]);
    row_major(y, strides[3]);
    for (std::uint32_t i = 0; i < y.rank; ++i) {
        slot.loops.append(y.dims[i], {strides[0][i], strides[1][i], strides[2][i], strides[3][i]});
    }
    slot.loops.finish();
}

}  // namespace

const Operator unary_operator = {fixed_slot_bytes<UnarySlot>, prepare_unary<run_unary>};
const Operator math_operator = {fixed_slot_bytes<UnarySlot>, prepare_unary<run_math>};
const Operator angle_operator = {fixed_slot_bytes<UnarySlot>, prepare_unary<run_angle>};
const Operator cast_operator = {fixed_slot_bytes<CastSlot>, prepare_cast};
const Operator select_operator = {fixed_slot_bytes<SelectSlot>, prepare_select};

}  // namespace tidegate::ops
