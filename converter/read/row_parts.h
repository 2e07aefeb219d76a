// SPDX-License-Identifier: MIT
// What the rows of several families have in common: lists of attributes, and operators that are one node of the graph.
#pragma once

#include "read/operators.h"

namespace tidegate::rows {

using K = AttributeKind;
using Rows = AttributeRows;

inline const Rows kAlpha = {{"alpha", K::real}};
inline const Rows kAxis = {{"axis", K::integer}};
inline const Rows kAxes = {{"axes", K::integers}};
inline const Rows kEpsilon = {{"epsilon", K::real}};
inline const Rows kLimits = {{"min", K::real}, {"max", K::real}};
inline const Rows kNormalization = {{"axis", K::integer}, {"epsilon", K::real}, {"stash_type", K::integer}};
inline const Rows kSplit = {{"axis", K::integer}, {"split", K::integers}};

inline const Rows kGemm = {{"alpha", K::real}, {"beta", K::real}, {"transA", K::integer}, {"transB", K::integer}};

inline const Rows kWindow = {
    {"auto_pad", K::text}, {"kernel_shape", K::integers}, {"strides", K::integers}, {"pads", K::integers}};
inline const AttributeRow kDilations = {"dilations", K::integers};
inline const Rows kConv = kWindow + kDilations + AttributeRow{"group", K::integer};
inline const Rows kAveragePool7 = kWindow + AttributeRow{"count_include_pad", K::integer};
inline const Rows kAveragePool10 = kAveragePool7 + AttributeRow{"ceil_mode", K::integer};
inline const Rows kAveragePool19 = kAveragePool10 + kDilations;

inline const Rows kCell = {{"activation_alpha", K::reals}, {"activation_beta", K::reals}, {"activations", K::texts},
                           {"clip", K::real_or_integer},   {"direction", K::text},        {"hidden_size", K::integer}};
inline const AttributeRow kInputForget = {"input_forget", K::integer};
inline const AttributeRow kLinear = {"linear_before_reset", K::integer};

/// A node without attributes.
template <class T>
void plain(const NodeReader& node) {
    node.add(T{});
}
template <UnaryKind kind>
void unary(const NodeReader& node) {
    translate_unary(node, kind, 0, 0);
}
template <BinaryKind kind>
void variadic(const NodeReader& node) {
    translate_variadic(node, kind);
}
template <PoolKind kind>
void pool(const NodeReader& node) {
    translate_pool(node, kind);
}

inline void leaky_relu(const NodeReader& node) { translate_unary(node, UnaryKind::leaky_relu, 0.01f, 0); }
inline void elu(const NodeReader& node) { translate_unary(node, UnaryKind::elu, 1, 0); }
inline void hard_sigmoid(const NodeReader& node) { translate_unary(node, UnaryKind::hard_sigmoid, 0.2f, 0.5f); }

}  // namespace tidegate::rows
