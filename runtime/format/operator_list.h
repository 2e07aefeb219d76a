// SPDX-License-Identifier: MIT
// What the check knows of each operator, one row each, and the list of those that a program carries: a program that
// lacks an operator carries neither its code nor its rule.
#pragma once

#include <cstddef>
#include <cstdint>

#include "format/model_generated.h"

namespace tidegate::format {

struct Operands;

/// Lengths of an op's inputs and outputs. Bit i of an `optional` mask: operand i may be -1.
struct Arity {
    std::uint32_t inputs;   ///< or kAnyNumber
    std::uint32_t outputs;  ///< or kAnyNumber
    std::uint32_t optional_inputs = 0;
    std::uint32_t optional_outputs = 0;
};
inline constexpr std::uint32_t kAnyNumber = ~0u;

struct Rule {
    OpParams params;
    Arity arity;
    /// Types, shapes and parameters. Every operand that is there exists.
    bool (*fits)(const Operands& at);
    /// Is the op one that this row can run? Asked before the op is checked. Null: every one with these params.
    bool (*serves)(const Model& model, const Op& op) = nullptr;
    /// Bytes that an op with sound parameters needs as scratch; null: it has none.
    std::uint64_t (*scratch_bytes)(const Op& op) = nullptr;
    /// Input 1 holds lengths or indices, which `fits` looks at one by one where they are constant.
    bool steered = false;
};

// check_recurrent.cpp. lstm and gru: the cells as nearly every model has them, sigmoid and tanh, without clip,
// peepholes and input_forget; their stream: one step forward of one series with given states, whose results need no
// copying; recurrent: every RNN, LSTM and GRU.
// Each for one form of matrices.
extern const Rule lstm_stream_rule, lstm_stream_f16_rule, lstm_stream_i8_rule, gru_stream_rule, gru_stream_f16_rule,
    gru_stream_i8_rule, lstm_rule, lstm_f16_rule, lstm_i8_rule, gru_rule, gru_f16_rule, gru_i8_rule, recurrent_rule,
    recurrent_f16_rule, recurrent_i8_rule, dense_rule, dense_f16_rule, dense_i8_rule;
// check_elementwise.cpp
// binary: + - * / of f32; choice: minimum, maximum, slope of f32; power: the rest of f32. math: functions of no cell;
// angle: sine and cosine.
extern const Rule matmul_rule, binary_rule, choice_rule, power_rule, binary_integer_rule, compare_rule, unary_rule,
    math_rule, angle_rule, softmax_rule, cast_rule, select_rule;
// check_windows.cpp
extern const Rule conv_rule, conv_f16_rule, conv_i8_rule, channel_conv_rule, pool_rule;
// check_reduce.cpp. reduce: of f32.
extern const Rule reduce_rule, reduce_integer_rule, extreme_rule, cum_sum_rule, top_k_rule;
// check_moves.cpp
extern const Rule transpose_rule, concat_rule, slice_rule, gather_rule, expand_rule, extents_rule;
// check_indexed.cpp
extern const Rule overlay_rule, gather_elements_rule, gather_nd_rule, scatter_elements_rule, scatter_nd_rule;
// check_loop.cpp
extern const Rule loop_rule, loop_end_rule;

}  // namespace tidegate::format

namespace tidegate::ops {
struct Operator;
}

/// A row of a program's operator table. The format asks for the rule and hands out the row.
struct tg_operator {
    const tidegate::format::Rule* rule;
    const tidegate::ops::Operator* code;
};

namespace tidegate::format {

struct OperatorList {
    const tg_operator* const* rows;
    std::size_t count;
    /// The first row that serves the op of a verified payload; null if there is none.
    const tg_operator* find(const Model& model, const Op& op) const;
};

}  // namespace tidegate::format
