// SPDX-License-Identifier: MIT
// Operators on single elements: Binary with broadcasting, Unary, Cast.
#include <cstdint>
#include <limits>

#include "ops/loops.h"

namespace tidegate::ops {
namespace {

using format::Binary;
using format::ElementType;
using kernels::Kernels;

// ---- y = a op b ---------------------------------------------------------------------------------

struct BinarySlot {
    Prepared head;
    Wide<const void> a;
    Wide<const void> b;
    Wide<void> y;
    Loops<3> loops;  ///< a, b, y
    Binary kind = Binary::add;
};

void run_binary_f32(const Prepared& self, const Kernels& kernels) {
    const BinarySlot& slot = reinterpret_cast<const BinarySlot&>(self);
    const float* a = static_cast<const float*>(slot.a.get());
    const float* b = static_cast<const float*>(slot.b.get());
    float* y = static_cast<float*>(slot.y.get());
    const auto& inner = slot.loops.inner();
    const kernels::BinaryKernel kernel = kernels.binary[static_cast<int>(slot.kind)];
    const std::size_t n = static_cast<std::size_t>(inner.extent);
    const std::size_t a_step = static_cast<std::size_t>(inner.strides[0]);
    const std::size_t b_step = static_cast<std::size_t>(inner.strides[1]);
    slot.loops.for_each_row(
        [&](const std::int64_t(&at)[3]) { kernel(a + at[0], a_step, b + at[1], b_step, y + at[2], n); });
}

/// Integers wrap; x / 0 is 0 (there is no right answer, and a device must not trap).
template <class Int, class Unsigned>
Int integer_result(Binary kind, Int a, Int b) {
    const Unsigned ua = static_cast<Unsigned>(a), ub = static_cast<Unsigned>(b);
    switch (kind) {
        case Binary::add:
            return static_cast<Int>(ua + ub);
        case Binary::subtract:
            return static_cast<Int>(ua - ub);
        case Binary::multiply:
            return static_cast<Int>(ua * ub);
        case Binary::divide:
            if (b == 0) { return 0; }
            return b == -1 ? static_cast<Int>(Unsigned{0} - ua) : static_cast<Int>(a / b);
    }
    return 0;
}

template <class Int, class Unsigned>
void run_binary_integer(const Prepared& self, const Kernels&) {
    const BinarySlot& slot = reinterpret_cast<const BinarySlot&>(self);
    const Int* a = static_cast<const Int*>(slot.a.get());
    const Int* b = static_cast<const Int*>(slot.b.get());
    Int* y = static_cast<Int*>(slot.y.get());
    const auto& inner = slot.loops.inner();
    slot.loops.for_each_row([&](const std::int64_t(&at)[3]) {
        for (std::int32_t i = 0; i < inner.extent; ++i) {
            y[at[2] + i] = integer_result<Int, Unsigned>(slot.kind, a[at[0] + std::int64_t{i} * inner.strides[0]],
                                                         b[at[1] + std::int64_t{i} * inner.strides[1]]);
        }
    });
}

void prepare_binary(const Site& site, Prepared* head) {
    BinarySlot& slot = *reinterpret_cast<BinarySlot*>(head);
    slot = BinarySlot();
    slot.head.run = run_binary_f32;
    const TensorView a = site.input(0), b = site.input(1), y = site.output(0);
    slot.a = a.data;
    slot.b = b.data;
    slot.y = y.data;
    slot.kind = site.op->params_as_BinaryOp()->kind();
    std::int64_t sa[format::kMaxRank] = {}, sb[format::kMaxRank] = {}, sy[format::kMaxRank] = {};
    broadcast_strides(a, y.rank, sa);
    broadcast_strides(b, y.rank, sb);
    row_major(y, sy);
    for (std::uint32_t i = 0; i < y.rank; ++i) { slot.loops.append(y.dims[i], {sa[i], sb[i], sy[i]}); }
    slot.loops.finish();
}

void prepare_binary_integer(const Site& site, Prepared* head) {
    prepare_binary(site, head);
    const ElementType type = site.output(0).type;
    if (type == ElementType::i32) { head->run = run_binary_integer<std::int32_t, std::uint32_t>; }
    if (type == ElementType::i64) { head->run = run_binary_integer<std::int64_t, std::uint64_t>; }
}

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

void prepare_unary(const Site& site, Prepared* head) {
    UnarySlot& slot = *reinterpret_cast<UnarySlot*>(head);
    slot = UnarySlot();
    const format::Function* function = site.op->params_as_UnaryOp()->function();
    slot.head.run = run_unary;
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

std::int64_t load_integer(const void* x, ElementType type, std::uint64_t i) {
    switch (type) {
        case ElementType::i32:
            return static_cast<const std::int32_t*>(x)[i];
        case ElementType::i64:
            return static_cast<const std::int64_t*>(x)[i];
        case ElementType::i8:
            return static_cast<const std::int8_t*>(x)[i];
        default:
            return static_cast<const std::uint8_t*>(x)[i];
    }
}

void store_integer(void* y, ElementType type, std::uint64_t i, std::int64_t value) {
    switch (type) {
        case ElementType::f32:
            static_cast<float*>(y)[i] = static_cast<float>(value);
            break;
        case ElementType::i32:
            static_cast<std::int32_t*>(y)[i] = static_cast<std::int32_t>(value);
            break;
        case ElementType::i64:
            static_cast<std::int64_t*>(y)[i] = value;
            break;
        case ElementType::i8:
            static_cast<std::int8_t*>(y)[i] = static_cast<std::int8_t>(value);
            break;
        case ElementType::u8:
            static_cast<std::uint8_t*>(y)[i] = static_cast<std::uint8_t>(value);
            break;
        case ElementType::boolean:
            static_cast<std::uint8_t*>(y)[i] = value != 0;
            break;
    }
}

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
        if (slot.from == ElementType::f32) {
            const float x = static_cast<const float*>(slot.x.get())[i];
            if (slot.to == ElementType::f32) {
                static_cast<float*>(slot.y.get())[i] = x;
            } else {
                store_integer(slot.y, slot.to, i, truncate(x, slot.to));
            }
        } else {
            store_integer(slot.y, slot.to, i, load_integer(slot.x, slot.from, i));
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

}  // namespace

const Operator binary_operator = {fixed_slot_bytes<BinarySlot>, prepare_binary};
const Operator binary_integer_operator = {fixed_slot_bytes<BinarySlot>, prepare_binary_integer};
const Operator unary_operator = {fixed_slot_bytes<UnarySlot>, prepare_unary};
const Operator cast_operator = {fixed_slot_bytes<CastSlot>, prepare_cast};

}  // namespace tidegate::ops
