// SPDX-License-Identifier: MIT
#include "simplify/expand_batch_normalization.h"

#include <algorithm>
#include <cmath>

#include "graph/error.h"
#include "simplify/rebuild.h"

namespace tidegate {
namespace {

/// y = factor * x + offset, by channel.
struct Affine {
    std::vector<double> factor, offset;
};

class BatchNormalizationExpander {
public:
    explicit BatchNormalizationExpander(Graph& graph) : walk_(graph), uses_(graph.values.size()) {
        for (const Node& node : graph.nodes) { use(node.inputs); }
        for (const GraphOutput& output : graph.outputs) { use({output.value}); }
        for (const StateLink& state : graph.states) { use({state.output}); }
    }
    void run() {
        walk_.run([this](Node node) {
            if (!std::holds_alternative<BatchNormalization>(node.op)) { return walk_.emit(std::move(node)); }
            if (!has_constants(node)) { return compute(node); }
            const Affine affine = affine_of(node);
            if (!fold_into<Conv>(node, affine) && !fold_into<ConvTranspose>(node, affine)) { compute(node, affine); }
        });
    }

private:
    void use(const std::vector<ValueId>& ids) {
        for (const ValueId id : ids) {
            if (id != kNone) { ++uses_[static_cast<std::size_t>(id)]; }
        }
    }

    static bool is_of_integers(const Op& op) {
        const auto* conv = std::get_if<Conv>(&op);
        return conv != nullptr && conv->of_integers;
    }

    /// Null for what is not a constant of the model.
    const Tensor* weights(ValueId id) const {
        const bool varies = id != kNone && walk_.graph().values[static_cast<std::size_t>(id)].from_shape;
        return varies ? nullptr : walk_.graph().constant(id);
    }

    bool has_constants(const Node& node) const {
        return std::all_of(node.inputs.begin() + 1, node.inputs.end(),
                           [this](ValueId id) { return walk_.graph().constant(id) != nullptr; });
    }

    Affine affine_of(const Node& node) const {
        const Tensor* of[4];
        for (std::size_t i = 0; i < 4; ++i) { of[i] = walk_.graph().constant(node.inputs[i + 1]); }
        const double epsilon = std::get<BatchNormalization>(node.op).epsilon;
        Affine affine;
        for (std::size_t c = 0; c < of[0]->reals.size(); ++c) {
            const double variance = of[3]->reals[c] + epsilon;
            if (!(variance > 0)) {
                throw ConvertError(node.name, name_of(node.op),
                                   "a variance is " + std::to_string(of[3]->reals[c]) + "; train or export again");
            }
            affine.factor.push_back(of[0]->reals[c] / std::sqrt(variance));
            affine.offset.push_back(of[1]->reals[c] - of[2]->reals[c] * affine.factor.back());
        }
        return affine;
    }

    /// The weights' channel of y that element i belongs to.
    static std::size_t channel(const Conv&, const Dims& w, std::size_t i) {
        return i / static_cast<std::size_t>(element_count(Dims(w.begin() + 1, w.end())));
    }
    static std::size_t channel(const ConvTranspose& op, const Dims& w, std::size_t i) {
        const auto inner = static_cast<std::size_t>(element_count(Dims(w.begin() + 2, w.end())));
        const auto out = static_cast<std::size_t>(w[1]), in = static_cast<std::size_t>(w[0] / op.group);
        return i / inner / out / in * out + i / inner % out;
    }

    /// Into the weights and the bias of a convolution that only this node reads.
    template <class Convolution>
    bool fold_into(const Node& node, const Affine& affine) {
        const ValueId x = node.inputs[0];
        const Node* before = walk_.made_by<Convolution>(x);
        if (before == nullptr || uses_[static_cast<std::size_t>(x)] != 1 || is_of_integers(before->op)) {
            return false;
        }
        const ValueId bias = before->inputs.size() > 2 ? before->inputs[2] : kNone;
        const Tensor *w = weights(before->inputs[1]), *b = weights(bias);
        if (w == nullptr || (bias != kNone && b == nullptr)) { return false; }

        Tensor scaled = *w;
        for (std::size_t i = 0; i < scaled.reals.size(); ++i) {
            scaled.reals[i] *= affine.factor[channel(std::get<Convolution>(before->op), w->dims, i)];
        }
        Tensor moved = Tensor::of({static_cast<std::int64_t>(affine.offset.size())}, affine.offset);
        for (std::size_t c = 0; b != nullptr && c < moved.reals.size(); ++c) {
            moved.reals[c] += affine.factor[c] * b->reals[c];
        }
        const std::string name = before->name;
        const auto index = static_cast<std::size_t>(before - walk_.graph().nodes.data());
        const ValueId data = before->inputs[0];
        const ValueId new_w = walk_.graph().add_constant(name + ".weights", std::move(scaled));
        const ValueId new_b = walk_.graph().add_constant(name + ".bias", std::move(moved));
        Node& folded = walk_.graph().nodes[index];
        folded.inputs = {data, new_w, new_b};
        walk_.replace(node.outputs[0], x);
        return true;
    }

    void compute(const Node& node, const Affine& affine) {
        const Extents dims = walk_.dims(node.inputs[0]);
        Dims along(dims.size() - 1, 1);  // [C, 1, 1, ...]
        along[0] = static_cast<std::int64_t>(affine.factor.size());
        Graph& graph = walk_.graph();
        const ValueId factor = graph.add_constant(node.name + ".factor", Tensor::of(along, affine.factor));
        const ValueId offset = graph.add_constant(node.name + ".offset", Tensor::of(along, affine.offset));
        const ValueId scaled = graph.add_value(node.name + ".scaled", ElementType::f32, dims);
        walk_.emit({node.name, Binary{BinaryKind::multiply}, {node.inputs[0], factor}, {scaled}});
        walk_.emit({node.name + ".add", Binary{BinaryKind::add}, {scaled, offset}, {node.outputs[0]}});
    }

    ValueId made(const Node& node, const char* suffix, Op op, std::vector<ValueId> from, const Extents& dims) {
        const std::string name = node.name + "." + suffix;
        const ValueId result = walk_.graph().add_value(name, ElementType::f32, dims);
        walk_.emit({name, std::move(op), std::move(from), {result}});
        return result;
    }

    /// Of statistics that are computed: (x - mean) (scale / sqrt(variance + epsilon)) + bias.
    void compute(const Node& node) {
        const Extents dims = walk_.dims(node.inputs[0]);
        Extents along(dims.size() - 1, 1);  // [C, 1, 1, ...]
        along[0] = dims[1];
        const ValueId list = walk_.graph().add_list(node.name + ".along", along);
        const auto input = [&](std::size_t i, const char* suffix) {
            return made(node, suffix, Reshape{true}, {node.inputs[i], list}, along);
        };
        const auto binary = [&](const char* suffix, BinaryKind kind, ValueId a, ValueId b, const Extents& to) {
            return made(node, suffix, Binary{kind}, {a, b}, to);
        };
        const double epsilon = std::get<BatchNormalization>(node.op).epsilon;
        const ValueId shifted =
            made(node, "shifted", Unary{{UnaryKind::affine, 1, epsilon}}, {input(4, "variance")}, along);
        const ValueId root = made(node, "deviation", Unary{{UnaryKind::square_root, 0, 0}}, {shifted}, along);
        const ValueId factor = binary("factor", BinaryKind::divide, input(1, "scale"), root, along);
        const ValueId centered = binary("centered", BinaryKind::subtract, node.inputs[0], input(3, "mean"), dims);
        const ValueId scaled = binary("scaled", BinaryKind::multiply, centered, factor, dims);
        walk_.emit({node.name, Binary{BinaryKind::add}, {scaled, input(2, "bias")}, {node.outputs[0]}});
    }

    Rebuild walk_;
    std::vector<int> uses_;
};

}  // namespace

void expand_batch_normalization(Graph& graph) { BatchNormalizationExpander(graph).run(); }

}  // namespace tidegate
