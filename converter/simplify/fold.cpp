// SPDX-License-Identifier: MIT
#include "simplify/fold.h"

#include <algorithm>

#include "graph/error.h"
#include "graph/text.h"
#include "reference/evaluate.h"
#include "reference/work.h"
#include "simplify/fold_elements.h"
#include "simplify/infer.h"
#include "simplify/links.h"
#include "simplify/trip_count.h"

namespace tidegate {
namespace {

constexpr std::int64_t kExtentSize = 16;  // an expression takes as much as so many numbers
constexpr double kWorkOfElement = 256;    // multiplications that cost as much as an element of a result
constexpr double kMostWork = 0x1p31;      // whatever the size of the model: some seconds

class Folder {
public:
    explicit Folder(Graph& graph) : graph_(graph) {}

    void run() {
        std::vector<Node> nodes = std::move(graph_.nodes);
        graph_.nodes.clear();
        for (Node& node : nodes) { take(std::move(node)); }
        complaints_.throw_if_any();
    }

private:
    Value& value(ValueId id) { return graph_.values[static_cast<std::size_t>(id)]; }

    /// Appends the node, or what it becomes, to the graph.
    void take(Node node) {
        if (const auto* branches = std::get_if<If>(&node.op)) { return choose(node, *branches); }
        if (!loops_.empty() && std::holds_alternative<Slice>(node.op) && is_ready(node)) {
            gather_counted_slice(graph_, loops_.back(), node);
        }
        if (std::holds_alternative<LoopBegin>(node.op)) { loops_.push_back(graph_.nodes.size()); }
        if (std::holds_alternative<LoopEnd>(node.op)) { loops_.pop_back(); }
        if (!is_ready(node) || !visit(node)) { graph_.nodes.push_back(std::move(node)); }
    }

    /// The branch that is run takes the node's place.
    void choose(const Node& node, const If& branches) {
        const Tensor* condition = graph_.constant(node.inputs[0]);
        if (condition == nullptr) {
            if (!is_ready(node)) { return; }
            complaints_.add(ConvertError(node.name, "If",
                                         "which branch runs is not known when the model is converted; " +
                                             how_to_freeze(graph_, node.inputs[0])));
            return;
        }
        if (condition->type != ElementType::boolean || condition->count() != 1) {
            complaints_.add(ConvertError(node.name, "If", "its condition is not one truth value"));
            return;
        }
        const Body& body = condition->integers[0] != 0 ? *branches.then : *branches.otherwise;
        for (const Node& inner : body.nodes) { take(inner); }
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            if (node.outputs[i] != kNone) { take({node.name, Identity{}, {body.outputs[i]}, {node.outputs[i]}}); }
        }
    }

    /// False after a complaint about a node before it: there is nothing to add.
    bool is_ready(const Node& node) {
        if (const auto* end = std::get_if<LoopEnd>(&node.op)) {
            const Node& begin = graph_.nodes[begin_of_loop(graph_.nodes, end->loop)];
            if (!value(begin.outputs[kLoopIteration]).dims) { return false; }
        }
        return std::all_of(node.inputs.begin(), node.inputs.end(),
                           [this](ValueId id) { return id == kNone || value(id).dims.has_value(); });
    }

    /// True if the node became constants.
    bool visit(Node& node) {
        try {
            infer(graph_, node);
            return fold_node(node);
        } catch (const ConvertError& error) {
            complaints_.add(error);
            return false;
        }
    }

    bool fold_node(const Node& node) {
        if (std::holds_alternative<Recurrent>(node.op) || std::holds_alternative<RandomNumbers>(node.op) ||
            std::holds_alternative<LoopBegin>(node.op) || std::holds_alternative<LoopEnd>(node.op)) {
            return false;
        }
        if (const auto* shape = std::get_if<Shape>(&node.op)) {
            const Extents& dims = *value(node.inputs[0]).dims;
            set(node.outputs[0], Extents(dims.begin() + shape->start, dims.begin() + shape->end));
            value(node.outputs[0]).from_shape = true;
            return true;
        }
        const bool from_shape = follows_from_shape(node);
        for (const ValueId id : node.outputs) {
            if (id != kNone) { value(id).from_shape = from_shape; }
        }
        return fold_constants(node, from_shape) || fold_elements(node);
    }

    bool follows_from_shape(const Node& node) {
        return std::all_of(node.inputs.begin(), node.inputs.end(),
                           [this](ValueId id) { return id == kNone || value(id).is_known(); }) &&
               std::any_of(node.inputs.begin(), node.inputs.end(),
                           [this](ValueId id) { return id != kNone && value(id).from_shape; });
    }

    /// What follows from a shape must not depend on whether that shape is known now or set later: real arithmetic is
    /// left to the runtime, but for +, -, * and /, which round alike everywhere.
    bool fold_constants(const Node& node, bool from_shape) {
        const bool computes =
            std::holds_alternative<MatMul>(node.op) || std::holds_alternative<Gemm>(node.op) ||
            std::holds_alternative<Unary>(node.op) || std::holds_alternative<Softmax>(node.op) ||
            std::holds_alternative<Conv>(node.op) || std::holds_alternative<ConvTranspose>(node.op) ||
            std::holds_alternative<Pool>(node.op) || std::holds_alternative<BatchNormalization>(node.op) ||
            std::holds_alternative<Normalization>(node.op) || std::holds_alternative<FusedMatMul>(node.op) ||
            is_rounded_otherwise(node.op) || adds_reals(node);
        std::vector<const Tensor*> inputs;
        for (const ValueId id : node.inputs) {
            if (id != kNone && graph_.constant(id) == nullptr) { return false; }
            inputs.push_back(graph_.constant(id));
        }
        if (from_shape && computes) { return false; }
        if (std::ranges::all_of(node.outputs, [](ValueId id) { return id == kNone; })) { return true; }
        spend(node);
        spend_work(node);
        const bool rounds = from_shape && is_arithmetic(node.op);
        std::vector<Tensor> results =
            rounds ? rounded(evaluate(node, pointers(rounded(copies(inputs))))) : evaluate(node, inputs);
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            if (node.outputs[i] != kNone) { set(node.outputs[i], std::move(results[i])); }
        }
        return true;
    }

    static bool is_arithmetic(const Op& op) {
        const auto* binary = std::get_if<Binary>(&op);
        return binary != nullptr && binary->kind <= BinaryKind::divide;
    }
    static bool is_rounded_otherwise(const Op& op) {
        const auto* binary = std::get_if<Binary>(&op);
        return binary != nullptr && binary->kind == BinaryKind::power;
    }

    bool adds_reals(const Node& node) {
        return (std::holds_alternative<Reduce>(node.op) || std::holds_alternative<CumSum>(node.op)) &&
               value(node.inputs[0]).type == ElementType::f32;
    }

    static std::vector<Tensor> copies(const std::vector<const Tensor*>& tensors) {
        std::vector<Tensor> result;
        result.reserve(tensors.size());
        for (const Tensor* tensor : tensors) { result.push_back(*tensor); }
        return result;
    }
    static std::vector<const Tensor*> pointers(const std::vector<Tensor>& tensors) {
        std::vector<const Tensor*> result;
        result.reserve(tensors.size());
        for (const Tensor& tensor : tensors) { result.push_back(&tensor); }
        return result;
    }
    static std::vector<Tensor> rounded(std::vector<Tensor> tensors) {
        for (Tensor& tensor : tensors) {
            for (double& value : tensor.reals) { value = static_cast<double>(static_cast<float>(value)); }
        }
        return tensors;
    }

    bool fold_elements(const Node& node) {
        const auto results = folded_elements(graph_, node);
        if (!results) { return false; }
        spend(node, kExtentSize);
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            if (node.outputs[i] != kNone) { set(node.outputs[i], (*results)[i]); }
        }
        return true;
    }

    void spend(const Node& node, std::int64_t size = 1) {
        for (const ValueId id : node.outputs) {
            if (id == kNone || graph_.afford(size * element_count(*value(id).dims).constant())) { continue; }
            throw ConvertError(node.name, name_of(node.op),
                               "its constant result of shape " + to_text(*value(id).dims) +
                                   " is too large for a model of this size; make it an input");
        }
    }

    /// A small result may take long: a wide window, a deep product, a sum over much.
    void spend_work(const Node& node) {
        const double work = work_of(graph_, node);
        double unpaid = work / kWorkOfElement;  // by the elements of the results
        for (const ValueId id : node.outputs) {
            if (id != kNone) { unpaid -= static_cast<double>(element_count(*value(id).dims).constant()); }
        }
        work_ += work;
        if (work_ <= kMostWork && graph_.afford(static_cast<std::int64_t>(std::max(unpaid, 0.0)))) { return; }
        throw ConvertError(node.name, name_of(node.op),
                           "to compute its constant result takes too long for a model of this size (" +
                               std::to_string(static_cast<std::int64_t>(std::min(work, 0x1p62))) +
                               " operations); make an input of what it follows from");
    }

    /// A value of the inferred type and shape.
    void set(ValueId id, const Extents& elements) {
        Value& known = value(id);
        if (!elements.are_constant()) {
            known.elements = std::make_shared<const Extents>(elements);
            return;
        }
        const Dims numbers = elements.constants();
        Tensor tensor{known.type, known.dims->constants(), {}, {}};
        if (tensor.is_real()) {
            tensor.reals.assign(numbers.begin(), numbers.end());
        } else {
            tensor.integers = numbers;
        }
        set(id, std::move(tensor));
    }

    void set(ValueId id, Tensor tensor) {
        value(id).type = tensor.type;
        value(id).dims = tensor.dims;
        value(id).constant = std::make_shared<const Tensor>(std::move(tensor));
    }

    Graph& graph_;
    Complaints complaints_;
    double work_ = 0;                 ///< of all nodes that became constants
    std::vector<std::size_t> loops_;  ///< whose LoopEnd is not yet there: where they begin
};

}  // namespace

void fold(Graph& graph) { Folder(graph).run(); }

}  // namespace tidegate
