// SPDX-License-Identifier: MIT
#include "verify/data_dims.h"

#include <fmt/format.h>

#include <set>

#include "graph/declared.h"
#include "graph/error.h"
#include "graph/text.h"

namespace tidegate {
namespace {

const std::string& name_of_input(const Graph& graph, const GraphInput& input) {
    return graph.values[static_cast<std::size_t>(input.value)].name;
}

/// What the user bound: symbols by their name or by an axis that has it, and INPUT:AXIS.
std::set<std::string> keys_given(const Graph& graph, const ConvertOptions& options) {
    std::set<std::string> result;
    for (const auto& option : options.dims) { result.insert(option.first); }
    for (const auto& option : options.same_dims) { result.insert(option.first); }
    if (options.stream) { result.insert(options.stream->axis); }
    std::set<std::string> symbols;
    for (const GraphInput& input : graph.inputs) {
        for (std::size_t axis = 0; axis < input.dims.size(); ++axis) {
            const std::string key = fmt::format("{}:{}", name_of_input(graph, input), axis);
            if (result.contains(key)) { symbols.insert(input.dims[axis].symbol); }
        }
    }
    result.merge(symbols);
    result.erase("");
    return result;
}

/// One input after the other.
class DataDims {
public:
    DataDims(const Graph& graph, const Dataset& dataset, ConvertOptions& options)
        : graph_(graph), dataset_(dataset), options_(options), given_(keys_given(graph, options)) {}

    void bind(const GraphInput& input, const Dims& dims) {
        const std::string& name = name_of_input(graph_, input);
        if (input.has_shape && input.dims.size() != dims.size()) { refuse(input, dims, ""); }
        for (std::size_t axis = 0; axis < dims.size(); ++axis) {
            const Dim declared = input.has_shape ? input.dims[axis] : Dim{};
            const std::string key = fmt::format("{}:{}", name, axis);
            if (given_.contains(key) || given_.contains(declared.symbol)) { continue; }
            if (declared.extent >= 0) {
                if (declared.extent != dims[axis]) { refuse(input, dims, ""); }
                continue;
            }
            need_one_extent(declared.symbol, input, dims, axis);
            options_.dims.emplace(key, dims[axis]);
        }
    }

private:
    void need_one_extent(const std::string& symbol, const GraphInput& input, const Dims& dims, std::size_t axis) {
        if (symbol.empty()) { return; }
        const auto [shown, is_new] = shown_.try_emplace(symbol, dims[axis]);
        if (is_new || shown->second == dims[axis]) { return; }
        refuse(input, dims, fmt::format(", where {} is {} by another input", printable(symbol), shown->second));
    }

    [[noreturn]] void refuse(const GraphInput& input, const Dims& dims, const std::string& why) const {
        throw ConvertError(
            fmt::format("data set {}: input {} is {} there, and {} in the model{}: the data set does not fit the model",
                        in_quotes(dataset_.directory), in_quotes(name_of_input(graph_, input)), to_text(dims),
                        declared(input.dims), why));
    }

    const Graph& graph_;
    const Dataset& dataset_;
    ConvertOptions& options_;
    std::set<std::string> given_;
    std::map<std::string, std::int64_t> shown_;  ///< by symbol
};

}  // namespace

void bind_dims(const Graph& graph, const Dataset& dataset, const TensorsByName& data, ConvertOptions& options) {
    DataDims dims(graph, dataset, options);
    for (const GraphInput& input : graph.inputs) {
        const std::string& name = name_of_input(graph, input);
        const auto found = data.find(name);
        if (found == data.end() || options.fixed_inputs.contains(name)) { continue; }
        dims.bind(input, found->second.dims);
    }
}

}  // namespace tidegate
