// SPDX-License-Identifier: MIT
#include "simplify/sampled.h"

#include <algorithm>

#include "graph/error.h"
#include "graph/text.h"
#include "simplify/rebuild.h"

namespace tidegate {
namespace {

class Sampled {
public:
    explicit Sampled(Graph& graph) : walk_(graph), causes_(graph.values.size()) {}

    bool run() {
        walk_.run([this](Node node) {
            const std::string cause = cause_of(node);
            if (!cause.empty() && is_product_with_zeros(node)) { return emit_zeros(node); }
            for (const ValueId id : node.outputs) {
                if (id != kNone) { causes_[static_cast<std::size_t>(id)] = cause; }
            }
            walk_.emit(std::move(node));
        });
        leave_out();
        return made_zeros_;
    }

private:
    /// The random node that this one depends on; empty: none.
    std::string cause_of(const Node& node) const {
        if (const auto* random = std::get_if<RandomNumbers>(&node.op)) {
            return "node " + in_quotes(node.name) + " (" + random->name + ")";
        }
        for (const ValueId id : node.inputs) {
            if (const std::string& cause = cause_at(id); !cause.empty()) { return cause; }
        }
        return {};
    }
    const std::string& cause_at(ValueId id) const {
        static const std::string kNoCause;
        return id == kNone ? kNoCause : causes_[static_cast<std::size_t>(id)];
    }

    bool is_product_with_zeros(const Node& node) const {
        const auto* binary = std::get_if<Binary>(&node.op);
        if (binary == nullptr || binary->kind != BinaryKind::multiply) { return false; }
        return std::ranges::any_of(node.inputs, [this](ValueId id) {
            const Tensor* tensor = walk_.graph().constant(id);
            return tensor != nullptr && std::ranges::all_of(tensor->reals, [](double v) { return v == 0; }) &&
                   std::ranges::all_of(tensor->integers, [](std::int64_t v) { return v == 0; });
        });
    }

    /// Of the shape of the node's result.
    void emit_zeros(const Node& node) {
        made_zeros_ = true;
        Graph& graph = walk_.graph();
        const Value& result = graph.values[static_cast<std::size_t>(node.outputs[0])];
        const Extents dims = *result.dims;
        const ElementType type = result.type;
        if (dims.are_constant()) {
            const auto zeros = std::make_shared<const Tensor>(Tensor::zeros(type, dims.constants()));
            graph.values[static_cast<std::size_t>(node.outputs[0])].constant = zeros;
            return;
        }
        const ValueId shape = graph.add_list(node.name + ".shape", dims);
        const ValueId zero = graph.add_constant(node.name + ".zero", Tensor::zeros(type, {}));
        causes_.resize(graph.values.size());
        walk_.emit({node.name, Expand{}, {zero, shape}, node.outputs});
    }

    void leave_out() {
        Graph& graph = walk_.graph();
        Complaints complaints;
        for (const StateLink& state : graph.states) {
            if (const std::string& cause = cause_at(state.output); !cause.empty()) {
                complaints.add(ConvertError("state " + in_quotes(state.name) + " is decided by the random numbers of " +
                                            cause + "; do not link it"));
            }
        }
        std::vector<GraphOutput> kept;
        for (const GraphOutput& output : graph.outputs) {
            const std::string& cause = cause_at(output.value);
            if (cause.empty()) {
                kept.push_back(output);
                continue;
            }
            graph.left_out.push_back({output.name, cause});
            graph.notes.push_back("output " + in_quotes(output.name) + " is left out: the random numbers of " + cause +
                                  " decide it");
        }
        if (kept.empty() && !graph.outputs.empty()) {
            complaints.add(ConvertError(
                "every output is decided by random numbers, " + in_quotes(graph.outputs[0].name) + " by those of " +
                cause_at(graph.outputs[0].value) + "; make what is sampled from an output of the model"));
        }
        complaints.throw_if_any();
        graph.outputs = std::move(kept);
    }

    Rebuild walk_;
    std::vector<std::string> causes_;
    bool made_zeros_ = false;
};

}  // namespace

bool leave_out_sampled(Graph& graph) { return Sampled(graph).run(); }

}  // namespace tidegate
