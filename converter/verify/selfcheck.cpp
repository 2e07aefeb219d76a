// SPDX-License-Identifier: MIT
#include "verify/selfcheck.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <random>

#include "graph/error.h"
#include "graph/text.h"
#include "reference/evaluate.h"
#include "reference/work.h"
#include "verify/compare.h"
#include "verify/generated_inputs.h"
#include "verify/run_model.h"

namespace tidegate {
namespace {

const std::string& name_of_input(const Graph& graph, const GraphInput& input) {
    return graph.values[static_cast<std::size_t>(input.value)].name;
}

template <class Named, class NameOf>
std::size_t index_of(const std::string& name, const std::vector<Named>& list, const NameOf& name_of) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (name_of(list[i]) == name) { return i; }
    }
    throw ConvertError("the file has '" + name + "', which the graph has not");
}

double error_of(const Tensor& computed, const Tensor& expected) {
    constexpr double kNotComparable = std::numeric_limits<double>::infinity();
    if (computed.type != expected.type || computed.dims != expected.dims) { return kNotComparable; }
    if (!expected.is_real()) { return computed.integers == expected.integers ? 0 : kNotComparable; }
    double largest = 0;
    for (std::size_t i = 0; i < expected.reals.size(); ++i) {
        const double a = computed.reals[i];
        const double b = expected.reals[i];
        if (a == b || (std::isnan(a) && std::isnan(b))) { continue; }
        if (!std::isfinite(a) || !std::isfinite(b)) { return kNotComparable; }
        largest = std::max(largest, std::abs(a - b) / std::max(1.0, std::abs(b)));
    }
    return largest;
}

}  // namespace

namespace {

/// The inputs in the order of the file.
std::vector<Tensor> in_file_order(const ModelRunner& runner, const Graph& graph, const std::vector<Tensor>& inputs) {
    std::vector<Tensor> result;
    for (const Port& port : runner.inputs()) {
        const auto name_of = [&](const GraphInput& input) { return name_of_input(graph, input); };
        result.push_back(inputs[index_of(port.name, graph.inputs, name_of)]);
    }
    return result;
}

/// The file of one length against the reference in double, and, where there is one, a file of many lengths that must
/// give the same bits.
class Checker {
public:
    Checker(SelfCheck& result, std::uint64_t seed) : result_(result), seed_(seed) {}

    void run(const Conversion& conversion, int runs, ModelRunner* ranged = nullptr, const std::string& where = "") {
        const Graph& graph = conversion.graph;
        ModelRunner runner(conversion.file);
        InputGenerator generator(graph, seed_);
        std::vector<Tensor> states = initial_states(graph);
        if (ranged != nullptr) { ranged->reset(); }
        for (int i = 0; i < runs; ++i, ++result_.runs) {
            const std::vector<Tensor> inputs = generator.next(i == 0);
            const std::vector<Tensor> expected = evaluate(graph, inputs, states);
            const std::vector<Tensor> computed = runner.run(in_file_order(runner, graph, inputs));
            compare(graph, runner, computed, expected);
            if (ranged == nullptr) { continue; }
            const std::vector<Tensor> others = ranged->run(in_file_order(*ranged, graph, inputs));
            compare_bits(*ranged, others, computed, where);
            compare(graph, *ranged, others, expected);
        }
    }

private:
    void compare(const Graph& graph, const ModelRunner& runner, const std::vector<Tensor>& computed,
                 const std::vector<Tensor>& expected) {
        for (std::size_t i = 0; i < computed.size(); ++i) {
            const std::string& name = runner.outputs()[i].name;
            const auto name_of = [](const GraphOutput& output) { return output.name; };
            const Tensor& wanted = expected[index_of(name, graph.outputs, name_of)];
            compare_shape(name, computed[i], wanted);
            const double error = error_of(computed[i], wanted);
            if (error >= result_.largest_error) {
                result_.largest_error = error;
                result_.worst_output = name;
            }
        }
    }

    void compare_shape(const std::string& name, const Tensor& computed, const Tensor& expected) {
        if (!result_.difference.empty() || (computed.type == expected.type && computed.dims == expected.dims)) {
            return;
        }
        const auto text = [](const Tensor& tensor) { return name_of(tensor.type) + (" " + to_text(tensor.dims)); };
        result_.difference =
            "output " + in_quotes(name) + " is " + text(computed) + ", not " + text(expected) + " as the reference's";
    }

    void compare_bits(const ModelRunner& runner, const std::vector<Tensor>& ranged, const std::vector<Tensor>& single,
                      const std::string& where) {
        for (std::size_t i = 0; i < ranged.size() && result_.difference.empty(); ++i) {
            if (same_bits(ranged[i], single[i])) { continue; }
            result_.difference = "output " + in_quotes(runner.outputs()[i].name) + " at " + where +
                                 " is not what a model converted for just that gives";
        }
    }

    SelfCheck& result_;
    std::uint64_t seed_;
};

using Symbols = std::vector<std::shared_ptr<const Symbol>>;

/// The largest dimensions, the smallest, and some between.
std::vector<std::vector<std::int64_t>> bindings(const Symbols& symbols, std::uint64_t seed) {
    constexpr int kBetween = 3;
    std::mt19937_64 random(seed);
    std::vector<std::vector<std::int64_t>> result(2 + kBetween);
    for (const auto& symbol : symbols) {
        result[0].push_back(symbol->maximum);
        result[1].push_back(symbol->minimum);
        std::uniform_int_distribution<std::int64_t> between(symbol->minimum, symbol->maximum);
        for (std::size_t i = 2; i < result.size(); ++i) { result[i].push_back(between(random)); }
    }
    return result;
}

std::string described(const Symbols& symbols, const std::vector<std::int64_t>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) {
        text += (i == 0 ? "" : ", ") + printable(symbols[i]->name) + "=" + std::to_string(values[i]);
    }
    return text;
}

/// How many runs stay within a few seconds and a few hundred megabytes, of `runs` at `lengths` lengths.
int affordable(const Conversion& conversion, int runs, int lengths) {
    constexpr double kMostWork = 0x1p31;                           // multiplications of all runs
    constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20;  // of the arena; the reference takes more
    const double work = 1 + work_of(conversion.graph);
    const double possible = kMostWork / (work * lengths);
    if (possible < 1 || conversion.arena_bytes > kMostBytes + 8 * conversion.file.size()) {
        throw ConvertError("a run takes " + std::to_string(static_cast<std::uint64_t>(std::min(work, 0x1p63))) +
                           " operations and " + std::to_string(conversion.arena_bytes) +
                           " bytes; compare with recorded data (tidegate-convert verify)");
    }
    return static_cast<int>(std::min<double>(runs, possible));
}

/// What `action` is refused with; nothing if it is not.
template <class Action>
std::optional<std::string> refusal(Action action) {
    try {
        action();
        return std::nullopt;
    } catch (const ConvertError& error) { return error.what(); }
}

}  // namespace

SelfCheck selfcheck(const Conversion& conversion, int runs, std::uint64_t seed) {
    SelfCheck result;
    Checker check(result, seed);
    const Symbols& symbols = conversion.graph.symbols;
    runs = affordable(conversion, runs, symbols.empty() ? 1 : 5);
    if (symbols.empty()) {
        check.run(conversion, runs);
        return result;
    }
    ModelRunner ranged(conversion.file);
    for (const std::vector<std::int64_t>& values : bindings(symbols, seed)) {
        const std::string where = described(symbols, values);
        Conversion single;
        const auto refused = refusal([&] { single = convert_at(conversion, values); });
        const auto refused_too = refusal([&] { ranged.set_dims(values); });
        if (refused.has_value() != refused_too.has_value()) {
            result.difference =
                where + " is refused " +
                (refused ? "when it is converted alone: " + *refused : "when it is set: " + *refused_too);
        }
        if (refused || refused_too) { continue; }
        check.run(single, runs, &ranged, where);
        ++result.lengths;
    }
    return result;
}

}  // namespace tidegate
