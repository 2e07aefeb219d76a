// SPDX-License-Identifier: MIT
// The rows of the operators along axes.
#include "read/row_parts.h"

namespace tidegate {
namespace {

using namespace rows;

template <ReduceKind kind>
void reduce(const NodeReader& node) {
    translate_reduce(node, kind);
}
template <Norm norm>
void reduce_norm(const NodeReader& node) {
    translate_reduce_norm(node, norm);
}
void arg_max(const NodeReader& node) { translate_extreme(node, true); }
void arg_min(const NodeReader& node) { translate_extreme(node, false); }

const Rows kReduce = {{"axes", K::integers}, {"keepdims", K::integer}};
const Rows kReduceByInput = {{"keepdims", K::integer}, {"noop_with_empty_axes", K::integer}};
const Rows kArg = {{"axis", K::integer}, {"keepdims", K::integer}};
const Rows kArg12 = kArg + AttributeRow{"select_last_index", K::integer};
const Rows kTopK11 = kAxis + AttributeRow{"largest", K::integer} + AttributeRow{"sorted", K::integer};

const Rows kGroup18 = kEpsilon + AttributeRow{"num_groups", K::integer};
const Rows kGroup21 = kGroup18 + AttributeRow{"stash_type", K::integer};

const std::vector<OperatorRow> kRows = {
    {"ArgMax", 1, 1, 1, 1, kArg, arg_max},
    {"ArgMax", 12, 1, 1, 1, kArg12, arg_max},
    {"ArgMin", 1, 1, 1, 1, kArg, arg_min},
    {"ArgMin", 12, 1, 1, 1, kArg12, arg_min},
    {"CumSum", 11, 2, 2, 1, {{"exclusive", K::integer}, {"reverse", K::integer}}, translate_cum_sum},
    {"GroupNormalization", 18, 3, 3, 1, kGroup18, translate_group_normalization},
    {"GroupNormalization", 21, 3, 3, 1, kGroup21, translate_group_normalization},
    {"Hardmax", 1, 1, 1, 1, kAxis, translate_hardmax},
    {"InstanceNormalization", 6, 3, 3, 1, kEpsilon, translate_instance_normalization},
    {"LayerNormalization", 17, 2, 3, 3, kNormalization, translate_layer_normalization},
    {"LpNormalization", 1, 1, 1, 1, kAxis + AttributeRow{"p", K::integer}, translate_lp_normalization},
    {"MeanVarianceNormalization", 9, 1, 1, 1, kAxes, translate_mean_variance_normalization},
    {"RMSNormalization", 23, 2, 2, 1, kNormalization, translate_rms_normalization},
    {"ReduceL1", 1, 1, 1, 1, kReduce, reduce_norm<Norm::l1>},
    {"ReduceL1", 18, 1, 2, 1, kReduceByInput, reduce_norm<Norm::l1>},
    {"ReduceL2", 1, 1, 1, 1, kReduce, reduce_norm<Norm::l2>},
    {"ReduceL2", 18, 1, 2, 1, kReduceByInput, reduce_norm<Norm::l2>},
    {"ReduceLogSum", 1, 1, 1, 1, kReduce, reduce_norm<Norm::log_sum>},
    {"ReduceLogSum", 18, 1, 2, 1, kReduceByInput, reduce_norm<Norm::log_sum>},
    {"ReduceLogSumExp", 1, 1, 1, 1, kReduce, translate_reduce_log_sum_exp},
    {"ReduceLogSumExp", 18, 1, 2, 1, kReduceByInput, translate_reduce_log_sum_exp},
    {"ReduceMax", 1, 1, 1, 1, kReduce, reduce<ReduceKind::maximum>},
    {"ReduceMax", 18, 1, 2, 1, kReduceByInput, reduce<ReduceKind::maximum>},
    {"ReduceMean", 1, 1, 1, 1, kReduce, reduce<ReduceKind::mean>},
    {"ReduceMean", 18, 1, 2, 1, kReduceByInput, reduce<ReduceKind::mean>},
    {"ReduceMin", 1, 1, 1, 1, kReduce, reduce<ReduceKind::minimum>},
    {"ReduceMin", 18, 1, 2, 1, kReduceByInput, reduce<ReduceKind::minimum>},
    {"ReduceProd", 1, 1, 1, 1, kReduce, reduce<ReduceKind::product>},
    {"ReduceProd", 18, 1, 2, 1, kReduceByInput, reduce<ReduceKind::product>},
    {"ReduceSum", 1, 1, 1, 1, kReduce, reduce<ReduceKind::sum>},
    {"ReduceSum", 13, 1, 2, 1, kReduceByInput, reduce<ReduceKind::sum>},
    {"ReduceSumSquare", 1, 1, 1, 1, kReduce, reduce_norm<Norm::sum_square>},
    {"ReduceSumSquare", 18, 1, 2, 1, kReduceByInput, reduce_norm<Norm::sum_square>},
    {"TopK", 1, 1, 1, 2, {{"axis", K::integer}, {"k", K::integer}}, translate_top_k},
    {"TopK", 10, 2, 2, 2, kAxis, translate_top_k},
    {"TopK", 11, 2, 2, 2, kTopK11, translate_top_k},
};

}  // namespace

const std::vector<OperatorRow>& reduce_rows() { return kRows; }

}  // namespace tidegate
