// SPDX-License-Identifier: MIT
// The contract between the session and the operators. An operator is prepared at start, and when dimensions change,
// into a slot of the arena (pointers, extents, strides) and then only run. Its structure was checked by format/check:
// nothing here can fail.
#pragma once

#include <cstddef>
#include <cstdint>

#include "format/check.h"
#include "format/extents.h"
#include "kernels/kernels.h"
#include "ops/wide.h"

namespace tidegate::ops {

struct Prepared;
using RunFunction = void(const Prepared& self, const kernels::Kernels& kernels);

/// The head of every slot. `next` is how many bytes away the next one to run lies: the slot's size, set by the session
/// where the operator leaves it 0. Loops set it anew with each run.
struct Prepared {
    Wide<RunFunction> run;
    std::int64_t next = 0;
};

/// Slots of loops whose end is not prepared yet.
struct OpenLoops {
    Prepared* slots[format::kMaxLoopDepth] = {};
    std::uint32_t count = 0;
};

/// A tensor where it lies in this session. Constants are never written.
struct TensorView {
    void* data = nullptr;  ///< null: an optional tensor that is missing
    format::ElementType type = format::ElementType::f32;
    std::uint32_t rank = 0;
    std::int32_t dims[8] = {};

    const float* floats() const { return static_cast<const float*>(data); }
    std::uint64_t count() const {
        std::uint64_t n = 1;
        for (std::uint32_t i = 0; i < rank; ++i) { n *= static_cast<std::uint64_t>(dims[i]); }
        return n;
    }
};

/// What an operator is prepared from: its description in the file and the memory of the session.
struct Site {
    const format::Model* model = nullptr;
    const std::uint8_t* weights = nullptr;
    std::uint8_t* buffers = nullptr;        ///< the arena behind the session's own part; null: only to describe
    const std::int32_t* extents = nullptr;  ///< values of the expressions, in the session; null: the planned ones
    std::uint64_t* clamped = nullptr;       ///< counts computed lengths and indices that were out of range
    const format::Op* op = nullptr;
    OpenLoops* loops = nullptr;

    std::int32_t extent(std::int32_t coded) const { return format::Extents(*model, extents).value(coded); }
    TensorView tensor(int index) const;
    TensorView input(std::uint32_t i) const { return tensor(op->inputs()->Get(i)); }
    TensorView output(std::uint32_t i) const { return tensor(op->outputs()->Get(i)); }
    float* scratch() const;
    std::uint64_t scratch_bytes() const;
    const float* floats_at(std::uint64_t offset) const { return reinterpret_cast<const float*>(weights + offset); }
};

/// What a row of the operator table runs (tg_operator in format/operator_list.h).
struct Operator {
    /// Bytes of the slot, a multiple of 8, the same on every target.
    std::uint64_t (*slot_bytes)(const format::Op& op);
    /// Fills the slot. Done again when dimensions change.
    void (*prepare)(const Site& site, Prepared* slot);
};

extern const Operator lstm_stream_operator, lstm_stream_f16_operator, lstm_stream_i8_operator, gru_stream_operator,
    gru_stream_f16_operator, gru_stream_i8_operator, lstm_operator, lstm_f16_operator, lstm_i8_operator, gru_operator,
    gru_f16_operator, gru_i8_operator, recurrent_operator, recurrent_f16_operator, recurrent_i8_operator,
    dense_operator, dense_f16_operator, dense_i8_operator, matmul_operator, binary_operator, binary_integer_operator,
    choice_operator, power_operator, compare_operator, unary_operator, math_operator, angle_operator, select_operator,
    softmax_operator, transpose_operator, concat_operator, slice_operator, gather_operator, expand_operator,
    cast_operator, extents_operator, conv_operator, conv_f16_operator, conv_i8_operator, channel_conv_operator,
    pool_operator, overlay_operator, gather_elements_operator, gather_nd_operator, scatter_elements_operator,
    scatter_nd_operator, reduce_operator, reduce_integer_operator, extreme_operator, cum_sum_operator, top_k_operator,
    loop_operator, loop_end_operator;

/// slot_bytes of an operator whose slot is always a `Slot`.
template <class Slot>
std::uint64_t fixed_slot_bytes(const format::Op&) {
    static_assert(sizeof(Slot) % 8 == 0 && alignof(Slot) == 8);
    return sizeof(Slot);
}

}  // namespace tidegate::ops
