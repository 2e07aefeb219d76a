// SPDX-License-Identifier: MIT
// The promise of symbolic dimensions: at every length, the bits of a model converted for just that length.
#pragma once

#include <doctest/doctest.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "onnx_builder.h"
#include "support/recurrent_graph.h"
#include "verify/compare.h"
#include "verify/graph_inputs.h"
#include "verify/run_model.h"

namespace tidegate::test {

using List = std::vector<std::int64_t>;
inline constexpr int kI64 = onnx::TensorProto::INT64;
inline constexpr int kI32 = onnx::TensorProto::INT32;

inline const ConvertOptions kTimeRange = with_dims({{"time", {1, 9}}});
inline const ConvertOptions kTimeAndBatch = with_dims({{"time", {1, 7}}, {"batch", {1, 3}}});

/// x [time, batch, 4] and what the case adds.
inline ModelBuilder time_first_model() {
    ModelBuilder m;
    m.input("x", {"time", "batch", 4});
    return m;
}

/// Reals N(0, 1); integers within what the nodes ask of them.
inline std::vector<Tensor> inputs_for(const Graph& graph, Random& random) {
    const auto ranges = integer_ranges(graph);
    std::vector<Tensor> inputs;
    for (const GraphInput& input : graph.inputs) {
        const Value& value = graph.values[static_cast<std::size_t>(input.value)];
        Tensor tensor = Tensor::zeros(value.type, value.dims->constants());
        if (tensor.is_real()) { tensor = random.tensor(tensor.dims); }
        const auto range = ranges.find(input.value);
        for (std::int64_t& element : tensor.integers) {
            element = range == ranges.end() ? random.between(1, 9)
                                            : random.between(range->second.minimum, range->second.maximum);
        }
        inputs.push_back(std::move(tensor));
    }
    return inputs;
}

/// What an action is refused with; nothing if it is not.
template <class Action>
std::optional<std::string> refused(Action action) {
    try {
        action();
        return std::nullopt;
    } catch (const ConvertError& error) { return error.what(); }
}

/// Steps all symbols through all their values: true as long as there is a next one.
inline bool next_values(std::vector<std::int64_t>& values, const Graph& graph) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] < graph.symbols[i]->maximum) {
            ++values[i];
            return true;
        }
        values[i] = graph.symbols[i]->minimum;
    }
    return false;
}

struct Sweep {
    int compared = 0;  ///< lengths at which all outputs were equal
    int refused = 0;   ///< lengths that both refused
};

/// Converts once with ranges, and for every value of the symbols once more; two runs each must agree in every bit.
inline Sweep sweep(const std::string& onnx_path, const ConvertOptions& options) {
    const Conversion ranged = convert(onnx_path, options);
    REQUIRE_FALSE(ranged.graph.symbols.empty());
    ModelRunner runner(ranged.file);
    Random random(5);
    std::vector<std::int64_t> values;
    for (const auto& symbol : ranged.graph.symbols) { values.push_back(symbol->minimum); }
    Sweep result;
    do {
        CAPTURE(to_text(values));
        std::optional<Conversion> single;
        const auto single_refused = refused([&] { single = convert_at(ranged, values); });
        const auto ranged_refused = refused([&] { runner.set_dims(values); });
        INFO("alone: " << single_refused.value_or("accepted") << "; set: " << ranged_refused.value_or("accepted"));
        REQUIRE(single_refused.has_value() == ranged_refused.has_value());
        if (single_refused) {
            ++result.refused;
            continue;
        }
        ModelRunner alone(single->file);
        runner.reset();
        for (int run = 0; run < 2; ++run) {
            const std::vector<Tensor> inputs = inputs_for(single->graph, random);
            const std::vector<Tensor> expected = alone.run(inputs), found = runner.run(inputs);
            REQUIRE(found.size() == expected.size());
            for (std::size_t i = 0; i < found.size(); ++i) {
                CAPTURE(i);
                REQUIRE(to_text(found[i].dims) == to_text(expected[i].dims));
                REQUIRE(same_bits(found[i], expected[i]));
            }
        }
        ++result.compared;
    } while (next_values(values, ranged.graph));
    return result;
}

inline Sweep sweep(const ModelBuilder& model, const ConvertOptions& options) {
    return sweep(model.save("symbolic.onnx"), options);
}

}  // namespace tidegate::test
