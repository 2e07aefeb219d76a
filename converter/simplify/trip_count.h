// SPDX-License-Identifier: MIT
// How often a loop's body is run, as far as it is known before the run.
#pragma once

#include <optional>

#include "graph/graph.h"

namespace tidegate {

/// A whole number that changes by the same step in each run of a body: base + step * iteration.
struct Counter {
    Extent base = 0;
    std::int64_t step = 0;
};

/// Counters and conditions of the loop whose LoopBegin is graph.nodes[begin]; its body stands behind it, as far as it
/// is there. Shapes must be inferred.
class TripCount {
public:
    TripCount(const Graph& graph, std::size_t begin);
    /// Carried values are counters only once the LoopEnd, which need not be in the graph, is known.
    void end_with(const Node& end);

    /// The value as a counter, if it is one.
    std::optional<Counter> counter(ValueId id) const;
    /// In how many runs from the first on a condition of the body holds. Nothing: it is not known.
    struct Runs {
        bool always = false;
        Extent count = 0;
    };
    std::optional<Runs> runs_of(ValueId condition) const;

    /// The most that inputs allow: `most`, and the extents that are walked. Nothing: no limit that is known.
    std::optional<Extent> limit() const;

private:
    struct Made {
        const Node* node = nullptr;
        std::size_t output = 0;
    };
    const Value& value(ValueId id) const { return graph_.values[static_cast<std::size_t>(id)]; }
    const LoopBegin& loop() const { return std::get<LoopBegin>(graph_.nodes[begin_].op); }
    std::optional<Counter> counter(ValueId id, int depth) const;
    std::optional<Counter> carried(std::size_t index, int depth) const;
    std::optional<Counter> sum(const Node& node, BinaryKind kind, int depth) const;
    std::optional<Runs> runs(ValueId condition, bool negated, int depth) const;
    std::optional<Runs> compared(const Node& node, bool or_equal, bool negated, int depth) const;
    std::optional<Runs> chosen(const Node& node, bool both, bool negated, int depth) const;
    Made made_by(ValueId id) const { return made_[static_cast<std::size_t>(id)]; }
    bool is_one(ValueId id) const;

    const Graph& graph_;
    std::size_t begin_;
    std::vector<Made> made_;          ///< by value
    std::vector<ValueId> next_ = {};  ///< of the carried values, once the LoopEnd is there
};

/// x[i : i + 1] of a counter i that stays inside of x becomes a Gather. False: the Slice is none of these.
bool gather_counted_slice(const Graph& graph, std::size_t begin, Node& slice);

/// Sets trips of the LoopBegin and drops the conditions that they follow from. Throws ShapeFault if nothing limits the
/// loop, or if results of a loop whose trips are not known are stacked.
void count_trips(Graph& graph, Node& end);

}  // namespace tidegate
