// SPDX-License-Identifier: MIT
// A cell that was recognised becomes a Recurrent node of one step. Inside simplify/ only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "simplify/cell_choice.h"

namespace tidegate {

class CellWriter {
public:
    CellWriter(Graph& graph, LinearForms& forms) : graph_(graph), forms_(forms) {}

    /// Where it stands the graph has to be put in order. False, and nothing is changed: its weights are too many for a
    /// model of this size.
    bool write(const ChosenCell& chosen, const ChosenCell& weights);
    /// The graph's nodes become the new ones and those that are left.
    void finish();

private:
    struct Weights {
        ValueId W, R, B, P;
    };
    std::optional<Weights> weights(const Cell& cell, const std::string& name);
    ValueId matrix(const Cell& cell, const std::string& name, bool of_state);
    ValueId biases(const Cell& cell, const std::string& name);
    ValueId peepholes(const Cell& cell, const std::string& name);
    static std::string key(const Cell& cell, bool of_state);
    static std::string bias_key(const Cell& cell);
    ValueId picked(const Source& source);
    ValueId pick(ValueId output, ValueId data, std::int64_t cols);
    std::vector<Source> sources(const Cell& cell) const;
    ValueId all_xs(const Cell& cell, std::size_t place);
    void take_over(ValueId from, ValueId to, std::size_t place);
    ValueId reshaped(ValueId data, const Extents& dims, std::size_t place);
    ValueId value(const std::string& name, const Extents& dims);
    const Extents& dims(ValueId id) const { return graph_.dims(id); }

    Graph& graph_;
    LinearForms& forms_;
    std::map<std::string, ValueId> constants_;
    std::map<std::pair<ValueId, ValueId>, ValueId> picked_;  ///< by the picking node's result and other data
    std::map<std::size_t, std::vector<Node>> before_;        ///< new nodes, by the node they stand before
    std::set<ValueId> replaced_;                             ///< what new nodes make now
};

}  // namespace tidegate
