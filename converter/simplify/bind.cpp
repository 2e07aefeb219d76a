// SPDX-License-Identifier: MIT
// What the user decides before anything is computed: dimensions, frozen inputs, linked states.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "convert.h"
#include "graph/text.h"
#include "simplify/dimensions.h"

namespace tidegate {
namespace {

std::size_t find_input(const Graph& graph, const std::string& name) {
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
        if (graph.values[static_cast<std::size_t>(graph.inputs[i].value)].name == name) { return i; }
    }
    std::string known;
    for (const GraphInput& input : graph.inputs) {
        known += (known.empty() ? "" : ", ") + in_quotes(graph.values[static_cast<std::size_t>(input.value)].name);
    }
    throw ConvertError("there is no input " + in_quotes(name) + " (inputs: " + (known.empty() ? "none" : known) + ")");
}

std::size_t find_output(const Graph& graph, const std::string& name) {
    std::string known;
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
        if (graph.outputs[i].name == name) { return i; }
        known += (known.empty() ? "" : ", ") + in_quotes(graph.outputs[i].name);
    }
    throw ConvertError("there is no output " + in_quotes(name) + " (outputs: " + (known.empty() ? "none" : known) +
                       ")");
}

/// False for what has been complained of: no such input, or no shape.
bool is_bound_input(const Graph& graph, const std::string& name) {
    return std::ranges::any_of(graph.inputs, [&](const GraphInput& input) {
        const Value& value = graph.values[static_cast<std::size_t>(input.value)];
        return value.name == name && value.dims;
    });
}

bool holds(ElementType type, std::int64_t value) {
    switch (type) {
        case ElementType::boolean:
            return value == 0 || value == 1;
        case ElementType::u8:
            return value >= 0 && value <= 255;
        case ElementType::i8:
            return value >= -128 && value <= 127;
        case ElementType::i32:
            return value >= std::numeric_limits<std::int32_t>::min() &&
                   value <= std::numeric_limits<std::int32_t>::max();
        default:
            return true;
    }
}

/// The same values as another type, if that holds each of them exactly; a scalar may also change between real and
/// integer, since a number on a command line has no type.
Tensor as_type(const Tensor& tensor, ElementType type) {
    const auto refuse = [&](const std::string& why) {
        throw ConvertError("the value is " + std::string(name_of(tensor.type)) + ", the input " + name_of(type) + why);
    };
    if (tensor.type == type) { return tensor; }
    Tensor result{type, tensor.dims, {}, {}};
    if (tensor.is_real() || result.is_real()) {
        if (!tensor.dims.empty()) { refuse(""); }
        if (result.is_real()) {
            result.reals = {static_cast<double>(tensor.integers[0])};
            return result;
        }
        const double value = tensor.reals[0];
        if (std::floor(value) != value || std::abs(value) > 0x1p53) { refuse(", which does not hold it"); }
        result.integers = {static_cast<std::int64_t>(value)};
    } else {
        result.integers = tensor.integers;
    }
    for (const std::int64_t value : result.integers) {
        if (!holds(type, value)) { refuse(", which does not hold " + std::to_string(value)); }
    }
    return result;
}

Tensor broadcast(const Tensor& scalar, const Dims& dims) {
    Tensor result = Tensor::zeros(scalar.type, dims);
    if (scalar.is_real()) {
        std::fill(result.reals.begin(), result.reals.end(), scalar.reals[0]);
    } else {
        std::fill(result.integers.begin(), result.integers.end(), scalar.integers[0]);
    }
    return result;
}

/// An input of symbolic shape that is one number everywhere: a ConstantOfShape makes it.
void fill(Graph& graph, std::size_t index, Tensor scalar) {
    const ValueId id = graph.inputs[index].value;
    const Value value = graph.values[static_cast<std::size_t>(id)];
    const ValueId shape = graph.add_list(value.name + ".shape", *value.dims);
    graph.nodes.insert(graph.nodes.begin(), {value.name, ConstantOfShape{std::move(scalar)}, {shape}, {id}});
    graph.inputs.erase(graph.inputs.begin() + static_cast<std::ptrdiff_t>(index));
}

void freeze(Graph& graph, const std::string& name, const Tensor& tensor) {
    const std::size_t index = find_input(graph, name);
    Value& value = graph.values[static_cast<std::size_t>(graph.inputs[index].value)];
    Tensor constant = as_type(tensor, value.type);
    if (constant.dims.empty() && !value.dims->empty()) {
        if (!value.dims->are_constant()) { return fill(graph, index, std::move(constant)); }
        if (!graph.afford(element_count(*value.dims).constant())) {  // the shape is the model's
            throw ConvertError("the input of shape " + to_text(*value.dims) +
                               " is too large to be a constant of a model of this size");
        }
        constant = broadcast(constant, value.dims->constants());
    } else {
        graph.add_own(constant);
    }
    value.dims = constant.dims;
    value.constant = std::make_shared<const Tensor>(std::move(constant));
    graph.inputs.erase(graph.inputs.begin() + static_cast<std::ptrdiff_t>(index));
}

/// The output's shape is compared when it is known.
void link(Graph& graph, const std::string& output_name, const std::string& input_name) {
    const std::size_t output = find_output(graph, output_name);
    const std::size_t input = find_input(graph, input_name);
    const ValueId from = graph.inputs[input].value;
    if (!graph.values[static_cast<std::size_t>(from)].dims) { return; }  // that has been complained of
    if (graph.values[static_cast<std::size_t>(from)].type != ElementType::f32) {
        throw ConvertError("only f32 values can live in the session, and input " + in_quotes(input_name) + " is " +
                           name_of(graph.values[static_cast<std::size_t>(from)].type));
    }
    const Extents& dims = graph.dims(from);
    if (!dims.are_constant()) {
        throw ConvertError("input " + in_quotes(input_name) + " has the shape " + to_text(dims) +
                           "; what lives in the session cannot change its shape: " + how_to_bind(dims));
    }
    graph.states.push_back({input_name, from, graph.outputs[output].value, nullptr});
    graph.inputs.erase(graph.inputs.begin() + static_cast<std::ptrdiff_t>(input));
    graph.outputs.erase(graph.outputs.begin() + static_cast<std::ptrdiff_t>(output));
}

/// Is there a window, on whatever axis, that is not taken at every element?
bool skips(const Graph& graph) {
    const auto is_wide = [](std::int64_t stride) { return stride > 1; };
    return std::ranges::any_of(graph.nodes, [&](const Node& node) {
        return std::visit(Overloaded{
                              [&](const Conv& op) { return std::ranges::any_of(op.window.strides, is_wide); },
                              [&](const Pool& op) { return std::ranges::any_of(op.window.strides, is_wide); },
                              [](const auto&) { return false; },
                          },
                          node.op);
    });
}

/// An output and an input go into one state.
void check_linked_once(Complaints& complaints, const ConvertOptions& options) {
    std::set<std::string> outputs, inputs;
    for (const auto& [output, input] : options.states) {
        if (!outputs.insert(output).second) {
            complaints.add(ConvertError("--state: output " + in_quotes(output) + " is linked twice"));
        }
        if (!inputs.insert(input).second) {
            complaints.add(ConvertError("--state: input " + in_quotes(input) + " is linked twice"));
        }
    }
}

/// Runs one option and puts its name in front of what goes wrong.
template <class Action>
void option(Complaints& complaints, const std::string& text, Action action) {
    try {
        action();
    } catch (const ConvertError& error) { complaints.add(ConvertError(text + ": " + error.what())); }
}

}  // namespace

void set_symbols(Graph& graph, const std::vector<std::int64_t>& symbols) {
    for (Value& value : graph.values) {
        if (value.dims) { value.dims = value.dims->at(symbols); }
        if (!value.elements) { continue; }
        value.constant = std::make_shared<const Tensor>(
            Tensor{value.type, value.dims->constants(), {}, value.elements->at(symbols)});
        value.elements = nullptr;
    }
    for (GraphInput& input : graph.inputs) {
        for (Dim& dim : input.dims) {
            if (dim.range) { dim.extent = dim.range->at(symbols); }
            dim.range.reset();
        }
    }
    graph.symbols.clear();
}

void bind(Graph& graph, const ConvertOptions& options) {
    Complaints complaints;
    Dimensions dimensions(graph, complaints);
    dimensions.unite(options.same_dims);
    dimensions.bind_options(options.dims);
    if (options.stream) {
        const StreamOption& stream = *options.stream;
        dimensions.bind_stream(stream.axis, stream.analysed, skips(graph) ? stream.steps : 1, options.dims);
        if (graph.stream) { graph.stream->steps = stream.steps; }
    }
    for (const auto& fixed : options.fixed_inputs) {
        option(complaints, "--fix-input " + printable(fixed.first), [&] {
            const std::size_t index = find_input(graph, fixed.first);
            if (!fixed.second.dims.empty()) { dimensions.bind_tensor(index, fixed.second.dims); }
        });
    }
    const bool understood = complaints.empty();
    dimensions.default_batch();
    dimensions.finish(understood);
    for (const auto& fixed : options.fixed_inputs) {
        if (!is_bound_input(graph, fixed.first)) { continue; }
        option(complaints, "--fix-input " + printable(fixed.first), [&] { freeze(graph, fixed.first, fixed.second); });
    }
    check_linked_once(complaints, options);
    for (const auto& state : options.states) {
        option(complaints, "--state " + printable(state.first) + "=" + printable(state.second),
               [&] { link(graph, state.first, state.second); });
    }
    complaints.throw_if_any();
}

}  // namespace tidegate
