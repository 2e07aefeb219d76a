// SPDX-License-Identifier: MIT
// y = a op b with broadcasting: of f32, of integers, and what gives a truth value.
#include <cstdint>

#include "kernels/math.h"
#include "ops/elements.h"
#include "ops/loops.h"

namespace tidegate::ops {
namespace {

using format::Binary;
using format::ElementType;
using kernels::Kernels;

struct BinarySlot {
    Prepared head;
    Wide<const void> a;
    Wide<const void> b;
    Wide<void> y;
    Loops<3> loops;  ///< a, b, y
    Binary kind = Binary::add;
    ElementType type = ElementType::f32;  ///< of a and b
};

const BinarySlot& slot_of(const Prepared& self) { return reinterpret_cast<const BinarySlot&>(self); }

void run_kernel(const BinarySlot& slot, kernels::BinaryKernel kernel) {
    const float* a = static_cast<const float*>(slot.a.get());
    const float* b = static_cast<const float*>(slot.b.get());
    float* y = static_cast<float*>(slot.y.get());
    const auto& inner = slot.loops.inner();
    const std::size_t n = static_cast<std::size_t>(inner.extent);
    const std::size_t a_step = static_cast<std::size_t>(inner.strides[0]);
    const std::size_t b_step = static_cast<std::size_t>(inner.strides[1]);
    slot.loops.for_each_row(
        [&](const std::int64_t(&at)[3]) { kernel(a + at[0], a_step, b + at[1], b_step, y + at[2], n); });
}

/// body(index in a, in b, in y) for each element.
template <class Body>
void for_each_element(const BinarySlot& slot, Body body) {
    const auto& inner = slot.loops.inner();
    slot.loops.for_each_row([&](const std::int64_t(&at)[3]) {
        for (std::int64_t i = 0; i < inner.extent; ++i) {
            body(at[0] + i * inner.strides[0], at[1] + i * inner.strides[1], at[2] + i);
        }
    });
}

// ---- f32 ------------------------------------------------------------------------------------------

void run_arithmetic(const Prepared& self, const Kernels& kernels) {
    const BinarySlot& slot = slot_of(self);
    run_kernel(slot, kernels.binary[static_cast<int>(slot.kind)]);
}

void run_choice(const Prepared& self, const Kernels& kernels) {
    const BinarySlot& slot = slot_of(self);
    run_kernel(slot, kernels.choice[static_cast<int>(slot.kind) - static_cast<int>(Binary::minimum)]);
}

/// The sign of b, as Python's %.
float modulo(float a, float b) {
    const float rest = kernels::remainder(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

void run_function(const Prepared& self, const Kernels&) {
    const BinarySlot& slot = slot_of(self);
    const float* a = static_cast<const float*>(slot.a.get());
    const float* b = static_cast<const float*>(slot.b.get());
    float* y = static_cast<float*>(slot.y.get());
    for_each_element(slot, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
        y[k] = slot.kind == Binary::power    ? kernels::power(a[i], b[j])
               : slot.kind == Binary::modulo ? modulo(a[i], b[j])
                                             : kernels::remainder(a[i], b[j]);
    });
}

// ---- integers: wrap; x / 0 and the like are 0 (there is no right answer, and a device must not trap)
// ------------------

std::int64_t product(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

std::int64_t integer_power(std::int64_t a, std::int64_t b) {
    if (b < 0) { return a == 1 || (a == -1 && (b & 1) == 0) ? 1 : a == -1 ? -1 : 0; }
    std::int64_t result = 1;
    for (; b != 0; b >>= 1) {
        if ((b & 1) != 0) { result = product(result, a); }
        a = product(a, a);
    }
    return result;
}

std::int64_t integer_remainder(std::int64_t a, std::int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }

std::int64_t integer_result(Binary kind, std::int64_t a, std::int64_t b) {
    const std::uint64_t ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
    switch (kind) {
        case Binary::add:
            return static_cast<std::int64_t>(ua + ub);
        case Binary::subtract:
            return static_cast<std::int64_t>(ua - ub);
        case Binary::multiply:
            return product(a, b);
        case Binary::divide:
            if (b == 0) { return 0; }
            return b == -1 ? static_cast<std::int64_t>(0 - ua) : a / b;
        case Binary::minimum:
            return a < b ? a : b;
        case Binary::maximum:
            return a > b ? a : b;
        case Binary::slope:
            return a < 0 ? product(a, b) : a;
        case Binary::power:
            return integer_power(a, b);
        case Binary::remainder:
            return integer_remainder(a, b);
        case Binary::modulo: {
            const std::int64_t rest = integer_remainder(a, b);
            return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
        }
        default:
            return 0;
    }
}

void run_integer(const Prepared& self, const Kernels&) {
    const BinarySlot& slot = slot_of(self);
    for_each_element(slot, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
        const std::int64_t a = load_integer(slot.a, slot.type, i), b = load_integer(slot.b, slot.type, j);
        store_integer(slot.y, slot.type, k, integer_result(slot.kind, a, b));
    });
}

// ---- truth values -----------------------------------------------------------------------------------

template <class T>
bool compare(Binary kind, T a, T b) {
    switch (kind) {
        case Binary::equal:
            return a == b;
        case Binary::less:
            return a < b;
        case Binary::less_or_equal:
            return a <= b;
        case Binary::logical_and:
            return a != 0 && b != 0;
        case Binary::logical_or:
            return a != 0 || b != 0;
        default:
            return (a != 0) != (b != 0);
    }
}

void run_compare(const Prepared& self, const Kernels&) {
    const BinarySlot& slot = slot_of(self);
    std::uint8_t* y = static_cast<std::uint8_t*>(slot.y.get());
    if (slot.type == ElementType::f32) {
        const float* a = static_cast<const float*>(slot.a.get());
        const float* b = static_cast<const float*>(slot.b.get());
        for_each_element(
            slot, [&](std::int64_t i, std::int64_t j, std::int64_t k) { y[k] = compare(slot.kind, a[i], b[j]); });
    } else {
        for_each_element(slot, [&](std::int64_t i, std::int64_t j, std::int64_t k) {
            y[k] = compare(slot.kind, load_integer(slot.a, slot.type, i), load_integer(slot.b, slot.type, j));
        });
    }
}

template <RunFunction kRun>
void prepare(const Site& site, Prepared* head) {
    BinarySlot& slot = *reinterpret_cast<BinarySlot*>(head);
    slot = BinarySlot();
    slot.head.run = kRun;
    const TensorView a = site.input(0), b = site.input(1), y = site.output(0);
    slot.a = a.data;
    slot.b = b.data;
    slot.y = y.data;
    slot.kind = site.op->params_as_BinaryOp()->kind();
    slot.type = a.type;
    std::int64_t sa[format::kMaxRank] = {}, sb[format::kMaxRank] = {}, sy[format::kMaxRank] = {};
    broadcast_strides(a, y.rank, sa);
    broadcast_strides(b, y.rank, sb);
    row_major(y, sy);
    for (std::uint32_t i = 0; i < y.rank; ++i) { slot.loops.append(y.dims[i], {sa[i], sb[i], sy[i]}); }
    slot.loops.finish();
}

}  // namespace

const Operator binary_operator = {fixed_slot_bytes<BinarySlot>, prepare<run_arithmetic>};
const Operator choice_operator = {fixed_slot_bytes<BinarySlot>, prepare<run_choice>};
const Operator power_operator = {fixed_slot_bytes<BinarySlot>, prepare<run_function>};
const Operator binary_integer_operator = {fixed_slot_bytes<BinarySlot>, prepare<run_integer>};
const Operator compare_operator = {fixed_slot_bytes<BinarySlot>, prepare<run_compare>};

}  // namespace tidegate::ops
