// SPDX-License-Identifier: MIT
// The program: what the file will say, before weights are packed and memory is planned. Mirrors model.fbs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "graph/extent.h"
#include "graph/op.h"
#include "graph/tensor.h"
#include "lower/forecast_spec.h"

namespace tidegate {

using TensorId = int;
using BufferId = int;

/// A tensor of the runtime: constant, or a view of a buffer. Views of one buffer are aliases (Reshape, contiguous
/// Slice).
struct ProgramTensor {
    ElementType type = ElementType::f32;
    Extents dims;                            ///< numbers, if constant
    std::shared_ptr<const Tensor> constant;  ///< set: read-only in the file
    BufferId buffer = -1;                    ///< else
    std::uint64_t offset = 0;                ///< bytes from the buffer's start
};

/// How weights are stored, as MatrixForm of model.fbs.
enum class WeightForm : std::uint8_t { f32, f16, i8 };

/// Row-major weights in our gate order, before packing. rows = gates * units, row = gate * units + unit.
struct ProgramMatrix {
    std::uint32_t gates = 1;
    std::uint32_t units = 0;
    std::uint32_t input_cols = 0;
    std::uint32_t state_cols = 0;
    std::vector<float> weights;  ///< [gates * units][input_cols + state_cols]
    std::vector<float> bias;     ///< [gates * units]
    WeightForm form = WeightForm::f32;
};

struct ProgramDirection {
    bool reverse = false;
    ProgramMatrix gates;                           ///< lstm: input, forget, cell, output; gru: update, reset; rnn: one
    std::optional<ProgramMatrix> candidate_input;  ///< gru
    std::optional<ProgramMatrix> candidate_state;  ///< gru
    std::vector<float> peepholes;                  ///< empty, or [3][hidden]: input, output, forget
    std::vector<Function> functions;
    float input_scale = 0;  ///< i8: one unit of the integers of x; 0: of each step its own
    float state_scale = 0;  ///< i8: of h
};

namespace step {
struct Recurrent {
    CellKind cell = CellKind::lstm;
    std::uint32_t hidden = 0;
    std::vector<ProgramDirection> directions;
    bool linear_before_reset = false;
    bool input_forget = false;
    float clip = 0;
    bool x_batch_first = false;
    YOrder y_order = YOrder::time_direction_batch;
    bool state_batch_first = false;
    bool integer_weights = false;  ///< int8 in the model
};
struct Dense {
    ProgramMatrix matrix;
    float input_scale = 0;     ///< i8: as ProgramDirection's
    bool of_integers = false;  ///< exact sums of whole numbers: weights of up to 255, which half precision holds
};
struct MatMul {};
struct Binary {
    BinaryKind kind = BinaryKind::add;
};
struct Unary {
    Function function;
};
struct Select {};
struct Softmax {
    bool log = false;
};
struct Transpose {
    std::vector<std::uint32_t> perm;
};
struct Concat {
    std::uint32_t axis = 0;
};
struct Slice {
    Extents starts;
    std::vector<std::int32_t> steps;
};
struct Gather {
    std::uint32_t axis = 0;
};
struct Expand {};
struct Cast {};
struct ExtentList {
    Extents values;
};
/// As model.fbs has them.
struct ConvAxis {
    std::uint32_t stride = 1;
    std::uint32_t dilation = 1;
    std::uint32_t phases = 1;
    Extent pad = 0;
};
struct PartAxis {
    std::uint32_t taps = 1;
    std::int32_t first = 0;
};
struct ConvPart {
    ProgramMatrix matrix;
    std::vector<PartAxis> axes;
};
struct Conv {
    std::uint32_t groups = 1;
    std::vector<ConvAxis> axes;
    std::vector<ConvPart> parts;  ///< [group][phase of the first axis][of the second]
    float input_scale = 0;        ///< i8: as ProgramDirection's, for each window
    bool of_integers = false;     ///< as Dense's
};
struct WindowAxis {
    Extent kernel = 1;
    std::uint32_t stride = 1;
    std::uint32_t dilation = 1;
    std::uint32_t upsample = 1;
    Extent pad = 0;
    Extent pad_end = 0;
};
struct ChannelConv {
    std::uint32_t groups = 1;
    std::vector<WindowAxis> axes;
};
struct Pool {
    PoolKind kind = PoolKind::maximum;
    std::vector<WindowAxis> axes;
    bool count_padding = false;
};
/// As model.fbs has them.
struct Overlay {
    Extents starts;
    std::vector<std::int32_t> steps;
};
struct GatherElements {
    std::uint32_t axis = 0;
};
struct GatherND {
    std::uint32_t batch_axes = 0;
};
struct ScatterElements {
    std::uint32_t axis = 0;
    Reduction reduction = Reduction::none;
};
struct ScatterND {
    Reduction reduction = Reduction::none;
};
struct Reduce {
    ReduceKind kind = ReduceKind::sum;
    std::uint32_t axis = 0;
};
struct Extreme {
    std::uint32_t axis = 0;
    bool largest = true;
    bool last = false;
};
struct CumSum {
    std::uint32_t axis = 0;
    bool exclusive = false;
    bool reverse = false;
};
struct TopK {
    std::uint32_t axis = 0;
    bool largest = true;
};
/// The body is what stands between a Loop and its LoopEnd; `steps` is counted when memory is planned.
struct Loop {
    std::uint32_t steps = 0;
    Extent trips = 0;
    std::uint32_t carried = 0;
    std::vector<WalkedAxis> scans;
    std::vector<WalkedAxis> stacks;
};
struct LoopEnd {
    std::uint32_t steps = 0;
};
}  // namespace step

using StepParams =
    std::variant<step::Recurrent, step::Dense, step::MatMul, step::Binary, step::Unary, step::Softmax, step::Transpose,
                 step::Concat, step::Slice, step::Gather, step::Expand, step::Cast, step::ExtentList, step::Conv,
                 step::ChannelConv, step::Pool, step::Select, step::Overlay, step::GatherElements, step::GatherND,
                 step::ScatterElements, step::ScatterND, step::Reduce, step::Extreme, step::CumSum, step::TopK,
                 step::Loop, step::LoopEnd>;

struct Step {
    std::string name;  ///< the ONNX node
    StepParams params;
    std::vector<TensorId> inputs;   ///< -1: missing
    std::vector<TensorId> outputs;  ///< -1: not wanted
    BufferId scratch = -1;
};

/// bytes are the most that its tensors can take, set when they are made; offset, first and last by plan().
struct ProgramBuffer {
    std::uint64_t bytes = 0;
    std::uint64_t offset = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
};

struct ProgramPort {
    std::string name;
    TensorId tensor = -1;
};
struct ProgramState {
    std::string name;
    TensorId input = -1;
    TensorId output = -1;
    TensorId initial = -1;
    float limit = 0;  ///< largest magnitude that may be restored; 0: any
    bool exact = false;
};
/// By input and by output, as format::Stream.
struct ProgramStream {
    std::string axis;
    std::int64_t steps = 1;
    std::vector<std::int32_t> inputs, outputs, shifts;
};
/// Integers of an input that steer memory: lengths in [0, extent] or indices in [-extent, extent).
enum class RangeKind { length, index };
struct ProgramRange {
    TensorId tensor = -1;
    RangeKind kind = RangeKind::length;
    Extent extent = 0;
};

struct Program {
    std::string name;
    std::string producer;
    std::string source_sha256;
    std::vector<std::shared_ptr<const Symbol>> symbols;
    std::vector<ProgramTensor> tensors;
    std::vector<ProgramBuffer> buffers;
    std::vector<Step> steps;
    std::vector<ProgramPort> inputs;
    std::vector<ProgramPort> outputs;
    std::vector<ProgramState> states;
    std::vector<ProgramRange> ranges;
    std::optional<ForecastSpec> forecast;
    std::optional<ProgramStream> stream;
    std::uint64_t arena_bytes = 0;  ///< of the buffers, set by plan()
};

}  // namespace tidegate
