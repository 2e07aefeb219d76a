// SPDX-License-Identifier: MIT
// The operands of a node while its outputs' shapes are inferred. Inside simplify/infer*.cpp only.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace tidegate {

struct Inferred {
    ElementType type = ElementType::f32;
    Extents dims;
};

/// What list functions take for an input that may be missing.
template <class T>
const T* pointer(const std::optional<T>& value) {
    return value ? &*value : nullptr;
}

class InferNode {
public:
    InferNode(const Graph& graph, const Node& node) : graph_(graph), node_(node) {}

    std::int64_t opset() const { return graph_.opset; }
    std::size_t inputs() const { return node_.inputs.size(); }
    std::size_t outputs() const { return node_.outputs.size(); }
    bool has(std::size_t i) const { return node_.input(i) != kNone; }
    /// These throw ShapeFault if the input is missing.
    const Extents& dims(std::size_t i) const;
    ElementType type(std::size_t i) const;
    const Tensor* constant(std::size_t i) const;
    /// The type, which must be one of these.
    ElementType need(std::size_t i, std::initializer_list<ElementType> types) const;
    /// A list that steers shapes: integers of at most one axis that follow from constants and symbols. Throws
    /// ShapeFault naming what to freeze.
    Extents list(std::size_t i) const;
    /// A list that must be the same at all values of the symbols: axes, steps.
    Dims numbers(std::size_t i) const;
    /// Nothing if the input is missing.
    std::optional<Extents> maybe_list(std::size_t i) const;
    std::optional<Dims> maybe_numbers(std::size_t i) const;
    /// The elements if they are whole numbers that are known before the run.
    std::optional<Extents> elements(std::size_t i) const;
    /// Throws ShapeFault naming what to freeze.
    void need_known(std::size_t i) const;
    /// "(inputs f32[1, 2], i64[3])"
    std::string describe_inputs() const;

private:
    const Value& value(std::size_t i) const;

    const Graph& graph_;
    const Node& node_;
};

/// One entry per output. Completes `op`: hidden.
std::vector<Inferred> infer_recurrent(const InferNode& node, Recurrent& op);
// infer_windows.cpp
std::vector<Inferred> infer_conv(const InferNode& node, const Conv& op);
std::vector<Inferred> infer_conv_transpose(const InferNode& node, const ConvTranspose& op);
std::vector<Inferred> infer_pool(const InferNode& node, const Pool& op);
std::vector<Inferred> infer_batch_normalization(const InferNode& node);
// infer_moves.cpp
std::vector<Inferred> infer_pad(const InferNode& node, const Pad& op);
std::vector<Inferred> infer_trilu(const InferNode& node);
std::vector<Inferred> infer_eye_like(const InferNode& node, const EyeLike& op);
std::vector<Inferred> infer_non_zero(const InferNode& node);
std::vector<Inferred> infer_resize(const InferNode& node, const Resize& op);
std::vector<Inferred> infer_tile(const InferNode& node);
std::vector<Inferred> infer_gather_elements(const InferNode& node, GatherElements& op);
std::vector<Inferred> infer_gather_nd(const InferNode& node, const GatherND& op);
std::vector<Inferred> infer_scatter_elements(const InferNode& node, ScatterElements& op);
std::vector<Inferred> infer_scatter_nd(const InferNode& node, const ScatterND& op);

// infer_reduce.cpp. Complete `op`: its axis counts from the front.
std::vector<Inferred> infer_reduce(const InferNode& node, const Reduce& op);
std::vector<Inferred> infer_extreme(const InferNode& node, Extreme& op);
std::vector<Inferred> infer_cum_sum(const InferNode& node);
std::vector<Inferred> infer_normalization(const InferNode& node, Normalization& op);
std::vector<Inferred> infer_top_k(const InferNode& node, TopK& op);

// infer_quantized.cpp
std::vector<Inferred> infer_quantize_linear(const InferNode& node, QuantizeLinear& op);
std::vector<Inferred> infer_dequantize_linear(const InferNode& node, DequantizeLinear& op);
std::vector<Inferred> infer_dynamic_quantize_linear(const InferNode& node);
std::vector<Inferred> infer_matmul_integer(const InferNode& node);
std::vector<Inferred> infer_conv_integer(const InferNode& node, const ConvInteger& op);
std::vector<Inferred> infer_fused_matmul(const InferNode& node, const FusedMatMul& op);
std::vector<Inferred> infer_random(const InferNode& node, const RandomNumbers& op);

}  // namespace tidegate
