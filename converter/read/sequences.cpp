// SPDX-License-Identifier: MIT
// https://onnx.ai/onnx/operators/onnx__SequenceInsert.html and its siblings, opset 11 on. PyTorch's exporter writes the
// lists of scripted cells with them: for x in input.unbind(0): ...; outputs += [h]; torch.stack(outputs).
#include <optional>

#include "graph/text.h"
#include "read/operators.h"

namespace tidegate {
namespace {

constexpr const char* kHelp =
    "; export the model with a fixed sequence length, or with its recurrent layers as LSTM, GRU or RNN nodes";

[[noreturn]] void refuse(const std::string& what) { throw NodeFault(what + kHelp); }

Sequence& sequence_at(const NodeReader& node, std::size_t input) {
    const auto found = node.context.sequences.find(node.input(input));
    if (found == node.context.sequences.end()) { refuse("its sequence is made by no operator that is read"); }
    return found->second;
}

/// One that is complete.
Sequence& whole_sequence(const NodeReader& node) {
    Sequence& sequence = sequence_at(node, 0);
    if (sequence.carried != kNone) { refuse("it reads a sequence that its loop still adds to"); }
    return sequence;
}

/// The value of an input that is a constant of one element.
std::optional<std::int64_t> known(const NodeReader& node, std::size_t input) {
    const Tensor* tensor = node.context.graph.constant(node.input(input));
    if (tensor == nullptr || tensor->integers.size() != 1) { return std::nullopt; }
    return tensor->integers[0];
}

/// The elements of a loop along a new axis.
ValueId stacked(const SequencePart& part, std::int64_t axis, ValueId result) {
    Node& end = (*part.nodes)[part.end];
    std::get<LoopEnd>(end.op).stacks.push_back({axis, part.reverse});
    end.inputs.push_back(part.value);
    end.outputs.push_back(result);
    return result;
}

/// A loop's elements as slices of a tensor.
SequencePart as_slices(const NodeReader& node, SequencePart& part) {
    if (part.kind != SequencePart::Kind::loop) { return part; }
    if (part.stack == kNone) { part.stack = stacked(part, 0, node.between("stack")); }
    return {SequencePart::Kind::slices, part.stack};
}

bool is_list(const Sequence& sequence) {
    for (const SequencePart& part : sequence.parts) {
        if (part.kind != SequencePart::Kind::element) { return false; }
    }
    return true;
}

/// Where `position` is in a list of `count`, of which it may count from the end.
std::size_t place_in_list(std::optional<std::int64_t> position, std::size_t count, bool may_be_end) {
    if (!position) { refuse("its position in a list must be constant"); }
    const auto size = static_cast<std::int64_t>(count);
    const std::int64_t place = *position < 0 ? *position + size : *position;
    if (place < 0 || place > size || (place == size && !may_be_end)) {
        throw NodeFault("position " + std::to_string(*position) + " is outside a sequence of " + std::to_string(size));
    }
    return static_cast<std::size_t>(place);
}

/// The slice number `position` (input 1 of the node).
void add_slice(const NodeReader& node, const SequencePart& part) {
    if (part.length > 1) {
        const std::optional<std::int64_t> place = known(node, 1);
        if (!place || *place < 0) { refuse("of parts of more than 1 the position must be constant and not negative"); }
        if (*place > INT64_MAX / part.length - 1) { throw NodeFault("its position is outside the sequence"); }
        const ValueId start = node.list("start", {*place * part.length});
        const ValueId stop = node.list("stop", {(*place + 1) * part.length});
        return node.add(Slice{}, {part.value, start, stop, node.list("axis", {part.axis})}, node.outputs);
    }
    ValueId place = node.inputs[1];
    if (part.keeps_axis) { place = node.made("place", Reshape{}, {place, node.list("one", {1})}); }
    node.add(Gather{part.axis}, {part.value, place}, node.outputs);
}

/// The part's elements joined along `axis`, or along a new axis there.
ValueId joined(const NodeReader& node, SequencePart& part, std::int64_t axis, bool new_axis, const std::string& mark) {
    switch (part.kind) {
        case SequencePart::Kind::element:
            return new_axis ? node.made("part" + mark, Unsqueeze{}, {part.value, node.list("new" + mark, {axis})})
                            : part.value;
        case SequencePart::Kind::slices:
            if (part.axis != axis || part.keeps_axis == new_axis) {
                refuse("it joins slices along another axis than the one that they were cut along");
            }
            return part.value;
        case SequencePart::Kind::loop:
            break;
    }
    // Along an axis of theirs of extent 1, which then goes: stacked in front of it.
    const std::int64_t at = new_axis || axis >= 0 ? axis : axis - 1;
    const ValueId stack = stacked(part, at, node.between("stack" + mark));
    if (new_axis) { return stack; }
    const ValueId spare = node.list("spare" + mark, {axis >= 0 ? axis + 1 : axis});
    return node.made("part" + mark, Squeeze{}, {stack, spare});
}

/// How many elements, i64 scalar.
ValueId length_of(const NodeReader& node, SequencePart& part, const std::string& mark) {
    const SequencePart slices = as_slices(node, part);
    if (slices.length > 1) { refuse("the number of parts of more than 1 is not known"); }
    const ValueId dims = node.made("dims" + mark, Shape{}, {slices.value});
    const ValueId axis = node.context.graph.add_constant(node.name + ".axis" + mark, Tensor::of_i64({}, {slices.axis}));
    return node.made("length" + mark, Gather{0}, {dims, axis});
}

/// The node's output. Lists are copied for each of their versions: that is bounded.
void define(const NodeReader& node, Sequence sequence) {
    constexpr std::size_t kMost = 1000000;
    node.context.in_sequences += sequence.parts.size();
    if (node.context.in_sequences > kMost) { throw NodeFault("sequences hold more than 1000000 elements together"); }
    node.context.sequences[node.outputs[0]] = std::move(sequence);
}

}  // namespace

void translate_identity(const NodeReader& node) {
    const auto found = node.context.sequences.find(node.inputs[0]);
    if (found == node.context.sequences.end()) { return node.add(Identity{}); }
    define(node, Sequence(found->second));
}

void translate_sequence_construct(const NodeReader& node) {
    Sequence sequence;
    sequence.parts.reserve(node.inputs.size());
    for (const ValueId input : node.inputs) { sequence.parts.push_back({SequencePart::Kind::element, input}); }
    define(node, std::move(sequence));
}

void translate_sequence_insert(const NodeReader& node) {
    Sequence sequence = sequence_at(node, 0);
    const SequencePart element{SequencePart::Kind::element, node.inputs[1]};
    std::size_t place = sequence.parts.size();
    if (node.input(2) != kNone && (sequence.carried != kNone || !is_list(sequence))) {
        if (known(node, 2) != 0) { refuse("it inserts in the middle of a sequence"); }
        place = 0;
    } else if (node.input(2) != kNone) {
        place = place_in_list(known(node, 2), sequence.parts.size(), true);
    }
    if (sequence.carried != kNone) {
        if (!sequence.parts.empty()) { refuse("its loop adds more than one element in a trip"); }
        sequence.in_front = node.input(2) != kNone;
    }
    sequence.parts.insert(sequence.parts.begin() + static_cast<std::ptrdiff_t>(place), element);
    define(node, std::move(sequence));
}

void translate_sequence_erase(const NodeReader& node) {
    Sequence sequence = whole_sequence(node);
    if (!is_list(sequence)) { refuse("it takes an element out of what a loop or a split made"); }
    const std::optional<std::int64_t> position = node.input(1) == kNone ? -1 : known(node, 1);
    const std::size_t place = place_in_list(position, sequence.parts.size(), false);
    sequence.parts.erase(sequence.parts.begin() + static_cast<std::ptrdiff_t>(place));
    define(node, std::move(sequence));
}

void translate_sequence_at(const NodeReader& node) {
    Sequence& sequence = whole_sequence(node);
    std::vector<SequencePart>& parts = sequence.parts;
    if (parts.size() == 1 && parts[0].kind != SequencePart::Kind::element) {
        return add_slice(node, as_slices(node, parts[0]));
    }
    if (!is_list(sequence)) { refuse("it picks an element from a sequence that more than one loop or split made"); }
    node.add(Identity{}, {parts[place_in_list(known(node, 1), parts.size(), false)].value}, node.outputs);
}

void translate_sequence_length(const NodeReader& node) {
    std::vector<SequencePart>& parts = whole_sequence(node).parts;
    std::int64_t alone = 0;
    ValueId sum = kNone;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].kind == SequencePart::Kind::element) {
            ++alone;
            continue;
        }
        const std::string mark = std::to_string(i);
        const ValueId length = length_of(node, parts[i], mark);
        sum = sum == kNone ? length : node.made("sum" + mark, Binary{BinaryKind::add}, {sum, length});
    }
    const ValueId rest = node.context.graph.add_constant(node.name + ".alone", Tensor::of_i64({}, {alone}));
    if (sum == kNone) { return node.add(Identity{}, {rest}, node.outputs); }
    node.add(Binary{BinaryKind::add}, {sum, rest}, node.outputs);
}

/// keepdims counts only where the parts are of 1: without sizes, and, as ONNX Runtime has it, of the size 1.
void translate_split_to_sequence(const NodeReader& node) {
    const std::int64_t axis = node.attributes.integer("axis", 0);
    const bool keeps = node.attributes.integer("keepdims", 1) != 0;
    if (node.input(1) == kNone) {
        return define(node, {{{SequencePart::Kind::slices, node.inputs[0], axis, 1, keeps}}});
    }
    const Tensor* sizes = node.context.graph.constant(node.inputs[1]);
    if (sizes == nullptr || sizes->is_real()) { refuse("the sizes of the parts must be constant"); }
    if (sizes->dims.empty()) {
        const std::int64_t size = sizes->integers.at(0);
        if (size < 1) { throw NodeFault("parts of " + std::to_string(size) + " elements"); }
        if (size > 1 && !keeps) { throw NodeFault("keepdims is 0, but its parts are of " + std::to_string(size)); }
        return define(node, {{{SequencePart::Kind::slices, node.inputs[0], axis, size, keeps}}});
    }
    Sequence sequence;
    std::vector<ValueId> parts;
    const std::size_t count = sizes->integers.size();
    parts.reserve(count);
    sequence.parts.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        parts.push_back(node.between("part" + std::to_string(i)));
        sequence.parts.push_back({SequencePart::Kind::element, parts.back()});
    }
    if (parts.empty()) { throw NodeFault("it splits into no parts"); }
    node.add(Split{axis}, node.inputs, std::move(parts));
    define(node, std::move(sequence));
}

void translate_concat_from_sequence(const NodeReader& node) {
    std::vector<SequencePart>& parts = whole_sequence(node).parts;
    if (parts.empty()) { throw NodeFault("its sequence is empty"); }
    const std::int64_t axis = node.attributes.required_integer("axis");
    const bool new_axis = node.attributes.flag("new_axis");
    std::vector<ValueId> all;
    all.reserve(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        all.push_back(joined(node, parts[i], axis, new_axis, std::to_string(i)));
    }
    if (all.size() == 1) { return node.add(Identity{}, std::move(all), node.outputs); }
    node.add(Concat{axis}, std::move(all), node.outputs);
}

}  // namespace tidegate
