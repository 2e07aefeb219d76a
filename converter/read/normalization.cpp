// SPDX-License-Identifier: MIT
// Normalizations by statistics of the data itself.
#include <cfloat>
#include <cmath>

#include "read/operators.h"

namespace tidegate {
namespace {

/// The type of the sums: f32 here.
void check_stash_type(const NodeReader& node) {
    const std::int64_t type = node.attributes.integer("stash_type", 1);
    if (type != 1) {
        throw NodeFault("stash_type is " + std::to_string(type) + "; 1 (float) is supported: the sums are of floats");
    }
}

}  // namespace

double epsilon_of(const NodeReader& node, float missing) {
    const double epsilon = node.attributes.real("epsilon", missing);
    if (!std::isfinite(epsilon) || epsilon < 0) { throw NodeFault("attribute 'epsilon' is not a positive number"); }
    return epsilon;
}

void translate_layer_normalization(const NodeReader& node) {
    check_stash_type(node);
    node.add(Normalization{NormalizationKind::layer, node.attributes.integer("axis", -1), 1, false, epsilon_of(node)});
}

void translate_rms_normalization(const NodeReader& node) {
    check_stash_type(node);
    Normalization op{NormalizationKind::layer, node.attributes.integer("axis", -1), 1, false, epsilon_of(node)};
    op.centered = false;
    node.add(op);
}

void translate_instance_normalization(const NodeReader& node) {
    node.add(Normalization{NormalizationKind::instance, 2, 1, false, epsilon_of(node)});
}

/// Opset 18 had a scale and a bias for each group, since 21 each channel has its own.
void translate_group_normalization(const NodeReader& node) {
    check_stash_type(node);
    node.add(Normalization{NormalizationKind::group, 2, node.attributes.required_integer("num_groups"), node.opset < 21,
                           epsilon_of(node)});
}

/// (x - mean) / (sqrt(mean of squares of x - mean) + 1e-9)
void translate_mean_variance_normalization(const NodeReader& node) {
    const Reduce mean{ReduceKind::mean, true, false};
    const ValueId x = node.inputs[0];
    const ValueId axes =
        node.list("axes", node.attributes.has("axes") ? node.attributes.integers("axes") : Dims{0, 2, 3});
    const ValueId center = node.made("mean", mean, {x, axes});
    const ValueId centered = node.made("centered", Binary{BinaryKind::subtract}, {x, center});
    const ValueId square = node.made("square", Binary{BinaryKind::multiply}, {centered, centered});
    const ValueId variance = node.made("variance", mean, {square, axes});
    const ValueId root = node.unary("root", UnaryKind::square_root, variance);
    const ValueId deviation = node.unary("deviation", UnaryKind::affine, root, 1, 1e-9);
    node.add(Binary{BinaryKind::divide}, {centered, deviation}, node.outputs);
}

/// x divided by its norm along the axis; zeros stay zeros.
void translate_lp_normalization(const NodeReader& node) {
    const std::int64_t p = node.attributes.integer("p", 2);
    if (p != 1 && p != 2) { throw NodeFault("attribute 'p' is " + std::to_string(p) + "; 1 and 2 are known"); }
    const ValueId x = node.inputs[0], axis = node.list("axis", {node.attributes.integer("axis", -1)});
    const ValueId part = p == 1 ? node.unary("absolute", UnaryKind::absolute, x)
                                : node.made("square", Binary{BinaryKind::multiply}, {x, x});
    ValueId norm = node.made("sum", Reduce{ReduceKind::sum, true, false}, {part, axis});
    if (p == 2) { norm = node.unary("root", UnaryKind::square_root, norm); }
    const ValueId least = node.number("least", FLT_MIN);
    const ValueId positive = node.made("norm", Binary{BinaryKind::maximum}, {norm, least});
    node.add(Binary{BinaryKind::divide}, {x, positive}, node.outputs);
}

}  // namespace tidegate
