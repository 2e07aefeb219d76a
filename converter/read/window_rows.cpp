// SPDX-License-Identifier: MIT
// The rows of convolutions, pools and the normalization that goes into them.
#include "read/row_parts.h"

namespace tidegate {
namespace {

using namespace rows;

const Rows kConvTranspose =
    kConv + AttributeRow{"output_padding", K::integers} + AttributeRow{"output_shape", K::integers};
const Rows kMaxPool8 = kWindow + AttributeRow{"storage_order", K::integer};
const Rows kMaxPool10 = kMaxPool8 + kDilations + AttributeRow{"ceil_mode", K::integer};
const Rows kBatchNormalization9 = kEpsilon + AttributeRow{"momentum", K::real};
const Rows kBatchNormalization7 = kBatchNormalization9 + AttributeRow{"spatial", K::integer};
const Rows kBatchNormalization14 = kBatchNormalization9 + AttributeRow{"training_mode", K::integer};

template <PoolKind kind>
void global_pool(const NodeReader& node) {
    translate_global_pool(node, kind);
}

}  // namespace

const std::vector<OperatorRow>& window_rows() {
    static const std::vector<OperatorRow> rows = {
        {"AveragePool", 7, 1, 1, 1, kAveragePool7, pool<PoolKind::average>},
        {"AveragePool", 10, 1, 1, 1, kAveragePool10, pool<PoolKind::average>},
        {"AveragePool", 19, 1, 1, 1, kAveragePool19, pool<PoolKind::average>},
        {"BatchNormalization", 7, 5, 5, 5, kBatchNormalization7, translate_batch_normalization},
        {"BatchNormalization", 9, 5, 5, 5, kBatchNormalization9, translate_batch_normalization},
        {"BatchNormalization", 14, 5, 5, 3, kBatchNormalization14, translate_batch_normalization},
        {"Conv", 1, 2, 3, 1, kConv, translate_conv},
        {"ConvTranspose", 1, 2, 3, 1, kConvTranspose, translate_conv_transpose},
        {"GlobalAveragePool", 1, 1, 1, 1, {}, global_pool<PoolKind::average>},
        {"GlobalMaxPool", 1, 1, 1, 1, {}, global_pool<PoolKind::maximum>},
        {"MaxPool", 1, 1, 1, 1, kWindow, pool<PoolKind::maximum>},
        {"MaxPool", 8, 1, 1, 2, kMaxPool8, pool<PoolKind::maximum>},
        {"MaxPool", 10, 1, 1, 2, kMaxPool10, pool<PoolKind::maximum>},
    };
    return rows;
}

}  // namespace tidegate
