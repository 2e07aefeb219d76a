// SPDX-License-Identifier: MIT
// Binding the dimensions of a graph's inputs.
#pragma once

#include <map>
#include <string>

#include "convert.h"
#include "graph/error.h"
#include "graph/graph.h"

namespace tidegate {

class Dimensions {
public:
    Dimensions(Graph& graph, Complaints& complaints) : graph_(graph), complaints_(complaints) {}

    /// --dim: keys and values are symbols, or INPUT:AXIS. From here on the key has the value's name.
    void unite(const std::map<std::string, std::string>& same);
    /// --dim: keys are symbols, or INPUT:AXIS. A symbol is bound wherever it stands.
    void bind_options(const std::map<std::string, DimRange>& options);
    /// --stream: NAME or INPUT:AXIS, be it a number in the model, becomes the graph's last symbol, of this range.
    /// `given`: what --dim binds. The symbol counts by `unit` steps.
    void bind_stream(const std::string& key, DimRange range, std::int64_t unit,
                     const std::map<std::string, DimRange>& given);
    /// The extents of a tensor that an input is frozen to; adopts them where the model states no shape.
    void bind_tensor(std::size_t input, const Dims& dims);
    /// An unbound batch is 1, and noted.
    void default_batch();
    /// Every dimension must be bound by now; complains otherwise, with the --dim to give (unless options were not
    /// understood, which is reason enough). Sets the dims of the values whose dimensions are all bound.
    void finish(bool complain_of_unbound);

private:
    void complain(const std::string& what) { complaints_.add(ConvertError(what)); }
    bool bind_symbol(const std::string& symbol, DimRange range);
    bool bind_axis_option(const std::string& key, DimRange range);
    bool is_symbol(const std::string& name) const;
    Dim* axis_named(const std::string& key);
    void state_shapes(const std::map<std::string, DimRange>& options);
    void bind_axis(std::size_t input, std::size_t axis, DimRange range);
    void set(Dim& dim, const std::string& symbol, DimRange range);
    void count_by(std::int64_t unit);
    std::map<std::string, std::size_t> places() const;
    std::string what_exists() const;
    const std::string& name(std::size_t input) const;

    Graph& graph_;
    Complaints& complaints_;
    std::map<std::string, DimRange> bound_;  ///< by symbol
};

}  // namespace tidegate
