// SPDX-License-Identifier: MIT
#include "simplify/expand_quantized.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "graph/error.h"
#include "reference/shapes_quantized.h"
#include "simplify/exact_products.h"
#include "simplify/expander.h"

namespace tidegate {
namespace {

/// An integer value as floats: x itself, or x less the zero point that it was made with.
struct Twin {
    ValueId real = kNone;
    ValueId centered = kNone;
    ValueId zero = kNone;
};

class QuantizedExpander {
public:
    explicit QuantizedExpander(Graph& graph) : walk_(graph) {}

    bool run() {
        walk_.run([this](Node node) {
            if (!take(node)) { walk_.emit(std::move(node)); }
        });
        return changed_;
    }

private:
    /// False if the node stays as it is.
    bool take(const Node& node) {
        Expander to(walk_, node);
        const bool done = std::visit(Overloaded{
                                         [&](const QuantizeLinear& op) { return quantize(to, node, op), true; },
                                         [&](const DequantizeLinear& op) { return dequantize(to, node, op), true; },
                                         [&](const DynamicQuantizeLinear&) { return dynamic(to, node), true; },
                                         [&](const MatMulInteger&) { return matmul(to, node), true; },
                                         [&](const ConvInteger& op) { return conv(to, node, op), true; },
                                         [&](const FusedMatMul& op) { return fused(to, node, op), true; },
                                         [&](const Cast& op) { return cast(node, op); },
                                         [](const auto&) { return false; },
                                     },
                                     node.op);
        changed_ = changed_ || done;
        return done;
    }

    const Tensor* constant(ValueId id) { return walk_.graph().constant(id); }
    bool is_zero(ValueId id) {
        const Tensor* tensor = id == kNone ? nullptr : constant(id);
        return id == kNone ||
               (tensor != nullptr && std::ranges::all_of(tensor->integers, [](std::int64_t z) { return z == 0; }));
    }
    bool is_same(ValueId a, ValueId b) {
        if (a == b || (is_zero(a) && is_zero(b))) { return true; }
        const Tensor *left = a == kNone ? nullptr : constant(a), *right = b == kNone ? nullptr : constant(b);
        return left != nullptr && right != nullptr && left->count() == 1 && right->count() == 1 &&
               left->integers == right->integers;
    }

    ValueId binary(Expander& to, BinaryKind kind, ValueId a, ValueId b) { return to.made(Binary{kind}, {a, b}); }
    ValueId number(Expander& to, double value) { return to.constant(Tensor::of({}, {value})); }
    template <class S>
    ValueId viewed(Expander& to, ValueId x, const S& dims) {
        return to.made(Reshape{true}, {x, to.list(dims)});
    }

    /// An integer value as floats.
    ValueId real(Expander& to, ValueId x) {
        const auto found = twins_.find(x);
        if (found != twins_.end() && found->second.real != kNone) { return found->second.real; }
        const ValueId made = to.made(Cast{ElementType::f32}, {x});
        twins_[x].real = made;
        return made;
    }

    /// x less its zero point, of these dims.
    ValueId centered(Expander& to, ValueId x, ValueId zero, const Extents& view) {
        const auto found = twins_.find(x);
        const bool is_one = zero == kNone || element_count(to.dims(zero)) == 1;
        if (found != twins_.end() && found->second.centered != kNone && is_one && is_same(found->second.zero, zero)) {
            return found->second.centered;
        }
        const ValueId whole = real(to, x);
        if (is_zero(zero)) { return whole; }
        return binary(to, BinaryKind::subtract, whole, viewed(to, real(to, zero), view));
    }

    /// Scales or zero points as what broadcasts to x.
    ValueId by_slices(Expander& to, ValueId of, const SliceView<Extents>& view, bool blocks) {
        if (!blocks) { return viewed(to, of, view.dims); }
        const std::int64_t extent = view.dims[view.axis].constant();
        to.check_places(extent);
        Tensor places{ElementType::i32, {extent}, {}, {}};
        places.integers.reserve(static_cast<std::size_t>(extent));
        for (std::int64_t i = 0; i < extent; ++i) { places.integers.push_back(i / view.blocks); }
        return to.made(Gather{static_cast<std::int64_t>(view.axis)}, {of, to.constant(std::move(places))});
    }

    /// Integers less the zero point are limited, so that a reader that takes it off again needs no other steps.
    void quantize(Expander& to, const Node& node, const QuantizeLinear& op) {
        const ValueId zero = node.input(2);
        const auto view = slice_view(op.slices, to.dims(node.inputs[0]), to.dims(node.inputs[1]));
        const bool blocks = op.slices.block > 0;
        const ValueId x = to.type(node.inputs[0]) == ElementType::f32 ? node.inputs[0] : real(to, node.inputs[0]);
        const ValueId scale = by_slices(to, node.inputs[1], view, blocks);
        const ValueId offset = is_zero(zero) ? kNone : by_slices(to, real(to, zero), view, blocks);
        finish_quantized(to, binary(to, BinaryKind::divide, x, scale), {node.outputs[0], zero, offset, op.type});
    }

    struct Quantized {
        ValueId result;
        ValueId zero;
        ValueId offset;  ///< the zero point as floats; kNone: 0
        ElementType type;
    };
    void finish_quantized(Expander& to, ValueId quotient, const Quantized& q) {
        const double low = q.type == ElementType::u8 ? 0 : -128;
        const auto limit = [&](double value) {
            return q.offset == kNone ? number(to, value)
                                     : binary(to, BinaryKind::subtract, number(to, value), q.offset);
        };
        const ValueId rounded = to.made(Unary{{UnaryKind::round, 0, 0}}, {quotient});
        const ValueId above = binary(to, BinaryKind::maximum, rounded, limit(low));
        const ValueId center = binary(to, BinaryKind::minimum, above, limit(low + 255));
        const ValueId whole = q.offset == kNone ? center : binary(to, BinaryKind::add, center, q.offset);
        walk_.emit({walk_.graph().values[static_cast<std::size_t>(q.result)].name, Cast{q.type}, {whole}, {q.result}});
        twins_[q.result] = {whole, center, q.zero};
    }

    void dequantize(Expander& to, const Node& node, const DequantizeLinear& op) {
        const ValueId x = node.inputs[0], zero = node.input(2);
        const auto view = slice_view(op.slices, to.dims(x), to.dims(node.inputs[1]));
        const bool blocks = op.slices.block > 0;
        ValueId difference = kNone;
        if (blocks && !is_zero(zero)) {
            difference = binary(to, BinaryKind::subtract, real(to, x), by_slices(to, real(to, zero), view, true));
        } else {
            difference = centered(to, x, zero, view.dims);
        }
        to.finish(binary(to, BinaryKind::multiply, difference, by_slices(to, node.inputs[1], view, blocks)));
    }

    void dynamic(Expander& to, const Node& node) {
        const ValueId x = node.inputs[0], none = number(to, 0);
        const auto extreme = [&](ReduceKind kind, BinaryKind with) {
            return binary(to, with, to.made(Reduce{kind, false, false}, {x}), none);
        };
        const ValueId low = extreme(ReduceKind::minimum, BinaryKind::minimum);
        const ValueId range = binary(to, BinaryKind::subtract, extreme(ReduceKind::maximum, BinaryKind::maximum), low);
        const ValueId step = binary(to, BinaryKind::divide, range, number(to, 255));
        const ValueId scale = to.made(Select{}, {binary(to, BinaryKind::equal, step, none), number(to, 1), step});
        const ValueId shift = binary(to, BinaryKind::subtract, none, binary(to, BinaryKind::divide, low, scale));
        const ValueId within =
            binary(to, BinaryKind::minimum, binary(to, BinaryKind::maximum, shift, none), number(to, 255));
        const ValueId offset = to.made(Unary{{UnaryKind::round, 0, 0}}, {within});

        if (node.output(1) != kNone) { walk_.emit({node.name + ".scale", Identity{}, {scale}, {node.output(1)}}); }
        const ValueId zero = node.output(2) != kNone
                                 ? node.output(2)
                                 : walk_.graph().add_value(node.name + ".zero", ElementType::u8, Extents{});
        walk_.emit({node.name + ".zero", Cast{ElementType::u8}, {offset}, {zero}});
        twins_[zero].real = offset;
        if (node.outputs[0] == kNone) { return; }
        finish_quantized(to, binary(to, BinaryKind::divide, x, scale),
                         {node.outputs[0], zero, offset, ElementType::u8});
    }

    /// A cast to floats of what is floats already.
    bool cast(const Node& node, const Cast& op) {
        const auto found = twins_.find(node.inputs[0]);
        if (op.to != ElementType::f32 || found == twins_.end() || found->second.real == kNone) { return false; }
        walk_.emit({node.name, Identity{}, {found->second.real}, {node.outputs[0]}});
        return true;
    }

    // ---- sums of products ---------------------------------------------------------------------------------------

    int part_bits(const Node& node, std::int64_t largest_sum) {
        const ValueId zero = node.input(2);
        const std::int64_t largest =
            largest_difference(walk_.type(node.inputs[0]), zero == kNone ? &kNoZero : constant(zero));
        const int bits = exact_part_bits(largest, largest_sum);
        if (bits > 0) { return bits; }
        throw ConvertError(node.name, name_of(node.op),
                           "the magnitudes of the weights of one result add up to " + std::to_string(largest_sum) +
                               ", more than " + std::to_string(1 << 23) + ": sums of so many integers are not exact");
    }

    /// The sum over x of `product`, exact as i32: at once as floats, or in parts of x of these bits.
    template <class Product>
    void sum(Expander& to, ValueId x, int bits, ValueId result, ValueId bias, Product product) {
        if (bits == 8 && bias == kNone) {
            const ValueId whole = product(x);
            walk_.emit({walk_.graph().values[static_cast<std::size_t>(result)].name + ".sum",
                        Cast{ElementType::i32},
                        {whole},
                        {result}});
            twins_[result].real = whole;
            return;
        }
        ValueId total = kNone;
        for (int low = 8 - bits; low >= 0; low -= bits) {
            ValueId part = x;
            if (low > 0) {
                const ValueId scaled = to.made(Unary{{UnaryKind::affine, std::ldexp(1, -low), 0}}, {x});
                part = to.made(Unary{{UnaryKind::floor, 0, 0}}, {scaled});
                const ValueId taken = to.made(Unary{{UnaryKind::affine, std::ldexp(1, low), 0}}, {part});
                x = binary(to, BinaryKind::subtract, x, taken);
            }
            ValueId integers = to.made(Cast{ElementType::i32}, {product(part)});
            if (low > 0) {
                const ValueId weight = to.constant(Tensor{ElementType::i32, {}, {}, {std::int64_t{1} << low}});
                integers = binary(to, BinaryKind::multiply, integers, weight);
            }
            total = total == kNone ? integers : binary(to, BinaryKind::add, total, integers);
        }
        if (bias != kNone) { total = binary(to, BinaryKind::add, total, bias); }
        walk_.emit(
            {walk_.graph().values[static_cast<std::size_t>(result)].name + ".sum", Identity{}, {total}, {result}});
    }

    void matmul(Expander& to, const Node& node) {
        const ValueId a = node.inputs[0], b = node.inputs[1], a_zero = node.input(2), b_zero = node.input(3);
        const auto view = [&](ValueId zero, bool of_rows) {
            return zero == kNone ? Extents{} : matmul_zero_view(to.dims(zero), of_rows);
        };
        const ValueId x = centered(to, a, a_zero, view(a_zero, true));
        const ValueId w = centered(to, b, b_zero, view(b_zero, false));
        const Tensor* known = constant(b);
        const bool is_known = known != nullptr && (b_zero == kNone || constant(b_zero) != nullptr);
        const Extent depth = to.dims(a).back();
        const std::int64_t largest_sum =
            is_known ? largest_column(*known, b_zero == kNone ? nullptr : constant(b_zero)) : 255 * depth.planned();
        const int bits = part_bits(node, largest_sum);
        sum(to, x, bits, node.outputs[0], kNone, [&](ValueId part) { return to.made(MatMul{true}, {part, w}); });
    }

    void conv(Expander& to, const Node& node, const ConvInteger& op) {
        const ValueId w_id = node.inputs[1], x_zero = node.input(2), w_zero = node.input(3), bias = node.input(4);
        const Extents of_w = to.dims(w_id);
        const ValueId x = centered(to, node.inputs[0], x_zero, {});
        const ValueId w =
            centered(to, w_id, w_zero, w_zero == kNone ? Extents{} : conv_zero_view(to.dims(w_zero), of_w));
        const Tensor* known = constant(w_id);
        const bool is_known = known != nullptr && (w_zero == kNone || constant(w_zero) != nullptr);
        const std::int64_t largest_sum = is_known
                                             ? largest_output(*known, w_zero == kNone ? nullptr : constant(w_zero))
                                             : 255 * element_count(Extents(of_w.begin() + 1, of_w.end())).planned();
        Conv product = op.conv;
        product.of_integers = true;
        ValueId added = kNone;
        if (bias != kNone) {
            Extents along(of_w.size() - 1, 1);
            along[0] = of_w[0];
            added = viewed(to, bias, along);
        }
        sum(to, x, part_bits(node, largest_sum), node.outputs[0], added, [&](ValueId part) {
            return to.made(product, {part, w});
        });
    }

    void fused(Expander& to, const Node& node, const FusedMatMul& op) {
        const auto ordered = [&](ValueId x, bool batch, bool transpose) {
            if (!batch && !transpose) { return x; }
            return to.made(Transpose{fused_order(to.dims(x).size(), batch, transpose)}, {x});
        };
        const ValueId product = to.made(MatMul{}, {ordered(node.inputs[0], op.batch_a, op.transpose_a),
                                                   ordered(node.inputs[1], op.batch_b, op.transpose_b)});
        to.finish(op.alpha == 1 ? product : to.made(Unary{{UnaryKind::affine, op.alpha, 0}}, {product}));
    }

    static inline const Tensor kNoZero{ElementType::i32, {}, {}, {0}};
    Rebuild walk_;
    std::map<ValueId, Twin> twins_;
    bool changed_ = false;
};

}  // namespace

bool expand_quantized(Graph& graph) { return QuantizedExpander(graph).run(); }

}  // namespace tidegate
