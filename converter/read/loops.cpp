// SPDX-License-Identifier: MIT
// Loop and Scan: https://onnx.ai/onnx/operators/onnx__Loop.html and onnx__Scan.html, opsets 1 to 21 and 8 to 21. Both
// become a LoopBegin, the body's nodes and a LoopEnd. A carried value that the body only passes on is none: it is the
// initial one.
#include <algorithm>
#include <map>
#include <set>

#include "graph/text.h"
#include "read/graph_reader.h"
#include "read/operators.h"

namespace tidegate {
namespace {

using onnx::GraphProto;

void need(bool fits, const char* what) {
    if (!fits) { throw NodeFault(what); }
}

/// Its inputs are tensors, or sequences where those of the node are.
const GraphProto& body_of(const NodeReader& node) {
    const GraphProto* body = node.attributes.graph("body");
    if (body == nullptr) { throw NodeFault("attribute 'body' is missing"); }
    for (int i = 0; i < body->input_size(); ++i) {
        const onnx::ValueInfoProto& input = body->input(i);
        const auto type = input.type().value_case();
        const bool is_sequence = node.context.sequences.contains(node.input(static_cast<std::size_t>(i)));
        if (!is_sequence && type != onnx::TypeProto::kTensorType && type != onnx::TypeProto::VALUE_NOT_SET) {
            throw NodeFault("its body's input " + in_quotes(input.name()) +
                            " is not a tensor (optionals, and sequences that begin outside of the model, are not "
                            "supported); export the model so that the loop stacks its results, or with a fixed "
                            "sequence length");
        }
    }
    return *body;
}

/// Is the body's output its input, as it is or by way of Identity?
bool passes_on(const GraphProto& body, std::string output, const std::string& input) {
    std::map<std::string, std::string> copies;
    for (const onnx::NodeProto& node : body.node()) {
        const bool is_copy = node.op_type() == "Identity" && node.domain().empty() && node.input_size() == 1;
        if (is_copy && node.output_size() == 1) { copies.emplace(node.output(0), node.input(0)); }
    }
    std::set<std::string> seen;
    while (output != input && seen.insert(output).second) {
        const auto before = copies.find(output);
        if (before == copies.end()) { return false; }
        output = before->second;
    }
    return output == input;
}

/// What Loop and Scan have in common.
struct LoopParts {
    const GraphProto& body;
    bool has_condition = false;  ///< the body's inputs begin with iteration and condition, its outputs with the latter
    ValueId most = kNone;
    ValueId condition = kNone;
    std::vector<ValueId> initial = {};
    std::vector<ValueId> walked = {};
    std::vector<WalkedAxis> scans = {};
    std::vector<WalkedAxis> stacks = {};
    std::vector<ValueId> outputs = {};  ///< final values, then stacked results
};

class LoopWriter {
public:
    LoopWriter(const NodeReader& node, const LoopParts& parts) : node_(node), parts_(parts) {
        begin_.loop = static_cast<int>(node.context.graph.values.size());
        begin_.scans = parts.scans;
        end_.loop = begin_.loop;
        end_.stacks = parts.stacks;
    }

    void run() {
        bind_inputs();
        node_.add(std::move(begin_), std::move(begin_inputs_), std::move(begin_outputs_));
        if (is_list(0)) {
            body_inputs_[0] = node_.made("iteration_list", Unsqueeze{}, {body_inputs_[0], node_.list("front", {0})});
        }
        const std::vector<ValueId> results = GraphReader(parts_.body, node_.scope).read_inline(body_inputs_);
        take_results(results);
        node_.add(std::move(end_), std::move(end_inputs_), std::move(end_outputs_));
        for (const auto& [from, to] : passed_) { node_.add(Identity{}, {from}, {to}); }
        define_sequences(results);
    }

private:
    const std::string& body_output(std::size_t i) const { return parts_.body.output(static_cast<int>(i)).name(); }
    const std::string& body_input(std::size_t i) const { return parts_.body.input(static_cast<int>(i)).name(); }
    bool is_carried(std::size_t i) const {
        return !passes_on(parts_.body, body_output(skip(1) + i), body_input(skip(2) + i));
    }
    std::size_t skip(std::size_t count) const { return parts_.has_condition ? count : 0; }
    /// Iteration and condition are scalars, but some exporters declare them with one axis.
    bool is_list(int input) const {
        return parts_.has_condition && parts_.body.input(input).type().tensor_type().shape().dim_size() == 1;
    }
    const Sequence* sequence(ValueId id) const {
        const auto found = node_.context.sequences.find(id);
        return found == node_.context.sequences.end() ? nullptr : &found->second;
    }

    void bind_inputs() {
        begin_inputs_ = {parts_.most, parts_.condition};
        const ValueId iteration = node_.between("iteration");
        begin_outputs_ = {iteration};
        if (parts_.has_condition) {  // it is true whenever the body is run
            Tensor yes{ElementType::boolean, is_list(1) ? Dims{1} : Dims{}, {}, {1}};
            body_inputs_ = {iteration, node_.context.graph.add_constant(node_.name + ".goes_on", std::move(yes))};
        }
        for (std::size_t i = 0; i < parts_.initial.size(); ++i) {
            if (parts_.initial[i] == kNone) { throw NodeFault("an initial value is missing"); }
            if (!is_carried(i)) {
                body_inputs_.push_back(parts_.initial[i]);
                continue;
            }
            const ValueId current = node_.between("current" + std::to_string(i));
            if (sequence(parts_.initial[i]) != nullptr) {
                node_.context.sequences[current].carried = current;
                body_inputs_.push_back(current);
                continue;
            }
            begin_inputs_.push_back(parts_.initial[i]);
            begin_outputs_.push_back(current);
            body_inputs_.push_back(current);
            ++begin_.carried;
        }
        for (std::size_t i = 0; i < parts_.walked.size(); ++i) {
            const ValueId slice = node_.between("slice" + std::to_string(i));
            begin_inputs_.push_back(parts_.walked[i]);
            begin_outputs_.push_back(slice);
            body_inputs_.push_back(slice);
        }
    }

    /// The LoopEnd gives every final and stacked value, wanted or not.
    void take_results(const std::vector<ValueId>& results) {
        end_inputs_ = {parts_.has_condition ? results[0] : kNone};
        need(sequence(end_inputs_[0]) == nullptr && sequence(parts_.most) == nullptr &&
                 sequence(parts_.condition) == nullptr,
             "a number or condition of it is a sequence of tensors");
        for (std::size_t i = 0; i < parts_.initial.size(); ++i) {
            if (sequence(parts_.initial[i]) != nullptr) { continue; }
            if (!is_carried(i)) {
                if (parts_.outputs[i] != kNone) { passed_.emplace_back(parts_.initial[i], parts_.outputs[i]); }
                continue;
            }
            add_result(results[skip(1) + i], parts_.outputs[i]);
            ++end_.carried;
        }
        for (std::size_t i = parts_.initial.size(); i < parts_.outputs.size(); ++i) {
            add_result(results[skip(1) + i], parts_.outputs[i]);
        }
    }

    /// What it carries of sequences: as before, or with what the body adds.
    void define_sequences(const std::vector<ValueId>& results) const {
        std::vector<Node>* const nodes = node_.context.nodes;
        std::size_t end = nodes->size() - 1;
        while (!std::holds_alternative<LoopEnd>((*nodes)[end].op)) { --end; }
        for (std::size_t i = 0; i < parts_.initial.size(); ++i) {
            if (sequence(parts_.initial[i]) == nullptr || parts_.outputs[i] == kNone) { continue; }
            Sequence whole = *sequence(parts_.initial[i]);
            if (is_carried(i)) {
                need(whole.carried == kNone, "it adds to a sequence that the loop around it adds to");
                const Sequence* grown = sequence(results[skip(1) + i]);
                need(grown != nullptr && grown->carried == body_inputs_[skip(2) + i] && grown->parts.size() == 1,
                     "its body gives another sequence than the one it carries with one element added");
                SequencePart part{SequencePart::Kind::loop, grown->parts[0].value};
                part.reverse = grown->in_front;
                part.nodes = nodes;
                part.end = end;
                whole.parts.insert(part.reverse ? whole.parts.begin() : whole.parts.end(), part);
            }
            node_.context.sequences[parts_.outputs[i]] = std::move(whole);
        }
    }

    void add_result(ValueId from, ValueId to) {
        if (from == kNone) { throw NodeFault("a result of its body is an input that is missing"); }
        need(sequence(from) == nullptr, "a result of its body is a sequence of tensors, and was a tensor before");
        end_inputs_.push_back(from);
        end_outputs_.push_back(to == kNone ? node_.between("unused" + std::to_string(end_outputs_.size())) : to);
    }

    const NodeReader& node_;
    const LoopParts& parts_;
    LoopBegin begin_;
    LoopEnd end_;
    std::vector<ValueId> begin_inputs_, begin_outputs_, body_inputs_, end_inputs_, end_outputs_;
    std::vector<std::pair<ValueId, ValueId>> passed_;
};

/// One axis per tensor from two attributes, which may be missing.
std::vector<WalkedAxis> axes_of(const NodeReader& node, const char* axes, const char* directions, std::size_t count) {
    const std::vector<std::int64_t> axis = node.attributes.integers(axes);
    const std::vector<std::int64_t> direction = node.attributes.integers(directions);
    need(axis.empty() || axis.size() == count, "the axes it lists are not one for each tensor");
    need(direction.empty() || direction.size() == count, "the directions it lists are not one for each tensor");
    std::vector<WalkedAxis> result(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (!axis.empty()) { result[i].axis = axis[i]; }
        if (!direction.empty()) {
            need(direction[i] == 0 || direction[i] == 1, "a direction is 0 or 1");
            result[i].reverse = direction[i] == 1;
        }
    }
    return result;
}

/// Splits `inputs` into initial values and walked tensors and reads the axes.
LoopParts scan_parts(const NodeReader& node, const std::vector<ValueId>& inputs, bool has_axes) {
    LoopParts parts{body_of(node)};
    const std::int64_t scans = node.attributes.required_integer("num_scan_inputs");
    const auto count = static_cast<std::int64_t>(inputs.size());
    need(scans >= 1 && scans <= count, "num_scan_inputs does not fit its inputs");
    const auto carried = static_cast<std::ptrdiff_t>(count - scans);
    need(parts.body.input_size() == count, "its body has another number of inputs than the node");
    need(parts.body.output_size() == static_cast<int>(node.outputs.size()) && parts.body.output_size() >= carried,
         "its body has another number of outputs than the node");
    parts.initial.assign(inputs.begin(), inputs.begin() + carried);
    parts.walked.assign(inputs.begin() + carried, inputs.end());
    need(std::ranges::find(parts.walked, kNone) == parts.walked.end(), "a scan input is missing");
    const std::size_t stacks = node.outputs.size() - static_cast<std::size_t>(carried);
    parts.outputs = node.outputs;
    parts.stacks.resize(stacks);
    if (has_axes) {
        parts.scans = axes_of(node, "scan_input_axes", "scan_input_directions", parts.walked.size());
        parts.stacks = axes_of(node, "scan_output_axes", "scan_output_directions", stacks);
    } else {
        parts.scans = axes_of(node, "directions", "directions", parts.walked.size());
        for (WalkedAxis& scan : parts.scans) { scan.axis = 0; }
    }
    return parts;
}

}  // namespace

void translate_loop(const NodeReader& node) {
    LoopParts parts{body_of(node), true, node.input(kLoopMost), node.input(kLoopCondition)};
    if (node.inputs.size() > kLoopInitial) {
        parts.initial.assign(node.inputs.begin() + kLoopInitial, node.inputs.end());
    }
    const std::size_t carried = parts.initial.size();
    need(static_cast<std::size_t>(parts.body.input_size()) == carried + 2,
         "its body has another number of inputs than iteration, condition and carried values");
    need(
        static_cast<std::size_t>(parts.body.output_size()) == node.outputs.size() + 1 && node.outputs.size() >= carried,
        "its body has another number of outputs than condition and those of the node");
    parts.stacks.resize(node.outputs.size() - carried);
    parts.outputs = node.outputs;
    LoopWriter(node, parts).run();
}

void translate_scan(const NodeReader& node) { LoopWriter(node, scan_parts(node, node.inputs, true)).run(); }

/// In opset 8 everything has a batch axis in front, which the body does not see: of 1, it is taken off.
void translate_scan_8(const NodeReader& node) {
    if (node.input(0) != kNone) { throw NodeFault("sequence_lens of opset 8 are not supported; export with opset 9"); }
    std::vector<ValueId> inputs;
    inputs.reserve(node.inputs.size());
    const ValueId front = node.list("front", {0});
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        inputs.push_back(node.between("of_one" + std::to_string(i)));
        node.add(Squeeze{}, {node.inputs[i], front}, {inputs.back()});
    }
    LoopParts parts = scan_parts(node, inputs, false);
    for (std::size_t i = 0; i < parts.outputs.size(); ++i) {
        if (node.outputs[i] != kNone) { parts.outputs[i] = node.between("alone" + std::to_string(i)); }
    }
    LoopWriter(node, parts).run();
    for (std::size_t i = 0; i < parts.outputs.size(); ++i) {
        if (node.outputs[i] != kNone) { node.add(Unsqueeze{}, {parts.outputs[i], front}, {node.outputs[i]}); }
    }
}

}  // namespace tidegate
