// SPDX-License-Identifier: MIT
#include "graph/text.h"

#include <array>
#include <cstdint>

#include "fmt/format.h"
#include "graph/graph.h"

namespace tidegate {
namespace {

constexpr std::size_t kLongestName = 200;

/// Bytes of the UTF-8 sequence at the front of `text` and its code point; 0 if there is none (RFC 3629).
std::size_t decode(std::string_view text, std::uint32_t& code) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xc2 ? 0
                               : lead < 0xe0 ? 2
                               : lead < 0xf0 ? 3
                               : lead < 0xf5 ? 4
                                             : 0;
    if (length == 0 || length > text.size()) { return 0; }
    constexpr std::array<std::uint8_t, 5> kLeadBits = {0, 0x7f, 0x1f, 0x0f, 0x07};
    code = lead & kLeadBits[length];
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) { return 0; }
        code = (code << 6) | (byte(i) & 0x3f);
    }
    constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < kSmallest[length] || code > 0x10ffff || surrogate ? 0 : length;
}

/// C0, C1, line separators, and the format characters that hide or reorder text.
bool deceives(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == '\'' || code == '\\' || code == 0xad ||
           code == 0x61c || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
           (code >= 0xe0000 && code <= 0xe007f);
}

std::string describe(const Graph& graph, ValueId id) {
    if (id == kNone) { return "-"; }
    const Value& value = graph.values[static_cast<std::size_t>(id)];
    std::string text = printable(value.name) + ":" + name_of(value.type);
    if (value.dims) { text += to_text(*value.dims); }
    if (value.elements) { return text + " = " + to_text(*value.elements); }
    return value.constant ? "const " + text : text;
}

std::string describe(const Graph& graph, const std::vector<ValueId>& ids) {
    std::string text;
    for (const ValueId id : ids) { text += (text.empty() ? "" : ", ") + describe(graph, id); }
    return text;
}

std::string describe(const GraphInput& input) {
    if (!input.has_shape) { return "[?]"; }
    std::string text;
    for (const Dim& dim : input.dims) {
        if (!text.empty()) { text += ", "; }
        text += dim.range            ? to_text(*dim.range)
                : dim.extent >= 0    ? std::to_string(dim.extent)
                : dim.symbol.empty() ? "?"
                                     : printable(dim.symbol);
    }
    return "[" + text + "]";
}

const char* name_of(YOrder order) {
    switch (order) {
        case YOrder::time_direction_batch:
            return "TDB";
        case YOrder::time_batch_direction:
            return "TBD";
        case YOrder::batch_time_direction:
            return "BTD";
    }
    return "?";
}

const char* name_of(DirectionKind direction) {
    switch (direction) {
        case DirectionKind::forward:
            return "forward";
        case DirectionKind::reverse:
            return "reverse";
        case DirectionKind::bidirectional:
            return "bidirectional";
    }
    return "?";
}

std::string describe(const Function& function) {
    std::string text = name_of(Op(Unary{function}));
    if (function.alpha != 0 || function.beta != 0) { text += fmt::format("({}, {})", function.alpha, function.beta); }
    return text;
}

std::string parameters(const Recurrent& op) {
    std::string text = fmt::format("hidden={} {}", op.hidden, name_of(op.direction));
    if (op.linear_before_reset) { text += " linear_before_reset"; }
    if (op.input_forget) { text += " input_forget"; }
    if (op.clip > 0) { text += fmt::format(" clip={}", op.clip); }
    if (op.x_batch_first) { text += " x_batch_first"; }
    if (op.state_batch_first) { text += " state_batch_first"; }
    text += fmt::format(" y={}", name_of(op.y_order));
    for (const Function& function : op.functions) { text += " " + describe(function); }
    return text;
}

/// "name=[1, 2]", nothing for an empty list.
std::string listed(const char* name, const std::vector<std::int64_t>& values) {
    return values.empty() ? "" : std::string(name) + "=" + to_text(values);
}

std::string parameters(const Window& window) {
    constexpr const char* kPads[] = {"as listed", "same_upper", "same_lower", "valid"};
    std::string text = "pads " + std::string(kPads[static_cast<int>(window.auto_pad)]);
    return text + listed(" kernel", window.kernel) + listed(" strides", window.strides) +
           listed(" dilations", window.dilations) + listed(" pads", window.pads);
}

/// What of an operator is not in its operands; "" for most.
std::string parameters(const Op& op) {
    return std::visit(
        Overloaded{
            [](const Recurrent& r) { return parameters(r); },
            [](const Gemm& g) {
                return fmt::format("alpha={} beta={}{}{}", g.alpha, g.beta, g.transpose_a ? " transpose_a" : "",
                                   g.transpose_b ? " transpose_b" : "");
            },
            [](const Unary& u) { return describe(u.function); },
            [](const Softmax& s) { return fmt::format("axis={}", s.axis); },
            [](const Concat& c) { return fmt::format("axis={}", c.axis); },
            [](const Split& s) { return fmt::format("axis={}", s.axis); },
            [](const Gather& g) { return fmt::format("axis={}", g.axis); },
            [](const Flatten& f) { return fmt::format("axis={}", f.axis); },
            [](const Transpose& t) { return "perm=" + to_text(t.perm); },
            [](const Cast& c) { return std::string("to=") + name_of(c.to); },
            [](const Conv& c) { return parameters(c.window) + fmt::format(" group={}", c.group); },
            [](const ConvTranspose& c) {
                return parameters(c.window) + fmt::format(" group={}", c.group) +
                       listed(" output_padding", c.output_padding) + listed(" output_shape", c.output_shape);
            },
            [](const Pool& p) {
                return p.global
                           ? std::string()
                           : parameters(p.window) + (p.ceil ? " ceil" : "") + (p.count_padding ? " count_padding" : "");
            },
            [](const LoopBegin& l) { return l.trips ? "trips=" + to_text(*l.trips) : std::string(); },
            [](const BatchNormalization& b) { return fmt::format("epsilon={}", b.epsilon); },
            [](const auto&) { return std::string(); },
        },
        op);
}

}  // namespace

std::string printable(std::string_view name) {
    std::string text;
    while (!name.empty()) {
        if (text.size() >= kLongestName) { return text + "..."; }
        std::uint32_t code = 0;
        const std::size_t length = decode(name, code);
        const std::size_t taken = length == 0 ? 1 : length;
        if (length == 0 || deceives(code)) {
            for (const char c : name.substr(0, taken)) {
                text += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(c));
            }
        } else {
            text += name.substr(0, taken);
        }
        name.remove_prefix(taken);
    }
    return text;
}

std::string in_quotes(std::string_view name) { return "'" + printable(name) + "'"; }

std::string to_text(const Graph& graph) {
    std::string text = fmt::format("graph {} (opset {})\n", in_quotes(graph.name), graph.opset);
    for (const auto& symbol : graph.symbols) {
        text += fmt::format("symbol {} {}..{}\n", in_quotes(symbol->name), symbol->minimum, symbol->maximum);
    }
    for (const GraphInput& input : graph.inputs) {
        text += "input " + describe(graph, input.value) + " as " + describe(input) + "\n";
    }
    for (const StateLink& state : graph.states) {
        text += "state " + describe(graph, state.input) + " <- " + describe(graph, state.output) +
                (state.initial ? " starts at a constant\n" : " starts at zero\n");
    }
    for (const Node& node : graph.nodes) {
        const std::string extra = parameters(node.op);
        text += "node " + node.name + " = " + name_of(node.op) + (extra.empty() ? "" : " {" + extra + "}") + " (" +
                describe(graph, node.inputs) + ") -> " + describe(graph, node.outputs) + "\n";
    }
    for (const GraphOutput& output : graph.outputs) {
        text += "output " + in_quotes(output.name) + " = " + describe(graph, output.value) + "\n";
    }
    return text;
}

}  // namespace tidegate
