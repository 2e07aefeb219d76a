// SPDX-License-Identifier: MIT
#include "simplify/dimensions.h"

#include <algorithm>
#include <charconv>
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

std::string to_text(const DimRange& range) {
    const std::string low = std::to_string(range.minimum);
    return range.minimum == range.maximum ? low : low + ".." + std::to_string(range.maximum);
}

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

/// A range becomes a symbol of the graph, once per name.
void Dimensions::set(Dim& dim, const std::string& symbol, DimRange range) {
    if (range.minimum == range.maximum) {
        dim.extent = range.minimum;
        return;
    }
    auto found = std::ranges::find_if(graph_.symbols, [&](const auto& known) { return known->name == symbol; });
    if (found == graph_.symbols.end()) {
        graph_.symbols.push_back(
            std::make_shared<const Symbol>(Symbol{symbol, range.minimum, range.maximum, graph_.symbols.size()}));
        found = graph_.symbols.end() - 1;
    }
    dim.range = Extent(*found);
}

bool Dimensions::bind_symbol(const std::string& symbol, DimRange range) {
    bool exists = bound_.contains(symbol);
    for (GraphInput& input : graph_.inputs) {
        for (Dim& dim : input.dims) {
            if (dim.symbol != symbol) { continue; }
            exists = true;
            if (!dim.is_bound()) { set(dim, symbol, range); }
        }
    }
    if (!exists) { return false; }
    const auto [entry, is_new] = bound_.emplace(symbol, range);
    if (!is_new && entry->second != range) {
        complain("dimension " + in_quotes(symbol) + " cannot be both " + to_text(entry->second) + " and " +
                 to_text(range));
    }
    return true;
}

void Dimensions::bind_axis(std::size_t input, std::size_t axis, DimRange range) {
    Dim& dim = graph_.inputs[input].dims[axis];
    if (!dim.symbol.empty()) {
        bind_symbol(dim.symbol, range);
        return;
    }
    if (!dim.is_bound()) { return set(dim, name(input) + ":" + std::to_string(axis), range); }
    const DimRange present = dim.range ? DimRange(dim.range->lowest(), dim.range->highest()) : DimRange(dim.extent);
    if (present == range) { return; }
    complain("axis " + std::to_string(axis) + " of input " + in_quotes(name(input)) + " is " + to_text(present) +
             ", not " + to_text(range));
}

bool Dimensions::bind_axis_option(const std::string& key, DimRange range) {
    const std::optional<AxisKey> parsed = axis_key(key);
    if (!parsed) { return false; }
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        if (name(i) != parsed->input || parsed->axis >= graph_.inputs[i].dims.size()) { continue; }
        bind_axis(i, parsed->axis, range);
        return true;
    }
    return false;
}

/// An input without even a rank gets the axes that options name, if these are 0, 1, ... without a gap.
void Dimensions::state_shapes(const std::map<std::string, DimRange>& options) {
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        GraphInput& input = graph_.inputs[i];
        if (input.has_shape) { continue; }
        std::set<std::size_t> axes;
        for (const auto& [key, range] : options) {
            const std::optional<AxisKey> parsed = axis_key(key);
            if (parsed && parsed->input == name(i)) { axes.insert(parsed->axis); }
        }
        if (axes.empty() || *axes.rbegin() + 1 != axes.size()) { continue; }
        input.dims.resize(axes.size());
        input.has_shape = true;
    }
}

bool Dimensions::is_symbol(const std::string& name) const {
    return std::ranges::any_of(graph_.inputs, [&](const GraphInput& input) {
        return std::ranges::any_of(input.dims, [&](const Dim& dim) { return !name.empty() && dim.symbol == name; });
    });
}

/// Of INPUT:AXIS; null if there is no such axis.
Dim* Dimensions::axis_named(const std::string& key) {
    const std::optional<AxisKey> parsed = axis_key(key);
    for (std::size_t i = 0; parsed && i < graph_.inputs.size(); ++i) {
        if (name(i) == parsed->input && parsed->axis < graph_.inputs[i].dims.size()) {
            return &graph_.inputs[i].dims[parsed->axis];
        }
    }
    return nullptr;
}

void Dimensions::unite(const std::map<std::string, std::string>& same) {
    /// The symbol that a word stands for; an axis without one is named after the word.
    const auto symbol_of = [&](const std::string& word) -> std::optional<std::string> {
        if (is_symbol(word)) { return word; }
        Dim* axis = axis_named(word);
        if (axis == nullptr || axis->extent >= 0) { return std::nullopt; }
        if (axis->symbol.empty()) { axis->symbol = word; }
        return axis->symbol;
    };
    for (const auto& [key, other] : same) {
        const std::optional<std::string> to = symbol_of(other), from = symbol_of(key);
        if (!from || !to) {
            complain("--dim " + printable(key) + "=" + printable(other) + ": the model has no symbolic dimension " +
                     in_quotes(from ? other : key) + " (" + what_exists() + ")");
            continue;
        }
        for (GraphInput& input : graph_.inputs) {
            for (Dim& dim : input.dims) {
                if (dim.symbol == *from) { dim.symbol = *to; }
            }
        }
    }
}

/// Where each key first stands among the inputs' axes: symbols are numbered in this order.
std::map<std::string, std::size_t> Dimensions::places() const {
    std::map<std::string, std::size_t> found;
    std::size_t place = 0;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        for (std::size_t axis = 0; axis < graph_.inputs[i].dims.size(); ++axis, ++place) {
            found.emplace(graph_.inputs[i].dims[axis].symbol, place);
            found.emplace(name(i) + ":" + std::to_string(axis), place);
        }
    }
    return found;
}

void Dimensions::bind_options(const std::map<std::string, DimRange>& options) {
    state_shapes(options);
    std::vector<std::pair<std::string, DimRange>> in_order(options.begin(), options.end());
    const std::map<std::string, std::size_t> place = places();
    std::ranges::stable_sort(in_order, {}, [&](const auto& option) {
        const auto found = place.find(option.first);
        return found == place.end() ? SIZE_MAX : found->second;
    });
    for (const auto& [key, range] : in_order) {
        if (range.minimum < 1 || range.minimum > range.maximum || range.maximum > INT32_MAX) {
            complain("--dim " + printable(key) + "=" + to_text(range) + ": an extent is 1 to 2^31 - 1");
        } else if (!bind_symbol(key, range) && !bind_axis_option(key, range)) {
            complain("--dim " + printable(key) + ": the model has no such dimension (" + what_exists() + ")");
        }
    }
}

/// The last symbol S becomes unit * (S / unit), so that whatever divides the unit divides the extent.
void Dimensions::count_by(std::int64_t unit) {
    const std::shared_ptr<const Symbol> steps = graph_.symbols.back();
    graph_.symbols.back() =
        std::make_shared<const Symbol>(Symbol{steps->name + "/" + std::to_string(unit), (steps->minimum - 1) / unit + 1,
                                              steps->maximum / unit, steps->index});
    for (GraphInput& input : graph_.inputs) {
        for (Dim& dim : input.dims) {
            if (dim.range && dim.range->symbol() == steps.get()) {
                dim.range = Extent(graph_.symbols.back()) * Extent(unit);
            }
        }
    }
}

void Dimensions::bind_stream(const std::string& key, DimRange range, std::int64_t unit,
                             const std::map<std::string, DimRange>& given) {
    const std::string option = "--stream " + printable(key);
    Dim* axis = is_symbol(key) ? nullptr : axis_named(key);
    if (!is_symbol(key) && axis == nullptr) {
        return complain(option + ": the model has no such dimension (" + what_exists() + ")");
    }
    const std::string symbol = axis == nullptr ? key : axis->symbol;
    if (given.contains(key) || bound_.contains(symbol)) {
        return complain(option +
                        ": --dim binds the same dimension; leave that out: --stream says how many steps a run "
                        "takes (" +
                        printable(key) + "=N, 1 without it)");
    }
    if (axis != nullptr && symbol.empty()) {
        axis->symbol = key;  // an axis without a name gets this one
        axis->extent = -1;   // a number was the length of an example; what else follows from it does not fit any more
    }
    bind_symbol(axis != nullptr && symbol.empty() ? key : symbol, range);
    Stream stream;
    stream.axis = symbol.empty() ? key : symbol;
    if (unit > 1 && range.maximum / unit > (range.minimum - 1) / unit + 1) {
        count_by(unit);
        stream.unit = unit;
    }
    stream.symbol = graph_.symbols.back();
    graph_.stream = std::move(stream);
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
            if (dim.is_bound() || !is_batch) { continue; }
            const std::string key = dim.symbol.empty() ? name(i) + ":" + std::to_string(axis) : dim.symbol;
            if (noted.insert(key).second) {
                graph_.notes.push_back("batch " + in_quotes(key) + " is 1 (--dim " + printable(key) +
                                       "=N for another)");
            }
            bind_axis(i, axis, 1);
        }
    }
}

void Dimensions::finish(bool complain_of_unbound) {
    std::set<std::string> asked;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        const GraphInput& input = graph_.inputs[i];
        if (!input.has_shape) {
            complain("input " + in_quotes(name(i)) + " has no shape in the model; give --dim " + printable(name(i)) +
                     ":0=N, --dim " + printable(name(i)) + ":1=N and so on for each axis");
            continue;
        }
        Extents dims;
        bool all_bound = true;
        for (std::size_t axis = 0; axis < input.dims.size(); ++axis) {
            const Dim& dim = input.dims[axis];
            dims.push_back(dim.range.value_or(Extent(dim.extent)));
            const std::string key = dim.symbol.empty() ? name(i) + ":" + std::to_string(axis) : dim.symbol;
            if (dim.is_bound()) { continue; }
            all_bound = false;
            if (!complain_of_unbound || !asked.insert(key).second) { continue; }
            complain("axis " + std::to_string(axis) + " of input " + in_quotes(name(i)) + " is not bound; give --dim " +
                     printable(key) + "=N, or =1..N for lengths chosen at run time");
        }
        if (!all_bound) { continue; }
        try {
            element_count(dims);
            graph_.values[static_cast<std::size_t>(input.value)].dims = std::move(dims);
        } catch (const std::length_error& fault) { complain("input " + in_quotes(name(i)) + ": " + fault.what()); }
    }
}

}  // namespace tidegate
