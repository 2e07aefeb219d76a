// SPDX-License-Identifier: MIT
#include "simplify/dimensions.h"

#include <charconv>
#include <limits>
#include <optional>
#include <set>

#include "graph/text.h"
#include "simplify/batch.h"

namespace tidegate {
namespace {

struct AxisKey {
    std::string input;
    std::size_t axis = 0;
};

/// "x:0"; input names may have colons themselves.
std::optional<AxisKey> axis_key(const std::string& key) {
    const std::size_t colon = key.rfind(':');
    if (colon == std::string::npos) { return std::nullopt; }
    AxisKey result{key.substr(0, colon), 0};
    const char* end = key.data() + key.size();
    const auto [stop, error] = std::from_chars(key.data() + colon + 1, end, result.axis);
    return error == std::errc() && stop == end && colon + 1 < key.size() ? std::optional(result) : std::nullopt;
}

}  // namespace

const std::string& Dimensions::name(std::size_t input) const {
    return graph_.values[static_cast<std::size_t>(graph_.inputs[input].value)].name;
}

std::string Dimensions::what_exists() const {
    std::set<std::string> symbols;
    std::string inputs;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        for (const Dim& dim : graph_.inputs[i].dims) {
            if (!dim.symbol.empty()) { symbols.insert(in_quotes(dim.symbol)); }
        }
        inputs += (inputs.empty() ? "" : ", ") + in_quotes(name(i)) + " with " +
                  std::to_string(graph_.inputs[i].dims.size()) + " axes";
    }
    std::string text;
    for (const std::string& symbol : symbols) { text += (text.empty() ? "" : ", ") + symbol; }
    return "symbols: " + (text.empty() ? "none" : text) + "; inputs: " + (inputs.empty() ? "none" : inputs);
}

bool Dimensions::bind_symbol(const std::string& symbol, std::int64_t extent) {
    bool exists = bound_.contains(symbol);
    for (GraphInput& input : graph_.inputs) {
        for (Dim& dim : input.dims) {
            if (dim.symbol != symbol) { continue; }
            exists = true;
            if (dim.extent < 0) { dim.extent = extent; }
        }
    }
    if (!exists) { return false; }
    const auto [entry, is_new] = bound_.emplace(symbol, extent);
    if (!is_new && entry->second != extent) {
        complain("dimension " + in_quotes(symbol) + " cannot be both " + std::to_string(entry->second) + " and " +
                 std::to_string(extent));
    }
    return true;
}

void Dimensions::bind_axis(std::size_t input, std::size_t axis, std::int64_t extent) {
    Dim& dim = graph_.inputs[input].dims[axis];
    if (!dim.symbol.empty()) {
        bind_symbol(dim.symbol, extent);
        return;
    }
    if (dim.extent >= 0 && dim.extent != extent) {
        complain("axis " + std::to_string(axis) + " of input " + in_quotes(name(input)) + " is " +
                 std::to_string(dim.extent) + ", not " + std::to_string(extent));
        return;
    }
    dim.extent = extent;
}

bool Dimensions::bind_axis_option(const std::string& key, std::int64_t extent) {
    const std::optional<AxisKey> parsed = axis_key(key);
    if (!parsed) { return false; }
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        if (name(i) != parsed->input || parsed->axis >= graph_.inputs[i].dims.size()) { continue; }
        bind_axis(i, parsed->axis, extent);
        return true;
    }
    return false;
}

/// An input without even a rank gets the axes that options name, if these are 0, 1, ... without a gap.
void Dimensions::state_shapes(const std::map<std::string, std::int64_t>& options) {
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        GraphInput& input = graph_.inputs[i];
        if (input.has_shape) { continue; }
        std::set<std::size_t> axes;
        for (const auto& [key, extent] : options) {
            const std::optional<AxisKey> parsed = axis_key(key);
            if (parsed && parsed->input == name(i)) { axes.insert(parsed->axis); }
        }
        if (axes.empty() || *axes.rbegin() + 1 != axes.size()) { continue; }
        input.dims.resize(axes.size());
        input.has_shape = true;
    }
}

void Dimensions::bind_options(const std::map<std::string, std::int64_t>& options) {
    state_shapes(options);
    for (const auto& [key, extent] : options) {
        if (extent < 1 || extent > std::numeric_limits<std::int32_t>::max()) {
            complain("--dim " + printable(key) + "=" + std::to_string(extent) + ": an extent is 1 to 2^31 - 1");
        } else if (!bind_symbol(key, extent) && !bind_axis_option(key, extent)) {
            complain("--dim " + printable(key) + ": the model has no such dimension (" + what_exists() + ")");
        }
    }
}

void Dimensions::bind_tensor(std::size_t index, const Dims& dims) {
    GraphInput& input = graph_.inputs[index];
    if (!input.has_shape) {
        input.dims.resize(dims.size());
        input.has_shape = true;
    }
    if (input.dims.size() != dims.size()) {
        complain("--fix-input " + printable(name(index)) + ": the value has shape " + to_text(dims) + ", the input " +
                 std::to_string(input.dims.size()) + " axes");
        return;
    }
    for (std::size_t axis = 0; axis < dims.size(); ++axis) { bind_axis(index, axis, dims[axis]); }
}

void Dimensions::default_batch() {
    const Links links(graph_);
    std::set<std::string> noted;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        const std::size_t rank = graph_.inputs[i].dims.size();
        const std::size_t batch = batch_axis(graph_, links, graph_.inputs[i]).value_or(0);
        for (std::size_t axis = 0; axis < rank; ++axis) {
            const Dim dim = graph_.inputs[i].dims[axis];
            const bool is_batch = names_batch(dim.symbol) || (says_nothing(dim.symbol) && axis == batch);
            if (dim.extent >= 0 || !is_batch) { continue; }
            const std::string key = dim.symbol.empty() ? name(i) + ":" + std::to_string(axis) : dim.symbol;
            if (noted.insert(key).second) {
                graph_.notes.push_back("batch " + in_quotes(key) + " is 1 (--dim " + printable(key) +
                                       "=N for another)");
            }
            bind_axis(i, axis, 1);
        }
    }
}

void Dimensions::finish() {
    std::set<std::string> asked;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        const GraphInput& input = graph_.inputs[i];
        if (!input.has_shape) {
            complain("input " + in_quotes(name(i)) + " has no shape in the model; give --dim " + printable(name(i)) +
                     ":0=N, --dim " + printable(name(i)) + ":1=N and so on for each axis");
            continue;
        }
        Dims dims;
        for (std::size_t axis = 0; axis < input.dims.size(); ++axis) {
            const Dim& dim = input.dims[axis];
            dims.push_back(dim.extent);
            const std::string key = dim.symbol.empty() ? name(i) + ":" + std::to_string(axis) : dim.symbol;
            if (dim.extent < 0 && asked.insert(key).second) {
                complain("axis " + std::to_string(axis) + " of input " + in_quotes(name(i)) +
                         " is not bound; give --dim " + printable(key) + "=N");
            }
        }
        try {
            if (complaints_.empty()) { element_count(dims); }
        } catch (const std::length_error& fault) { complain("input " + in_quotes(name(i)) + ": " + fault.what()); }
        graph_.values[static_cast<std::size_t>(input.value)].dims = std::move(dims);
    }
}

}  // namespace tidegate
