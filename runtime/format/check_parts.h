// SPDX-License-Identifier: MIT
// Between the files of the check: each part may assume that the parts before it held, in the order of this file.
#pragma once

#include <cstddef>
#include <cstdint>

#include "format/check.h"
#include "format/elements.h"
#include "format/extents.h"
#include "format/model_generated.h"
#include "format/operator_list.h"

namespace tidegate::format {

/// What all parts look at.
struct Context {
    const Model& model;
    const std::uint8_t* weights;
    std::uint64_t weights_bytes;
    std::uint32_t steps;  ///< ops.length
    Extents extents;      ///< the dimensions to check at
    OperatorList operators;
};

/// offset + bytes <= limit, without wrapping.
constexpr bool within(std::uint64_t offset, std::uint64_t bytes, std::uint64_t limit) {
    return offset <= limit && bytes <= limit - offset;
}

constexpr bool is_finite(float x) { return x - x == 0; }

// ---- the payload is a FlatBuffer of this schema (check_payload.cpp) -----------------------------------------------

/// The root of a payload that the verifier accepts, with aligned vectors, at most kMaxPorts forecast columns and
/// kMaxCategories categories, else null.
const Model* verified_root(const std::uint8_t* payload, std::size_t bytes);

/// FlatBuffers' verification of a payload of at least 8 bytes, driven by model.fbs as data (check_schema.cpp).
bool follows_schema(flatbuffers::Verifier& verifier, const std::uint8_t* payload);

// ---- memory: buffers and tensors (check_memory.cpp) ---------------------------------------------------------------

bool buffers_are_sound(const Context& context);
/// At the context's dimensions, and that the largest ones fit the buffers.
bool tensors_are_sound(const Context& context);
/// Does the tensor have the same dims at all dimensions?
bool has_fixed_dims(const Context& context, std::uint32_t tensor);

/// A tensor, or a stretch of it, where it lies.
struct Place {
    std::int32_t buffer;  ///< -1: in `weights`
    std::uint64_t offset;
    std::uint64_t bytes;
};
constexpr bool overlap(const Place& a, const Place& b) {
    return a.buffer == b.buffer && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}
constexpr bool covers(const Place& whole, const Place& part) {
    return whole.buffer == part.buffer && whole.offset <= part.offset &&
           part.offset + part.bytes <= whole.offset + whole.bytes;
}

struct Shape {
    ElementType type = ElementType::f32;
    std::uint32_t rank = 0;
    std::uint32_t dims[kMaxRank] = {};  ///< at least 1 each
    std::uint64_t count = 1;
    Place place = {};

    bool is_constant() const { return place.buffer < 0; }
    bool has_dims_of(const Shape& other) const;
};
Shape shape_of(const Context& context, std::uint32_t tensor);

/// `bytes` of weights at a multiple of kFileAlignment.
bool in_weights(const Context& context, std::uint64_t offset, std::uint64_t bytes);

// ---- operands: every index in every op exists (check_ops.cpp) ------------------------------------------------------

/// Operand `i` of an op that was not checked; null if there is none.
const Tensor* tensor_at(const Model& model, const flatbuffers::Vector<std::int32_t>& operands, std::uint32_t i);
/// Each op has a row in the operator table; operator_missing if only that is wrong.
Verdict operators_are_known(const Context& context);
bool operands_exist(const Context& context);

/// Is all of `place` inside one output of op `step`?
bool is_output_of(const Context& context, std::uint32_t step, const Place& place);

// ---- interface: ports, states, ranges (check_interface.cpp) -------------------------------------------------------

bool interface_is_sound(const Context& context);

/// Is all of `place` inside one graph input or one state's input?
bool is_given(const Context& context, const Place& place);
/// Does a graph input or a state's input lie in this buffer?
bool holds_given(const Context& context, std::int32_t buffer);

/// 1 to kMaxName bytes, none of them zero.
bool is_name(const flatbuffers::String* text);
bool same_text(const flatbuffers::String& a, const flatbuffers::String& b);

/// Are the names of all rows of a list (null: empty) sound and different?
template <class Rows>
bool names_are_sound(const Rows* rows) {
    for (std::uint32_t i = 0; i < length(rows); ++i) {
        if (!is_name(rows->Get(i)->name())) { return false; }
        for (std::uint32_t j = 0; j < i; ++j) {
            if (same_text(*rows->Get(i)->name(), *rows->Get(j)->name())) { return false; }
        }
    }
    return true;
}

// ---- ops: lifetimes and aliases (check_ops.cpp), types, shapes and parameters (one file per family) -----------------

bool ops_are_sound(const Context& context);

/// One op with its operands.
struct Operands {
    const Context& context;
    const Op& op;
    std::uint32_t step;

    std::uint32_t inputs() const { return op.inputs()->size(); }
    bool has_input(std::uint32_t i) const { return op.inputs()->Get(i) >= 0; }
    bool has_output(std::uint32_t i) const { return op.outputs()->Get(i) >= 0; }
    Shape input(std::uint32_t i) const { return shape_of(context, static_cast<std::uint32_t>(op.inputs()->Get(i))); }
    Shape output(std::uint32_t i) const { return shape_of(context, static_cast<std::uint32_t>(op.outputs()->Get(i))); }
};

/// What an op asks of a packed matrix.
struct MatrixSize {
    MatrixForm form;
    std::uint32_t gates;
    std::uint32_t units;
    std::uint32_t input_cols;
    std::uint32_t state_cols;
};
/// It has that size, and lies in the weights.
bool matrix_fits(const Context& context, const Matrix* matrix, const MatrixSize& size);
/// 0: dynamic, else a normal positive number whose inverse is one too, for integers.
bool is_scale(float scale, MatrixForm form);
/// A function of the list with finite parameters.
bool is_function(const Function* function);
/// Constant integers are in [low, high]; true for a tensor in the arena.
bool constants_in_range(const Context& context, const Shape& shape, std::int64_t low, std::int64_t high);
/// numpy's rule: x broadcasts to y.
bool broadcasts_to(const Shape& x, const Shape& y, std::uint32_t axes_behind = 0);

// ---- forecast (check_forecast.cpp) --------------------------------------------------------------------------------

bool forecast_is_sound(const Context& context);

}  // namespace tidegate::format
