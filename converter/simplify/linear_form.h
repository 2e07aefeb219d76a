// SPDX-License-Identifier: MIT
// What a value is as a sum of products with constant weights, before an activation: cells are read from these.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace tidegate {

/// A block of a constant matrix, as rows are multiplied with it: [rows, cols of the form].
struct Block {
    ValueId matrix = kNone;
    bool transposed = false;  ///< the matrix has the columns as its rows
    std::int64_t first_row = 0, rows = 0, first_col = 0;
    bool operator==(const Block&) const = default;
};

/// Rows that are multiplied: those of a value, or those of them that Gather, Slice, Split, Transpose and a loop pick
/// out of the product.
struct Source {
    ValueId value = kNone;
    std::vector<ValueId> path;  ///< results of the picking nodes, in order
    std::string picks;          ///< what they do
    bool is(ValueId id) const { return value == id && path.empty(); }
    bool operator==(const Source& other) const { return value == other.value && picks == other.picks; }
};

struct LinearForm {
    struct Product {
        Source source;
        Block block;
    };
    /// Columns of a constant whose rows are all equal, or of a single number.
    struct Bias {
        ValueId list = kNone;
        std::int64_t first = 0;
    };
    std::int64_t cols = 0;
    std::vector<Product> products;
    std::vector<Bias> bias;
    std::vector<ValueId> others;  ///< terms of another kind

    const Product* of(const Source& source) const;
};

/// Can the constant be added to rows of so many columns, the same to each?
bool has_equal_rows(const Tensor& tensor, std::int64_t cols);

/// Forms of the values of a graph, as it is at the moment of construction. A value's rows are all its axes but the
/// last.
class LinearForms {
public:
    explicit LinearForms(const Graph& graph);

    /// Null if its last axis has no constant extent. Anything has the form of one other term, itself.
    const LinearForm* of(ValueId id);
    /// The node that makes the value; null for inputs, states and constants.
    const Node* maker(ValueId id) const;
    std::size_t maker_index(ValueId id) const {
        return static_cast<std::size_t>(makers_[static_cast<std::size_t>(id)]);
    }
    /// The value behind Reshapes that keep rows whole and in order.
    ValueId plain(ValueId id) const;
    Extent rows(ValueId id) const;
    std::int64_t cols(ValueId id) const;  ///< 0: not a number
    /// One id for all constants with these elements.
    ValueId same_constant(ValueId id);
    /// A value that is known to be these, one beside the other.
    std::optional<ValueId> joined(const std::vector<ValueId>& parts) const;

private:
    LinearForm made(ValueId id, const Node& node);
    std::optional<LinearForm> product(ValueId source, ValueId weights, bool transposed);
    std::optional<LinearForm> product(const Node& node, const Gemm& op);
    std::optional<LinearForm> sum(const Node& node);
    std::optional<LinearForm> term(ValueId id, std::int64_t cols);
    std::optional<LinearForm> moved(ValueId id, const Node& node);
    const Extents& dims(ValueId id) const { return graph_.dims(id); }

    const Graph& graph_;
    std::vector<int> makers_;
    std::map<ValueId, LinearForm> forms_;
    std::multimap<std::pair<Dims, double>, ValueId> constants_;  ///< by shape and sum
    std::map<ValueId, ValueId> same_;
    std::map<std::vector<ValueId>, ValueId> joined_;
    int depth_ = 0;
};

}  // namespace tidegate
