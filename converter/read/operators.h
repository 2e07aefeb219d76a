// SPDX-License-Identifier: MIT
// The operators that are read: per opset, what a node may have, and the function that translates it. One list for each
// family, sorted by name, then opset.
#pragma once

#include <string>
#include <vector>

#include "read/node_reader.h"

namespace tidegate {

struct OperatorRow {
    const char* name;        ///< with its domain, if that is not ONNX's own
    std::int64_t since;      ///< opset; valid up to the next row of the same name
    std::size_t min_inputs;  ///< the first ones, which must be there
    std::size_t max_inputs;
    std::size_t max_outputs;
    AttributeRows attributes;
    void (*translate)(const NodeReader&);  ///< throws NodeFault
    bool takes_sequences = false;          ///< instead of tensors
};

inline constexpr std::size_t kAnyNumber = SIZE_MAX;
inline constexpr std::size_t kAnyOrMissing = SIZE_MAX - 1;  ///< any number, of which any may be missing

const std::vector<OperatorRow>& elementwise_rows();
const std::vector<OperatorRow>& window_rows();
const std::vector<OperatorRow>& move_rows();
const std::vector<OperatorRow>& reduce_rows();
const std::vector<OperatorRow>& sequence_rows();
const std::vector<OperatorRow>& quantized_rows();
const std::vector<OperatorRow>& microsoft_rows();
const std::vector<OperatorRow>& old_rows();

/// All of them, by name and opset.
std::vector<const OperatorRow*> operator_rows();

/// Throws NodeFault for an operator that is not read, or not in this opset, saying what to do.
/// domain: empty for ONNX's own.
const OperatorRow& find_operator(const std::string& domain, const std::string& type, std::int64_t opset);

/// Throws NodeFault if the node has other operands than the row says. any_output: the first one may be unnamed.
void check_counts(const OperatorRow& row, const NodeReader& node, bool any_output);

/// Throws NodeFault if the node reads sequences of tensors instead of tensors, and the row does not.
void check_kinds(const OperatorRow& row, const NodeReader& node);

// recurrent.cpp
void translate_recurrent(const NodeReader& node, CellKind cell, bool integer_weights = false);
// reshaping.cpp: operators that only move or rename elements
void translate_slice_attributes(const NodeReader& node);
void translate_split(const NodeReader& node);
void translate_split_18(const NodeReader& node);
void translate_squeeze(const NodeReader& node);
void translate_unsqueeze(const NodeReader& node);
void translate_reshape(const NodeReader& node);
void translate_shape(const NodeReader& node);
// computing.cpp
void translate_gemm(const NodeReader& node);
void translate_unary(const NodeReader& node, UnaryKind kind, float alpha, float beta);
void translate_softmax(const NodeReader& node, bool log);
void translate_cast(const NodeReader& node);
void translate_dropout(const NodeReader& node);
// windows.cpp
Conv conv_of(const Attributes& attributes);
Pool pool_of(const Attributes& attributes, PoolKind kind);
void translate_conv(const NodeReader& node);
void translate_conv_transpose(const NodeReader& node);
void translate_pool(const NodeReader& node, PoolKind kind);
void translate_global_pool(const NodeReader& node, PoolKind kind);
void translate_batch_normalization(const NodeReader& node);
// elementwise.cpp
void translate_variadic(const NodeReader& node, BinaryKind kind);
void translate_mean(const NodeReader& node);
void translate_mod(const NodeReader& node);
void translate_greater(const NodeReader& node, bool or_equal);
void translate_not(const NodeReader& node);
void translate_clip(const NodeReader& node);
void translate_hard_swish(const NodeReader& node);
void translate_swish(const NodeReader& node, float missing_alpha);
void translate_mish(const NodeReader& node);
void translate_selu(const NodeReader& node, float missing_alpha, float missing_gamma);
void translate_celu(const NodeReader& node);
/// The node's output is x / 2 (1 + erf(x / sqrt 2)), or that by tanh.
void add_gelu(const NodeReader& node, ValueId x, bool by_tanh);
void translate_gelu(const NodeReader& node);
void translate_is_nan(const NodeReader& node);
void translate_is_inf(const NodeReader& node);
void translate_tan(const NodeReader& node);
// moves.cpp
void translate_pad_attributes(const NodeReader& node);
void translate_pad(const NodeReader& node);
void translate_scatter_elements(const NodeReader& node);
void translate_scatter_nd(const NodeReader& node);
void translate_trilu(const NodeReader& node);
void translate_eye_like(const NodeReader& node);
void translate_upsample(const NodeReader& node);
void translate_resize(const NodeReader& node);
// sequences.cpp
void translate_identity(const NodeReader& node);
void translate_sequence_construct(const NodeReader& node);
void translate_sequence_insert(const NodeReader& node);
void translate_sequence_erase(const NodeReader& node);
void translate_sequence_at(const NodeReader& node);
void translate_sequence_length(const NodeReader& node);
void translate_split_to_sequence(const NodeReader& node);
void translate_concat_from_sequence(const NodeReader& node);
// einsum.cpp
void translate_einsum(const NodeReader& node);
// shaped_moves.cpp
void translate_size(const NodeReader& node);
void translate_depth_to_space(const NodeReader& node);
void translate_space_to_depth(const NodeReader& node);
void translate_one_hot(const NodeReader& node);
void translate_reverse_sequence(const NodeReader& node);
// reduce.cpp
/// What is done to the elements before and after their sum.
enum class Norm { l1, l2, sum_square, log_sum };
void translate_reduce(const NodeReader& node, ReduceKind kind);
void translate_reduce_norm(const NodeReader& node, Norm norm);
void translate_reduce_log_sum_exp(const NodeReader& node);
void translate_extreme(const NodeReader& node, bool largest);
void translate_cum_sum(const NodeReader& node);
void translate_top_k(const NodeReader& node);
void translate_hardmax(const NodeReader& node);
// normalization.cpp
double epsilon_of(const NodeReader& node, float missing = 1e-5f);
void translate_layer_normalization(const NodeReader& node);
void translate_rms_normalization(const NodeReader& node);
void translate_instance_normalization(const NodeReader& node);
void translate_group_normalization(const NodeReader& node);
void translate_mean_variance_normalization(const NodeReader& node);
void translate_lp_normalization(const NodeReader& node);
// quantized.cpp
void translate_dequantize_linear(const NodeReader& node);
void translate_quantize_linear(const NodeReader& node);
void translate_dynamic_quantize_lstm(const NodeReader& node);
// quantized_products.cpp
void translate_conv_integer(const NodeReader& node);
void translate_qlinear_matmul(const NodeReader& node);
void translate_qlinear_conv(const NodeReader& node);
void translate_matmul_integer_to_float(const NodeReader& node);
void translate_dynamic_quantize_matmul(const NodeReader& node);
void translate_qgemm(const NodeReader& node);
// quantized_layers.cpp: integers become reals, then those of the result
void translate_qlinear_binary(const NodeReader& node, BinaryKind kind);
void translate_qlinear_unary(const NodeReader& node, UnaryKind kind);
void translate_qlinear_pool(const NodeReader& node, bool global);
void translate_qlinear_concat(const NodeReader& node);
void translate_qlinear_softmax(const NodeReader& node);
void translate_qlinear_where(const NodeReader& node);
// random.cpp
void translate_random(const NodeReader& node, const char* name);
// old.cpp
ValueId old_operand(const NodeReader& node);  ///< the second one, as `axis` and `broadcast` place it
void translate_old_prelu(const NodeReader& node);
void translate_old_cast(const NodeReader& node);
void translate_old_dropout(const NodeReader& node);
void translate_old_batch_normalization(const NodeReader& node);
void translate_old_reshape(const NodeReader& node);
void translate_old_upsample(const NodeReader& node);
void translate_old_recurrent(const NodeReader& node, CellKind cell);
// control.cpp
void translate_if(const NodeReader& node);
// loops.cpp
void translate_loop(const NodeReader& node);
void translate_scan(const NodeReader& node);
void translate_scan_8(const NodeReader& node);
// constants.cpp
void translate_constant(const NodeReader& node);
void translate_constant_of_shape(const NodeReader& node);

}  // namespace tidegate
