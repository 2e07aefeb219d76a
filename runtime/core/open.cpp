// SPDX-License-Identifier: MIT
// tg_open() alone: it needs every operator.
#include "tidegate/embedded.h"

namespace {

constexpr const tg_operator* kAll[] = {
    &tg_op_lstm_stream,
    &tg_op_lstm_stream_f16,
    &tg_op_lstm_stream_i8,
    &tg_op_gru_stream,
    &tg_op_gru_stream_f16,
    &tg_op_gru_stream_i8,
    &tg_op_lstm,
    &tg_op_lstm_f16,
    &tg_op_lstm_i8,
    &tg_op_gru,
    &tg_op_gru_f16,
    &tg_op_gru_i8,
    &tg_op_recurrent,
    &tg_op_recurrent_f16,
    &tg_op_recurrent_i8,
    &tg_op_dense,
    &tg_op_dense_f16,
    &tg_op_dense_i8,
    &tg_op_matmul,
    &tg_op_binary,
    &tg_op_binary_integer,
    &tg_op_unary,
    &tg_op_softmax,
    &tg_op_transpose,
    &tg_op_concat,
    &tg_op_slice,
    &tg_op_gather,
    &tg_op_expand,
    &tg_op_cast,
    &tg_op_extents,
    &tg_op_conv,
    &tg_op_conv_f16,
    &tg_op_conv_i8,
    &tg_op_channel_conv,
    &tg_op_pool,
    &tg_op_choice,
    &tg_op_power,
    &tg_op_compare,
    &tg_op_math,
    &tg_op_angle,
    &tg_op_select,
    &tg_op_overlay,
    &tg_op_gather_elements,
    &tg_op_gather_nd,
    &tg_op_scatter_elements,
    &tg_op_scatter_nd,
    &tg_op_reduce,
    &tg_op_reduce_integer,
    &tg_op_extreme,
    &tg_op_cum_sum,
    &tg_op_top_k,
    &tg_op_loop,
    &tg_op_loop_end,
};

}  // namespace

extern "C" {

const tg_operators tg_all_operators = {kAll, sizeof(kAll) / sizeof(kAll[0])};

tg_status tg_open(const void* bytes, size_t size, tg_model* model) {
    return tg_open_with(bytes, size, &tg_all_operators, model);
}

}  // extern "C"
