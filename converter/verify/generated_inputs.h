// SPDX-License-Identifier: MIT
// Inputs for a model of which nothing but the graph is known.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "verify/graph_inputs.h"

namespace tidegate {

/// Reals N(0, 1); lengths and indices within their ranges; other integers small and never 0, so that they may divide.
/// The same seed gives the same inputs.
class InputGenerator {
public:
    /// A graph whose dimensions are numbers; it must outlive the generator.
    InputGenerator(const Graph& graph, std::uint64_t seed);

    /// One run's, in the order of graph.inputs. largest: integers are the largest of their range, so that one run at
    /// least covers whole sequences.
    std::vector<Tensor> next(bool largest);

private:
    Tensor next(const GraphInput& input, bool largest);

    const Graph& graph_;
    std::map<ValueId, IntegerRange> ranges_;
    std::mt19937_64 random_;
};

}  // namespace tidegate
