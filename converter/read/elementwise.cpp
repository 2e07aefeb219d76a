// SPDX-License-Identifier: MIT
// Operators on single elements that are one or several of the graph's.
#include <cfloat>
#include <cmath>
#include <limits>

#include "graph/text.h"
#include "read/operators.h"

namespace tidegate {
namespace {

ValueId number(const NodeReader& node, const std::string& suffix, double value) {
    return node.context.graph.add_constant(node.name + "." + suffix, Tensor::of({}, {value}));
}

ValueId truth(const NodeReader& node, const std::string& suffix, bool value) {
    return node.context.graph.add_constant(node.name + "." + suffix, Tensor{ElementType::boolean, {}, {}, {value}});
}

/// `op` of some operands, into a value in between.
ValueId made(const NodeReader& node, const std::string& suffix, Op op, std::vector<ValueId> from) {
    const ValueId result = node.between(suffix);
    node.add(std::move(op), std::move(from), {result});
    return result;
}

ValueId unary(const NodeReader& node, const std::string& suffix, UnaryKind kind, ValueId x, double alpha = 0,
              double beta = 0) {
    return made(node, suffix, Unary{{kind, alpha, beta}}, {x});
}

void finish(const NodeReader& node, BinaryKind kind, ValueId a, ValueId b) {
    node.add(Binary{kind}, {a, b}, node.outputs);
}

}  // namespace

void translate_variadic(const NodeReader& node, BinaryKind kind) {
    ValueId sum = node.inputs[0];
    if (node.inputs.size() == 1) { return node.add(Identity{}); }
    for (std::size_t i = 1; i + 1 < node.inputs.size(); ++i) {
        sum = made(node, "part" + std::to_string(i), Binary{kind}, {sum, node.inputs[i]});
    }
    finish(node, kind, sum, node.inputs.back());
}

void translate_mean(const NodeReader& node) {
    ValueId sum = node.inputs[0];
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        sum = made(node, "part" + std::to_string(i), Binary{BinaryKind::add}, {sum, node.inputs[i]});
    }
    finish(node, BinaryKind::divide, sum, number(node, "count", static_cast<double>(node.inputs.size())));
}

void translate_mod(const NodeReader& node) {
    finish(node, node.attributes.integer("fmod", 0) != 0 ? BinaryKind::remainder : BinaryKind::modulo, node.inputs[0],
           node.inputs[1]);
}

void translate_greater(const NodeReader& node, bool or_equal) {
    finish(node, or_equal ? BinaryKind::less_or_equal : BinaryKind::less, node.inputs[1], node.inputs[0]);
}

void translate_not(const NodeReader& node) {
    finish(node, BinaryKind::logical_xor, node.inputs[0], truth(node, "true", true));
}

/// min(max(x, low), high); before opset 11 the limits are attributes.
void translate_clip(const NodeReader& node) {
    ValueId low = node.input(1), high = node.input(2);
    if (node.opset < 11) {
        const auto limit = [&](const char* name, float missing) {
            const double value = node.attributes.real(name, missing);
            return std::abs(value) < FLT_MAX ? number(node, name, value) : kNone;
        };
        low = limit("min", -FLT_MAX);
        high = limit("max", FLT_MAX);
    }
    if (low == kNone && high == kNone) { return node.add(Identity{}, {node.inputs[0]}, node.outputs); }
    if (high == kNone) { return finish(node, BinaryKind::maximum, node.inputs[0], low); }
    const ValueId x =
        low == kNone ? node.inputs[0] : made(node, "low", Binary{BinaryKind::maximum}, {node.inputs[0], low});
    finish(node, BinaryKind::minimum, x, high);
}

/// x min(max(x / 6 + 1 / 2, 0), 1)
void translate_hard_swish(const NodeReader& node) {
    const ValueId gate = unary(node, "gate", UnaryKind::hard_sigmoid, node.inputs[0], 1.0 / 6, 0.5);
    finish(node, BinaryKind::multiply, node.inputs[0], gate);
}

/// x tanh(softplus(x))
void translate_mish(const NodeReader& node) {
    const ValueId x = unary(node, "softplus", UnaryKind::softplus, node.inputs[0]);
    finish(node, BinaryKind::multiply, node.inputs[0], unary(node, "gate", UnaryKind::tanh, x));
}

/// gamma (x >= 0 ? x : alpha (e^x - 1))
void translate_selu(const NodeReader& node) {
    const double alpha = node.attributes.real("alpha", 1.67326319217681884765625f);
    const double gamma = node.attributes.real("gamma", 1.05070102214813232421875f);
    const ValueId elu = unary(node, "elu", UnaryKind::elu, node.inputs[0], alpha);
    node.add(Unary{{UnaryKind::affine, gamma, 0}}, {elu}, node.outputs);
}

/// alpha elu(x / alpha)
void translate_celu(const NodeReader& node) {
    const double alpha = node.attributes.real("alpha", 1);
    if (!std::isfinite(alpha) || alpha == 0) { throw NodeFault("attribute 'alpha' must be finite and not 0"); }
    const ValueId x = made(node, "scaled", Binary{BinaryKind::divide}, {node.inputs[0], number(node, "alpha", alpha)});
    node.add(Unary{{UnaryKind::affine, alpha, 0}}, {unary(node, "elu", UnaryKind::elu, x, 1)}, node.outputs);
}

/// x / 2 (1 + erf(x / sqrt 2)), or by tanh as its attribute says.
void translate_gelu(const NodeReader& node) {
    const std::string approximate = node.attributes.text("approximate", "none");
    const ValueId x = node.inputs[0];
    ValueId gate = kNone;
    if (approximate == "none") {
        gate = unary(node, "erf", UnaryKind::erf, unary(node, "scaled", UnaryKind::affine, x, std::sqrt(0.5), 0));
    } else if (approximate == "tanh") {
        const ValueId square = made(node, "square", Binary{BinaryKind::multiply}, {x, x});
        const double root = std::sqrt(2 / 3.14159265358979323846);
        const ValueId factor = unary(node, "factor", UnaryKind::affine, square, 0.044715 * root, root);
        const ValueId inner = made(node, "inner", Binary{BinaryKind::multiply}, {x, factor});
        gate = unary(node, "tanh", UnaryKind::tanh, inner);
    } else {
        throw NodeFault("attribute 'approximate' is " + in_quotes(approximate) + "; none and tanh are known");
    }
    finish(node, BinaryKind::multiply, x, unary(node, "gate", UnaryKind::affine, gate, 0.5, 0.5));
}

/// x != x
void translate_is_nan(const NodeReader& node) {
    const ValueId same = made(node, "same", Binary{BinaryKind::equal}, {node.inputs[0], node.inputs[0]});
    finish(node, BinaryKind::logical_xor, same, truth(node, "true", true));
}

/// Beyond the largest float, on the sides that count.
void translate_is_inf(const NodeReader& node) {
    const bool above = node.attributes.integer("detect_positive", 1) != 0;
    const bool below = node.attributes.integer("detect_negative", 1) != 0;
    const ValueId largest = number(node, "largest", FLT_MAX), x = node.inputs[0];
    if (above && !below) { return finish(node, BinaryKind::less, largest, x); }
    const ValueId seen = unary(node, "seen", above ? UnaryKind::absolute : UnaryKind::negate, x);
    if (above || below) { return finish(node, BinaryKind::less, largest, seen); }
    finish(node, BinaryKind::less, x, number(node, "lowest", -std::numeric_limits<double>::infinity()));
}

/// sin x / cos x
void translate_tan(const NodeReader& node) {
    const ValueId sine = unary(node, "sine", UnaryKind::sine, node.inputs[0]);
    finish(node, BinaryKind::divide, sine, unary(node, "cosine", UnaryKind::cosine, node.inputs[0]));
}

}  // namespace tidegate
