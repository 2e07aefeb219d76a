// SPDX-License-Identifier: MIT
// Normalizations by statistics of the data itself.
#include <cfloat>
#include <cmath>

#include "read/operators.h"

namespace tidegate {
namespace {

double epsilon_of(const NodeReader& node) {
    const double epsilon = node.attributes.real("epsilon", 1e-5f);
    if (!std::isfinite(epsilon) || epsilon < 0) { throw NodeFault("attribute 'epsilon' is not a positive number"); }
    return epsilon;
}

/// The type of the sums: f32 here.
void check_stash_type(const NodeReader& node) {
    const std::int64_t type = node.attributes.has("stash_type") ? node.attributes.integer("stash_type", 1) : 1;
    if (type != 1) {
        throw NodeFault("stash_type is " + std::to_string(type) + "; 1 (float) is supported: the sums are of floats");
    }
}

ValueId made(const NodeReader& node, const std::string& suffix, Op op, std::vector<ValueId> from) {
    const ValueId result = node.between(suffix);
    node.add(std::move(op), std::move(from), {result});
    return result;
}

}  // namespace

void translate_layer_normalization(const NodeReader& node) {
    check_stash_type(node);
    node.add(Normalization{NormalizationKind::layer, node.attributes.integer("axis", -1), 1, false, epsilon_of(node)});
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
    const ValueId center = made(node, "mean", mean, {x, axes});
    const ValueId centered = made(node, "centered", Binary{BinaryKind::subtract}, {x, center});
    const ValueId square = made(node, "square", Binary{BinaryKind::multiply}, {centered, centered});
    const ValueId variance = made(node, "variance", mean, {square, axes});
    const ValueId root = made(node, "root", Unary{{UnaryKind::square_root, 0, 0}}, {variance});
    const ValueId deviation = made(node, "deviation", Unary{{UnaryKind::affine, 1, 1e-9}}, {root});
    node.add(Binary{BinaryKind::divide}, {centered, deviation}, node.outputs);
}

/// x divided by its norm along the axis; zeros stay zeros.
void translate_lp_normalization(const NodeReader& node) {
    const std::int64_t p = node.attributes.integer("p", 2);
    if (p != 1 && p != 2) { throw NodeFault("attribute 'p' is " + std::to_string(p) + "; 1 and 2 are known"); }
    const ValueId x = node.inputs[0], axis = node.list("axis", {node.attributes.integer("axis", -1)});
    const ValueId part = p == 1 ? made(node, "absolute", Unary{{UnaryKind::absolute, 0, 0}}, {x})
                                : made(node, "square", Binary{BinaryKind::multiply}, {x, x});
    ValueId norm = made(node, "sum", Reduce{ReduceKind::sum, true, false}, {part, axis});
    if (p == 2) { norm = made(node, "root", Unary{{UnaryKind::square_root, 0, 0}}, {norm}); }
    const ValueId least = node.context.graph.add_constant(node.name + ".least", Tensor::of({}, {FLT_MIN}));
    const ValueId positive = made(node, "norm", Binary{BinaryKind::maximum}, {norm, least});
    node.add(Binary{BinaryKind::divide}, {x, positive}, node.outputs);
}

}  // namespace tidegate
