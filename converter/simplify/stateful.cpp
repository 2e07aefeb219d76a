// SPDX-License-Identifier: MIT
#include "simplify/stateful.h"

#include <algorithm>
#include <set>

#include "graph/error.h"
#include "graph/text.h"
#include "simplify/recurrent.h"
#include "simplify/state_flow.h"

namespace tidegate {
namespace {

class Linker {
public:
    Linker(Graph& graph, std::function<bool(const Node&)> wanted)
        : graph_(graph), wanted_(std::move(wanted)), inputs_before_(graph.inputs.size()), flow_(graph) {}

    void run() {
        if (!wanted_) { refuse_unlinkable(); }
        find_pairs();
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) { link_node(i); }
        complaints_.throw_if_any();
        if (!wanted_ && added_.empty() && pairs_.empty()) {
            throw ConvertError("--stateful: the model has no state to link");
        }
        for (StateLink& state : added_) { graph_.states.push_back(std::move(state)); }
        move_pairs();
    }

private:
    struct Pair {
        std::size_t input;   ///< index in graph.inputs
        std::size_t output;  ///< index in graph.outputs
    };

    Value& value(ValueId id) { return graph_.values[static_cast<std::size_t>(id)]; }
    void complain(const Node& node, const std::string& what) {
        complaints_.add(ConvertError(node.name, name_of(node.op), what));
    }

    /// Steps of a stream come in order: what needs the future, or stops early, has no state to keep.
    void refuse_unlinkable() {
        int depth = 0;
        for (const Node& node : graph_.nodes) {
            depth += std::holds_alternative<LoopBegin>(node.op) ? 1 : 0;
            depth -= std::holds_alternative<LoopEnd>(node.op) ? 1 : 0;
            const auto* begin = std::get_if<LoopBegin>(&node.op);
            if (begin != nullptr && begin->carried > 0) {
                complain(node,
                         "it carries values from run to run of its body; --stateful links those of LSTM, GRU and "
                         "RNN nodes only. Make them inputs and outputs of the model and link them with --state");
            }
            const auto* op = std::get_if<Recurrent>(&node.op);
            if (op == nullptr) { continue; }
            if (depth > 0) { complain(node, "it is inside of a loop, which has no state between runs"); }
            if (op->direction != DirectionKind::forward) {
                complain(node,
                         "--stateful needs direction forward; a backward pass needs the end of the sequence first");
            }
            const Extent batch = (*value(node.inputs[kX]).dims)[op->x_batch_first ? 0 : 1];
            if (!batch.is_constant()) {
                complain(node, "--stateful needs a batch of one size, and it is " + to_text(batch) +
                                   "; what lives in the session cannot change its shape: " + how_to_bind({batch}));
            }
            if (node.inputs[kLengths] != kNone) {
                complain(node, "--stateful and sequence_lens do not go together; feed steps of equal length");
            }
        }
        complaints_.throw_if_any();
    }

    void find_pairs() {
        std::set<std::size_t> taken;
        for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
            const ValueId id = graph_.outputs[i].value;
            const auto input = flow_.is_returned(id) ? flow_.input_of(id) : std::nullopt;
            if (input && taken.insert(*input).second) { pairs_.push_back({*input, i}); }
        }
    }

    bool is_linked(std::size_t source) const {
        return source >= inputs_before_ ||
               std::any_of(pairs_.begin(), pairs_.end(), [source](const Pair& pair) { return pair.input == source; });
    }

    void link_node(std::size_t index) {
        const auto* op = std::get_if<Recurrent>(&graph_.nodes[index].op);
        if (op == nullptr || (wanted_ && !wanted_(graph_.nodes[index]))) { return; }
        link_state(index, kInitialH, kYh, "h");
        if (op->cell == CellKind::lstm) { link_state(index, kInitialC, kYc, "c"); }
    }

    void link_state(std::size_t index, std::size_t input, std::size_t output, const std::string& letter) {
        const Node& node = graph_.nodes[index];
        const ValueId initial = node.inputs[input];
        if (initial == kNone || graph_.constant(initial) != nullptr) { return add_state(index, input, output, letter); }
        const auto sources = flow_.sources(initial);
        if (!sources) {
            return complain(node, "its initial_" + letter + " is computed by other operators; " +
                                      (wanted_ ? "a stream" : "--stateful") +
                                      " can only link a state that is an input, constant or missing");
        }
        const bool from_input = !sources->empty() && sources->front() < inputs_before_;
        if (from_input && !claim(initial)) {
            return complain(node, "its initial_" + letter + " shares elements of input " +
                                      in_quotes(value(graph_.inputs[sources->front()].value).name) +
                                      " with another state; give every state an input of its own");
        }
        for (const std::size_t source : *sources) {
            if (is_linked(source)) { continue; }
            const std::string name = value(graph_.inputs[source].value).name;
            complain(node, "its initial_" + letter + " comes from input " + in_quotes(name) +
                               ", but no output returns it element for element; link it with --state OUTPUT=" +
                               printable(name) + ", or freeze it with --fix-input " + printable(name) + "=0");
        }
    }

    /// Every element of an input may start one state only: it has one next value. False: one of them is taken.
    bool claim(ValueId initial) {
        const std::vector<double>& numbers = flow_.numbers(initial)->reals;
        const std::size_t before = claimed_.size();
        claimed_.insert(numbers.begin(), numbers.end());
        return claimed_.size() == before + numbers.size();
    }

    /// A missing or constant initial state: a value of its own, linked to the node's own output.
    void add_state(std::size_t index, std::size_t input, std::size_t output, const std::string& letter) {
        const std::string name = unique_name(graph_.nodes[index].name + "." + letter);
        const ValueId initial = graph_.nodes[index].inputs[input];
        const Extents dims = state_dims(graph_.nodes[index]);
        StateLink link;
        link.name = name;
        link.input = graph_.add_value(name, ElementType::f32, dims);
        if (initial != kNone && !is_zero(graph_, initial)) { link.initial = value(initial).constant; }
        Node& node = graph_.nodes[index];
        node.inputs[input] = link.input;
        if (node.outputs[output] == kNone) {
            node.outputs[output] = graph_.add_value(name + ".next", ElementType::f32, dims);
        }
        link.output = graph_.nodes[index].outputs[output];
        graph_.notes.push_back("state " + in_quotes(name) + ": initial_" + letter + " of node '" +
                               graph_.nodes[index].name + "', starts at " + (link.initial ? "a constant" : "zero"));
        added_.push_back(std::move(link));
    }

    Extents state_dims(const Node& node) {
        const auto& op = std::get<Recurrent>(node.op);
        const Extent batch = (*value(node.inputs[kX]).dims)[op.x_batch_first ? 0 : 1];
        return op.state_batch_first ? Extents{batch, 1, op.hidden} : Extents{1, batch, op.hidden};
    }

    std::string unique_name(const std::string& wanted) {
        const auto taken = [this](const std::string& name) {
            const auto same = [&](const StateLink& state) { return state.name == name; };
            return std::any_of(graph_.states.begin(), graph_.states.end(), same) ||
                   std::any_of(added_.begin(), added_.end(), same) ||
                   std::any_of(graph_.inputs.begin(), graph_.inputs.end(),
                               [&](const GraphInput& input) { return value(input.value).name == name; });
        };
        std::string name = wanted;
        for (int i = 2; taken(name); ++i) { name = wanted + "_" + std::to_string(i); }
        return name;
    }

    void move_pairs() {
        std::set<std::size_t> inputs;
        std::set<std::size_t> outputs;
        for (const Pair& pair : pairs_) {
            const ValueId input = graph_.inputs[pair.input].value;
            const GraphOutput& output = graph_.outputs[pair.output];
            graph_.states.push_back({value(input).name, input, output.value, nullptr});
            graph_.notes.push_back("state " + in_quotes(value(input).name) + ": output " + in_quotes(output.name) +
                                   " feeds input " + in_quotes(value(input).name) + ", starts at zero");
            inputs.insert(pair.input);
            outputs.insert(pair.output);
        }
        erase(graph_.inputs, inputs);
        erase(graph_.outputs, outputs);
    }

    template <class T>
    static void erase(std::vector<T>& list, const std::set<std::size_t>& indices) {
        for (auto index = indices.rbegin(); index != indices.rend(); ++index) {
            list.erase(list.begin() + static_cast<std::ptrdiff_t>(*index));
        }
    }

    Graph& graph_;
    std::function<bool(const Node&)> wanted_;  ///< none: all
    std::size_t inputs_before_;
    StateFlow flow_;
    std::vector<Pair> pairs_;
    std::vector<StateLink> added_;
    std::set<double> claimed_;  ///< numbers of elements
    Complaints complaints_;
};

}  // namespace

void link_states(Graph& graph) { Linker(graph, nullptr).run(); }
void link_states(Graph& graph, const std::function<bool(const Node&)>& wanted) { Linker(graph, wanted).run(); }

}  // namespace tidegate
