// SPDX-License-Identifier: MIT
#include "emit/write_step.h"

#include <utility>

#include "emit/pack.h"

namespace tidegate {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

// The workshop's enums and the file's are the same lists in the same order.
static_assert(static_cast<int>(format::Unary::cosine) == static_cast<int>(UnaryKind::cosine));
static_assert(static_cast<int>(format::Binary::logical_xor) == static_cast<int>(BinaryKind::logical_xor));
static_assert(static_cast<int>(format::Reduction::minimum) == static_cast<int>(Reduction::minimum));
static_assert(static_cast<int>(format::ReduceKind::maximum) == static_cast<int>(ReduceKind::maximum));
static_assert(static_cast<int>(format::PoolKind::average) == static_cast<int>(PoolKind::average));
static_assert(static_cast<int>(format::MatrixForm::i8_panels) == static_cast<int>(WeightForm::i8));
static_assert(static_cast<int>(format::Cell::gru) == static_cast<int>(CellKind::gru));
static_assert(static_cast<int>(format::YOrder::batch_time_direction) == static_cast<int>(YOrder::batch_time_direction));

format::Function to_format(const Function& f) {
    return {static_cast<format::Unary>(f.kind), static_cast<float>(f.alpha), static_cast<float>(f.beta)};
}

struct Params {
    format::OpParams type;
    Offset<void> table;
};

template <class Table>
Params params_of(Offset<Table> table) {
    return {format::OpParamsTraits<Table>::enum_value, table.Union()};
}

class StepWriter {
public:
    StepWriter(FlatBufferBuilder& builder, WeightStore& weights, Expressions& expressions)
        : builder_(builder), weights_(weights), expressions_(expressions) {}

    Params operator()(const step::Recurrent& r);
    Params operator()(const step::Dense& d) {
        return params_of(format::CreateDense(builder_, matrix(d.matrix), d.input_scale));
    }
    Params operator()(const step::MatMul&) { return params_of(format::CreateMatMul(builder_)); }
    Params operator()(const step::Binary& b) {
        return params_of(format::CreateBinaryOp(builder_, static_cast<format::Binary>(b.kind)));
    }
    Params operator()(const step::Unary& u) {
        const format::Function function = to_format(u.function);
        return params_of(format::CreateUnaryOp(builder_, &function));
    }
    Params operator()(const step::Select&) { return params_of(format::CreateSelect(builder_)); }
    Params operator()(const step::Softmax& s) { return params_of(format::CreateSoftmax(builder_, s.log)); }
    Params operator()(const step::Transpose& t) { return params_of(format::CreateTransposeDirect(builder_, &t.perm)); }
    Params operator()(const step::Concat& c) { return params_of(format::CreateConcat(builder_, c.axis)); }
    Params operator()(const step::Slice& s) {
        const std::vector<std::int32_t> starts = expressions_.add(s.starts);
        return params_of(format::CreateSliceDirect(builder_, &starts, &s.steps));
    }
    Params operator()(const step::Gather& g) { return params_of(format::CreateGather(builder_, g.axis)); }
    Params operator()(const step::Expand&) { return params_of(format::CreateExpand(builder_)); }
    Params operator()(const step::Cast&) { return params_of(format::CreateCast(builder_)); }
    Params operator()(const step::ExtentList& e) {
        const std::vector<std::int32_t> values = expressions_.add(e.values);
        return params_of(format::CreateExtentListDirect(builder_, &values));
    }
    Params operator()(const step::Overlay& o) {
        const std::vector<std::int32_t> starts = expressions_.add(o.starts);
        return params_of(format::CreateOverlayDirect(builder_, &starts, &o.steps));
    }
    Params operator()(const step::GatherElements& g) {
        return params_of(format::CreateGatherElements(builder_, g.axis));
    }
    Params operator()(const step::GatherND& g) { return params_of(format::CreateGatherND(builder_, g.batch_axes)); }
    Params operator()(const step::ScatterElements& s) {
        return params_of(format::CreateScatterElements(builder_, s.axis, static_cast<format::Reduction>(s.reduction)));
    }
    Params operator()(const step::ScatterND& s) {
        return params_of(format::CreateScatterND(builder_, static_cast<format::Reduction>(s.reduction)));
    }
    Params operator()(const step::Reduce& r) {
        return params_of(format::CreateReduce(builder_, static_cast<format::ReduceKind>(r.kind), r.axis));
    }
    Params operator()(const step::Extreme& e) {
        return params_of(format::CreateExtreme(builder_, e.axis, e.largest, e.last));
    }
    Params operator()(const step::CumSum& c) {
        return params_of(format::CreateCumSum(builder_, c.axis, c.exclusive, c.reverse));
    }
    Params operator()(const step::TopK& t) { return params_of(format::CreateTopK(builder_, t.axis, t.largest)); }
    Params operator()(const step::Loop& l) {
        const std::vector<format::WalkedAxis> scans = walked_axes(l.scans), stacks = walked_axes(l.stacks);
        return params_of(
            format::CreateLoopDirect(builder_, l.steps, expressions_.add(l.trips), l.carried, &scans, &stacks));
    }
    Params operator()(const step::LoopEnd& l) { return params_of(format::CreateLoopEnd(builder_, l.steps)); }
    Params operator()(const step::Conv& c);
    Params operator()(const step::ChannelConv& c) {
        const std::vector<format::WindowAxis> axes = window_axes(c.axes);
        return params_of(format::CreateChannelConvDirect(builder_, c.groups, &axes));
    }
    Params operator()(const step::Pool& p) {
        const std::vector<format::WindowAxis> axes = window_axes(p.axes);
        return params_of(
            format::CreatePoolDirect(builder_, static_cast<format::PoolKind>(p.kind), p.count_padding, &axes));
    }

private:
    std::vector<format::WindowAxis> window_axes(const std::vector<step::WindowAxis>& axes) {
        std::vector<format::WindowAxis> result;
        result.reserve(axes.size());
        for (const step::WindowAxis& a : axes) {
            result.emplace_back(expressions_.add(a.kernel), a.stride, a.dilation, a.upsample, expressions_.add(a.pad),
                                expressions_.add(a.pad_end));
        }
        return result;
    }
    static std::vector<format::WalkedAxis> walked_axes(const std::vector<WalkedAxis>& axes) {
        std::vector<format::WalkedAxis> result;
        result.reserve(axes.size());
        for (const WalkedAxis& a : axes) {
            result.emplace_back(static_cast<std::uint32_t>(a.axis), a.reverse ? -1 : 1);
        }
        return result;
    }
    Offset<format::Matrix> matrix(const ProgramMatrix& m) {
        PackedWeights packed = pack_weights(m);
        const std::uint64_t panels = weights_.add(std::move(packed.panels));
        const std::uint64_t bias = weights_.add(pack_bias(m));
        const std::uint64_t rows = m.form == WeightForm::i8 ? weights_.add(std::move(packed.row_scales)) : 0;
        return format::CreateMatrix(builder_, static_cast<format::MatrixForm>(m.form), m.gates, m.units, m.input_cols,
                                    m.state_cols, panels, bias, rows);
    }
    Offset<format::Matrix> matrix(const std::optional<ProgramMatrix>& m) { return m ? matrix(*m) : 0; }

    Offset<format::Direction> direction(const ProgramDirection& d) {
        std::vector<format::Function> functions;
        for (const Function& f : d.functions) { functions.push_back(to_format(f)); }
        const Offset<format::Matrix> gates = matrix(d.gates);
        const Offset<format::Matrix> input = matrix(d.candidate_input), state = matrix(d.candidate_state);
        const std::int64_t peepholes = d.peepholes.empty() ? -1 : static_cast<std::int64_t>(weights_.add(d.peepholes));
        return format::CreateDirectionDirect(builder_, d.reverse, gates, input, state, peepholes, &functions,
                                             d.input_scale, d.state_scale);
    }

    FlatBufferBuilder& builder_;
    WeightStore& weights_;
    Expressions& expressions_;
};

Params StepWriter::operator()(const step::Recurrent& r) {
    std::vector<Offset<format::Direction>> directions;
    for (const ProgramDirection& d : r.directions) { directions.push_back(direction(d)); }
    return params_of(format::CreateRecurrentDirect(builder_, static_cast<format::Cell>(r.cell), r.hidden, &directions,
                                                   r.linear_before_reset, r.input_forget, r.clip, r.x_batch_first,
                                                   static_cast<format::YOrder>(r.y_order), r.state_batch_first));
}

Params StepWriter::operator()(const step::Conv& c) {
    std::vector<Offset<format::ConvPart>> parts;
    for (const step::ConvPart& part : c.parts) {
        std::vector<format::PartAxis> axes;
        for (const step::PartAxis& a : part.axes) { axes.emplace_back(a.taps, a.first); }
        const Offset<format::Matrix> packed = matrix(part.matrix);
        parts.push_back(format::CreateConvPartDirect(builder_, packed, &axes));
    }
    std::vector<format::ConvAxis> axes;
    for (const step::ConvAxis& a : c.axes) {
        axes.emplace_back(a.stride, a.dilation, a.phases, expressions_.add(a.pad));
    }
    return params_of(format::CreateConvDirect(builder_, c.groups, &axes, &parts, c.input_scale));
}

}  // namespace

Offset<format::Op> write_step(FlatBufferBuilder& builder, const Step& step, WeightStore& weights,
                              Expressions& expressions) {
    const Params params = std::visit(StepWriter(builder, weights, expressions), step.params);
    const auto name = builder.CreateString(step.name);
    const auto inputs = builder.CreateVector<std::int32_t>(step.inputs);
    const auto outputs = builder.CreateVector<std::int32_t>(step.outputs);
    return format::CreateOp(builder, name, params.type, params.table, inputs, outputs, step.scratch);
}

}  // namespace tidegate
