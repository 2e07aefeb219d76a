// SPDX-License-Identifier: MIT
#include "simplify/batch.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <set>
#include <vector>

#include "simplify/recurrent.h"

namespace tidegate {
namespace {

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Where axis `axis` of the input lies in a value reached from it: what an operand's axes became.
using Axes = std::vector<std::size_t>;

std::optional<std::size_t> batch_of_operand(const Recurrent& op, std::size_t operand) {
    switch (operand) {
        case kX:
            return op.x_batch_first ? 0 : 1;
        case kLengths:
            return 0;
        case kInitialH:
        case kInitialC:
            return op.state_batch_first ? 0 : 1;
        default:
            return std::nullopt;
    }
}

/// The axes behind a node that keeps or permutes them; Gather appends the data's axes to those of its indices.
std::optional<Axes> through(const Node& node, ValueId from, const Axes& axes) {
    if (const auto* op = std::get_if<Transpose>(&node.op)) {
        Axes result;
        for (const std::int64_t axis : op->perm) {
            if (axis < 0 || static_cast<std::size_t>(axis) >= axes.size()) { return std::nullopt; }
            result.push_back(axes[static_cast<std::size_t>(axis)]);
        }
        return result;
    }
    if (std::holds_alternative<Identity>(node.op) || std::holds_alternative<Cast>(node.op)) { return axes; }
    const auto* gather = std::get_if<Gather>(&node.op);
    if (gather != nullptr && gather->axis == 0 && node.inputs[1] == from) {
        Axes result = axes;
        result.push_back(axes.size());
        return result;
    }
    return std::nullopt;
}

}  // namespace

bool names_batch(const std::string& symbol) {
    const std::string name = lower_case(symbol);
    return name.find("batch") != std::string::npos || name == "n" || name == "b" || name == "bs";
}

bool says_nothing(const std::string& symbol) {
    const std::string name = lower_case(symbol);
    const bool numbered =
        name.size() > 1 && name[0] == 's' &&
        std::all_of(name.begin() + 1, name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    return name.empty() || name == "?" || name == "none" || name.rfind("unk", 0) == 0 || numbered ||
           name.find("dynamic_axes") != std::string::npos;
}

std::optional<std::size_t> batch_axis(const Graph& graph, const Links& links, const GraphInput& input) {
    Axes start(input.dims.size());
    std::iota(start.begin(), start.end(), std::size_t{0});
    std::set<ValueId> seen;
    std::vector<std::pair<ValueId, Axes>> open = {{input.value, start}};
    while (!open.empty()) {
        const auto [value, axes] = std::move(open.back());
        open.pop_back();
        if (!seen.insert(value).second) { continue; }
        for (const int reader : links.readers(value)) {
            const Node& node = graph.nodes[static_cast<std::size_t>(reader)];
            if (const auto* op = std::get_if<Recurrent>(&node.op)) {
                const auto operand = std::find(node.inputs.begin(), node.inputs.end(), value) - node.inputs.begin();
                const auto axis = batch_of_operand(*op, static_cast<std::size_t>(operand));
                if (axis && *axis < axes.size()) { return axes[*axis]; }
            } else if (const auto next = through(node, value, axes)) {
                open.emplace_back(node.outputs[0], *next);
            }
        }
    }
    return std::nullopt;
}

}  // namespace tidegate
