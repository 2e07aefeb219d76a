// SPDX-License-Identifier: MIT
// The operators of the graph, one struct each, all in one variant. Differences between opset versions end in read/:
// attributes that became inputs are inputs here, defaults are filled in, names and directions are enums.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "graph/op_loop.h"
#include "graph/op_moves.h"
#include "graph/op_quantized.h"
#include "graph/op_random.h"
#include "graph/op_reduce.h"
#include "graph/op_windows.h"
#include "graph/tensor.h"

namespace tidegate {

enum class UnaryKind {
    relu,
    tanh,
    sigmoid,
    affine,
    leaky_relu,
    thresholded_relu,
    scaled_tanh,
    hard_sigmoid,
    elu,
    softsign,
    softplus,
    exp,
    log,
    square_root,
    erf,
    absolute,
    negate,
    reciprocal,
    round,
    floor,
    ceil,
    sign,
    sine,
    cosine
};  ///< in the order of format::Unary
enum class BinaryKind {
    add,
    subtract,
    multiply,
    divide,
    minimum,
    maximum,
    slope,
    power,
    modulo,
    remainder,
    equal,
    less,
    less_or_equal,
    logical_and,
    logical_or,
    logical_xor
};  ///< in the order of format::Binary
/// Is the result a truth value?
inline bool is_truth(BinaryKind kind) { return kind >= BinaryKind::equal; }
enum class CellKind { rnn, lstm, gru };
enum class DirectionKind { forward, reverse, bidirectional };

/// Do integers have this function too?
inline bool takes_integers(UnaryKind kind) {
    return kind == UnaryKind::relu || kind == UnaryKind::absolute || kind == UnaryKind::negate ||
           kind == UnaryKind::sign;
}

/// f(x) with its parameters as they act (defaults filled in; ThresholdedRelu of a recurrent cell defaults to alpha 1).
struct Function {
    UnaryKind kind = UnaryKind::tanh;
    double alpha = 0;
    double beta = 0;
    bool operator==(const Function&) const = default;
};

/// How Y's axes are ordered. ONNX layout 0 and 1 are the first and the last; the second is what absorbed wrappers ask
/// for.
enum class YOrder { time_direction_batch, time_batch_direction, batch_time_direction };

/// RNN, LSTM, GRU. Inputs X, W, R, B, sequence_lens, initial_h, initial_c, P (ONNX's shapes and gate orders; kNone
/// where missing; rnn and gru have the first six); outputs Y, Y_h, Y_c.
struct Recurrent {
    CellKind cell = CellKind::lstm;
    DirectionKind direction = DirectionKind::forward;
    std::int64_t hidden = 0;
    std::vector<Function> functions;  ///< per direction: rnn f; lstm f, g, h; gru f, g
    double clip = 0;                  ///< 0: none
    bool linear_before_reset = false;
    bool input_forget = false;
    bool x_batch_first = false;
    YOrder y_order = YOrder::time_direction_batch;
    bool state_batch_first = false;
    bool integer_weights = false;  ///< they were int8 in the model: stored so unless asked otherwise
    int directions() const { return direction == DirectionKind::bidirectional ? 2 : 1; }
};

struct MatMul {
    bool of_integers = false;  ///< whole numbers whose sums are exact: no other form of the weights is
};
struct Gemm {
    double alpha = 1;
    double beta = 1;
    bool transpose_a = false;
    bool transpose_b = false;
};  ///< a, b, c?
struct Binary {
    BinaryKind kind = BinaryKind::add;
};
struct Unary {
    Function function;
};
struct Select {};  ///< ONNX's Where: condition, a, b
struct Softmax {
    std::int64_t axis = -1;
    bool log = false;
};  ///< over one axis (opset 13's meaning)
struct Concat {
    std::int64_t axis = 0;
};
struct Slice {};  ///< data, starts, ends, axes?, steps?
struct Split {
    std::int64_t axis = 0;
};  ///< data, sizes? (missing: equal parts)
struct Gather {
    std::int64_t axis = 0;
};
struct Squeeze {};    ///< data, axes? (missing: all extents of 1)
struct Unsqueeze {};  ///< data, axes
struct Reshape {
    bool allow_zero = false;
};  ///< data, shape
struct Flatten {
    std::int64_t axis = 1;
};
struct Transpose {
    std::vector<std::int64_t> perm;
};                   ///< empty: reversed
struct Identity {};  ///< Identity, and Dropout at inference (its mask, if used, is refused)
struct Cast {
    ElementType to = ElementType::f32;
};                  ///< x, like? (its type is the one; until shapes are inferred)
struct NonZero {};  ///< x, which must be constant -> places of its elements that are not 0, [rank, count], i64
struct Shape {
    std::int64_t start = 0;
    std::int64_t end = INT64_MAX;
};
struct Expand {};  ///< data, shape
struct ConstantOfShape {
    Tensor value;
};                ///< shape; value has one element
struct Range {};  ///< start, limit, delta

struct Body;
/// condition, then all values around it that the branches read. Both branches give as many values as the node.
struct If {
    std::shared_ptr<const Body> then;
    std::shared_ptr<const Body> otherwise;
};

using Op = std::variant<Recurrent, MatMul, Gemm, Binary, Unary, Softmax, Concat, Slice, Split, Gather, Squeeze,
                        Unsqueeze, Reshape, Flatten, Transpose, Identity, Cast, Shape, Expand, ConstantOfShape, Range,
                        Conv, ConvTranspose, Pool, BatchNormalization, Select, Pad, Tile, GatherElements, GatherND,
                        ScatterElements, ScatterND, Trilu, EyeLike, Resize, NonZero, If, Reduce, Extreme, CumSum, TopK,
                        Normalization, QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear, MatMulInteger,
                        ConvInteger, FusedMatMul, RandomNumbers, LoopBegin, LoopEnd>;

/// The ONNX operator name, such as "LSTM" or "Add".
std::string name_of(const Op& op);
/// How many of an operator's first inputs, of `count` in all, hold elements that it only moves (Expand repeats them);
/// 0: it does something else.
std::size_t moved_inputs(const Op& op, std::size_t count);

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace tidegate
