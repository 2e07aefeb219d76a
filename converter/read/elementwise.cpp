// SPDX-License-Identifier: MIT
// Operators on single elements that are one or several of the graph's.
#include <cfloat>
#include <cmath>
#include <limits>

#include "graph/text.h"
#include "read/operators.h"

namespace tidegate {
namespace {

ValueId truth(const NodeReader& node, const std::string& suffix, bool value) {
    return node.context.graph.add_constant(node.name + "." + suffix, Tensor{ElementType::boolean, {}, {}, {value}});
}

void finish(const NodeReader& node, BinaryKind kind, ValueId a, ValueId b) {
    node.add(Binary{kind}, {a, b}, node.outputs);
}

}  // namespace

void translate_variadic(const NodeReader& node, BinaryKind kind) {
    ValueId sum = node.inputs[0];
    if (node.inputs.size() == 1) { return node.add(Identity{}); }
    for (std::size_t i = 1; i + 1 < node.inputs.size(); ++i) {
        sum = node.made("part" + std::to_string(i), Binary{kind}, {sum, node.inputs[i]});
    }
    finish(node, kind, sum, node.inputs.back());
}

void translate_mean(const NodeReader& node) {
    ValueId sum = node.inputs[0];
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        sum = node.made("part" + std::to_string(i), Binary{BinaryKind::add}, {sum, node.inputs[i]});
    }
    finish(node, BinaryKind::divide, sum, node.number("count", static_cast<double>(node.inputs.size())));
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
            return std::abs(value) < FLT_MAX ? node.number(name, value) : kNone;
        };
        low = limit("min", -FLT_MAX);
        high = limit("max", FLT_MAX);
    }
    if (low == kNone && high == kNone) { return node.add(Identity{}, {node.inputs[0]}, node.outputs); }
    if (high == kNone) { return finish(node, BinaryKind::maximum, node.inputs[0], low); }
    const ValueId x =
        low == kNone ? node.inputs[0] : node.made("low", Binary{BinaryKind::maximum}, {node.inputs[0], low});
    finish(node, BinaryKind::minimum, x, high);
}

/// x min(max(x / 6 + 1 / 2, 0), 1)
void translate_hard_swish(const NodeReader& node) {
    const ValueId gate = node.unary("gate", UnaryKind::hard_sigmoid, node.inputs[0], 1.0 / 6, 0.5);
    finish(node, BinaryKind::multiply, node.inputs[0], gate);
}

/// x sigmoid(alpha x)
void translate_swish(const NodeReader& node, float missing_alpha) {
    const double alpha = node.attributes.finite("alpha", missing_alpha);
    const ValueId x = node.inputs[0];
    const ValueId inner = alpha == 1 ? x : node.unary("scaled", UnaryKind::affine, x, alpha, 0);
    finish(node, BinaryKind::multiply, x, node.unary("gate", UnaryKind::sigmoid, inner));
}

/// x tanh(softplus(x))
void translate_mish(const NodeReader& node) {
    const ValueId x = node.unary("softplus", UnaryKind::softplus, node.inputs[0]);
    finish(node, BinaryKind::multiply, node.inputs[0], node.unary("gate", UnaryKind::tanh, x));
}

/// gamma (x >= 0 ? x : alpha (e^x - 1))
void translate_selu(const NodeReader& node, float missing_alpha, float missing_gamma) {
    const double alpha = node.attributes.real("alpha", missing_alpha);
    const double gamma = node.attributes.real("gamma", missing_gamma);
    const ValueId elu = node.unary("elu", UnaryKind::elu, node.inputs[0], alpha);
    node.add(Unary{{UnaryKind::affine, gamma, 0}}, {elu}, node.outputs);
}

/// alpha elu(x / alpha)
void translate_celu(const NodeReader& node) {
    const double alpha = node.attributes.real("alpha", 1);
    if (!std::isfinite(alpha) || alpha == 0) { throw NodeFault("attribute 'alpha' must be finite and not 0"); }
    const ValueId x = node.made("scaled", Binary{BinaryKind::divide}, {node.inputs[0], node.number("alpha", alpha)});
    node.add(Unary{{UnaryKind::affine, alpha, 0}}, {node.unary("elu", UnaryKind::elu, x, 1)}, node.outputs);
}

void add_gelu(const NodeReader& node, ValueId x, bool by_tanh) {
    ValueId gate = kNone;
    if (by_tanh) {
        const ValueId square = node.made("square", Binary{BinaryKind::multiply}, {x, x});
        const double root = std::sqrt(2 / 3.14159265358979323846);
        const ValueId factor = node.unary("factor", UnaryKind::affine, square, 0.044715 * root, root);
        const ValueId inner = node.made("inner", Binary{BinaryKind::multiply}, {x, factor});
        gate = node.unary("tanh", UnaryKind::tanh, inner);
    } else {
        gate = node.unary("erf", UnaryKind::erf, node.unary("scaled", UnaryKind::affine, x, std::sqrt(0.5), 0));
    }
    finish(node, BinaryKind::multiply, x, node.unary("gate", UnaryKind::affine, gate, 0.5, 0.5));
}

void translate_gelu(const NodeReader& node) {
    const std::string approximate = node.attributes.text("approximate", "none");
    if (approximate != "none" && approximate != "tanh") {
        throw NodeFault("attribute 'approximate' is " + in_quotes(approximate) + "; none and tanh are known");
    }
    add_gelu(node, node.inputs[0], approximate == "tanh");
}

/// x != x
void translate_is_nan(const NodeReader& node) {
    const ValueId same = node.made("same", Binary{BinaryKind::equal}, {node.inputs[0], node.inputs[0]});
    finish(node, BinaryKind::logical_xor, same, truth(node, "true", true));
}

/// Beyond the largest float, on the sides that count.
void translate_is_inf(const NodeReader& node) {
    const bool above = node.attributes.integer("detect_positive", 1) != 0;
    const bool below = node.attributes.integer("detect_negative", 1) != 0;
    const ValueId largest = node.number("largest", FLT_MAX), x = node.inputs[0];
    if (above && !below) { return finish(node, BinaryKind::less, largest, x); }
    const ValueId seen = node.unary("seen", above ? UnaryKind::absolute : UnaryKind::negate, x);
    if (above || below) { return finish(node, BinaryKind::less, largest, seen); }
    finish(node, BinaryKind::less, x, node.number("lowest", -std::numeric_limits<double>::infinity()));
}

/// sin x / cos x
void translate_tan(const NodeReader& node) {
    const ValueId sine = node.unary("sine", UnaryKind::sine, node.inputs[0]);
    finish(node, BinaryKind::divide, sine, node.unary("cosine", UnaryKind::cosine, node.inputs[0]));
}

}  // namespace tidegate
