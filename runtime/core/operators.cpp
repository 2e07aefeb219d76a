// SPDX-License-Identifier: MIT
// The operators as programs name them: rule and code, each pair by itself so that a linker takes it by itself.
#include "format/operator_list.h"
#include "ops/op.h"
#include "tidegate/embedded.h"

namespace format = tidegate::format;
namespace ops = tidegate::ops;

extern "C" {

const tg_operator tg_op_lstm_stream = {&format::lstm_stream_rule, &ops::lstm_stream_operator};
const tg_operator tg_op_lstm_stream_f16 = {&format::lstm_stream_f16_rule, &ops::lstm_stream_f16_operator};
const tg_operator tg_op_lstm_stream_i8 = {&format::lstm_stream_i8_rule, &ops::lstm_stream_i8_operator};
const tg_operator tg_op_gru_stream = {&format::gru_stream_rule, &ops::gru_stream_operator};
const tg_operator tg_op_gru_stream_f16 = {&format::gru_stream_f16_rule, &ops::gru_stream_f16_operator};
const tg_operator tg_op_gru_stream_i8 = {&format::gru_stream_i8_rule, &ops::gru_stream_i8_operator};
const tg_operator tg_op_lstm = {&format::lstm_rule, &ops::lstm_operator};
const tg_operator tg_op_lstm_f16 = {&format::lstm_f16_rule, &ops::lstm_f16_operator};
const tg_operator tg_op_lstm_i8 = {&format::lstm_i8_rule, &ops::lstm_i8_operator};
const tg_operator tg_op_gru = {&format::gru_rule, &ops::gru_operator};
const tg_operator tg_op_gru_f16 = {&format::gru_f16_rule, &ops::gru_f16_operator};
const tg_operator tg_op_gru_i8 = {&format::gru_i8_rule, &ops::gru_i8_operator};
const tg_operator tg_op_recurrent = {&format::recurrent_rule, &ops::recurrent_operator};
const tg_operator tg_op_recurrent_f16 = {&format::recurrent_f16_rule, &ops::recurrent_f16_operator};
const tg_operator tg_op_recurrent_i8 = {&format::recurrent_i8_rule, &ops::recurrent_i8_operator};
const tg_operator tg_op_dense = {&format::dense_rule, &ops::dense_operator};
const tg_operator tg_op_dense_f16 = {&format::dense_f16_rule, &ops::dense_f16_operator};
const tg_operator tg_op_dense_i8 = {&format::dense_i8_rule, &ops::dense_i8_operator};
const tg_operator tg_op_matmul = {&format::matmul_rule, &ops::matmul_operator};
const tg_operator tg_op_binary = {&format::binary_rule, &ops::binary_operator};
const tg_operator tg_op_binary_integer = {&format::binary_integer_rule, &ops::binary_integer_operator};
const tg_operator tg_op_unary = {&format::unary_rule, &ops::unary_operator};
const tg_operator tg_op_choice = {&format::choice_rule, &ops::choice_operator};
const tg_operator tg_op_power = {&format::power_rule, &ops::power_operator};
const tg_operator tg_op_compare = {&format::compare_rule, &ops::compare_operator};
const tg_operator tg_op_math = {&format::math_rule, &ops::math_operator};
const tg_operator tg_op_angle = {&format::angle_rule, &ops::angle_operator};
const tg_operator tg_op_select = {&format::select_rule, &ops::select_operator};
const tg_operator tg_op_softmax = {&format::softmax_rule, &ops::softmax_operator};
const tg_operator tg_op_transpose = {&format::transpose_rule, &ops::transpose_operator};
const tg_operator tg_op_concat = {&format::concat_rule, &ops::concat_operator};
const tg_operator tg_op_slice = {&format::slice_rule, &ops::slice_operator};
const tg_operator tg_op_gather = {&format::gather_rule, &ops::gather_operator};
const tg_operator tg_op_expand = {&format::expand_rule, &ops::expand_operator};
const tg_operator tg_op_cast = {&format::cast_rule, &ops::cast_operator};
const tg_operator tg_op_conv = {&format::conv_rule, &ops::conv_operator};
const tg_operator tg_op_conv_f16 = {&format::conv_f16_rule, &ops::conv_f16_operator};
const tg_operator tg_op_conv_i8 = {&format::conv_i8_rule, &ops::conv_i8_operator};
const tg_operator tg_op_channel_conv = {&format::channel_conv_rule, &ops::channel_conv_operator};
const tg_operator tg_op_pool = {&format::pool_rule, &ops::pool_operator};
const tg_operator tg_op_reduce = {&format::reduce_rule, &ops::reduce_operator};
const tg_operator tg_op_reduce_integer = {&format::reduce_integer_rule, &ops::reduce_integer_operator};
const tg_operator tg_op_extreme = {&format::extreme_rule, &ops::extreme_operator};
const tg_operator tg_op_cum_sum = {&format::cum_sum_rule, &ops::cum_sum_operator};
const tg_operator tg_op_top_k = {&format::top_k_rule, &ops::top_k_operator};
const tg_operator tg_op_extents = {&format::extents_rule, &ops::extents_operator};
const tg_operator tg_op_overlay = {&format::overlay_rule, &ops::overlay_operator};
const tg_operator tg_op_gather_elements = {&format::gather_elements_rule, &ops::gather_elements_operator};
const tg_operator tg_op_gather_nd = {&format::gather_nd_rule, &ops::gather_nd_operator};
const tg_operator tg_op_scatter_elements = {&format::scatter_elements_rule, &ops::scatter_elements_operator};
const tg_operator tg_op_scatter_nd = {&format::scatter_nd_rule, &ops::scatter_nd_operator};
const tg_operator tg_op_loop = {&format::loop_rule, &ops::loop_operator};
const tg_operator tg_op_loop_end = {&format::loop_end_rule, &ops::loop_end_operator};

}  // extern "C"
