// SPDX-License-Identifier: MIT
#include "lower/text.h"

#include <fmt/format.h>

namespace tidegate {
namespace {

const char* text(UnaryKind kind) {
    constexpr const char* kNames[] = {
        "relu",        "tanh",         "sigmoid", "affine",   "leaky_relu", "thresholded_relu",
        "scaled_tanh", "hard_sigmoid", "elu",     "softsign", "softplus",   "exp",
        "log",         "square_root",  "erf",     "absolute", "negate",     "reciprocal",
        "round",       "floor",        "ceil",    "sign",     "sine",       "cosine"};
    return kNames[static_cast<int>(kind)];
}

/// Parameters only where the function has any.
std::string text(const Function& f) {
    if (f.alpha == 0 && f.beta == 0) { return text(f.kind); }
    return fmt::format("{}({:g}, {:g})", text(f.kind), f.alpha, f.beta);
}

std::string text(const ProgramMatrix& m) {
    return fmt::format("{}x{} rows, {}+{} columns", m.gates, m.units, m.input_cols, m.state_cols);
}

template <class T>
std::string list(const std::vector<T>& values) {
    return fmt::format("[{}]", fmt::join(values, ", "));
}

std::string text(const step::Recurrent& r) {
    constexpr const char* kCells[] = {"rnn", "lstm", "gru"};
    constexpr const char* kOrders[] = {"time_direction_batch", "time_batch_direction", "batch_time_direction"};
    std::string line = fmt::format("{} hidden={} y={}", kCells[static_cast<int>(r.cell)], r.hidden,
                                   kOrders[static_cast<int>(r.y_order)]);
    if (r.linear_before_reset) { line += " linear_before_reset"; }
    if (r.input_forget) { line += " input_forget"; }
    if (r.clip > 0) { line += fmt::format(" clip={:g}", r.clip); }
    if (r.x_batch_first) { line += " x_batch_first"; }
    if (r.state_batch_first) { line += " state_batch_first"; }
    for (const ProgramDirection& d : r.directions) {
        line += fmt::format(" {{{}: {}", d.reverse ? "reverse" : "forward", text(d.gates));
        if (!d.peepholes.empty()) { line += ", peepholes"; }
        for (const Function& f : d.functions) { line += ", " + text(f); }
        line += "}";
    }
    return line;
}

std::string text(const step::Conv& c) {
    std::string line = fmt::format("conv groups={}", c.groups);
    for (const step::ConvAxis& a : c.axes) {
        line +=
            fmt::format(" [stride {}, dilation {}, phases {}, pad {}]", a.stride, a.dilation, a.phases, to_text(a.pad));
    }
    for (const step::ConvPart& part : c.parts) {
        line += " {" + text(part.matrix) + ", taps";
        for (const step::PartAxis& a : part.axes) { line += fmt::format(" {} from {}", a.taps, a.first); }
        line += "}";
    }
    return line;
}

std::string text(const std::vector<step::WindowAxis>& axes) {
    std::string line;
    for (const step::WindowAxis& a : axes) {
        line += fmt::format(" [{} taps, stride {}, dilation {}, upsample {}, pads {} and {}]", to_text(a.kernel),
                            a.stride, a.dilation, a.upsample, to_text(a.pad), to_text(a.pad_end));
    }
    return line;
}

std::string text(const StepParams& params) {
    constexpr const char* kBinary[] = {"add",           "subtract",    "multiply",   "divide",     "minimum", "maximum",
                                       "slope",         "power",       "modulo",     "remainder",  "equal",   "less",
                                       "less_or_equal", "logical_and", "logical_or", "logical_xor"};
    constexpr const char* kReduction[] = {"none", "add", "multiply", "maximum", "minimum"};
    constexpr const char* kReduce[] = {"reduce_sum", "reduce_mean", "reduce_product", "reduce_minimum",
                                       "reduce_maximum"};
    return std::visit(
        Overloaded{
            [](const step::Recurrent& s) { return text(s); },
            [](const step::Dense& s) { return "dense " + text(s.matrix); },
            [](const step::MatMul&) { return std::string("matmul"); },
            [&](const step::Binary& s) { return std::string(kBinary[static_cast<int>(s.kind)]); },
            [](const step::Unary& s) { return text(s.function); },
            [](const step::Select&) { return std::string("select"); },
            [](const step::Softmax& s) { return std::string(s.log ? "log_softmax" : "softmax"); },
            [](const step::Transpose& s) { return "transpose " + list(s.perm); },
            [](const step::Concat& s) { return fmt::format("concat axis={}", s.axis); },
            [](const step::Slice& s) { return "slice " + to_text(s.starts) + " step " + list(s.steps); },
            [](const step::Gather& s) { return fmt::format("gather axis={}", s.axis); },
            [](const step::Overlay& s) { return "overlay " + to_text(s.starts) + " step " + list(s.steps); },
            [](const step::GatherElements& s) { return fmt::format("gather_elements axis={}", s.axis); },
            [](const step::GatherND& s) { return fmt::format("gather_nd batch_axes={}", s.batch_axes); },
            [&](const step::ScatterElements& s) {
                return fmt::format("scatter_elements axis={} {}", s.axis, kReduction[static_cast<int>(s.reduction)]);
            },
            [&](const step::ScatterND& s) {
                return fmt::format("scatter_nd {}", kReduction[static_cast<int>(s.reduction)]);
            },
            [](const step::Expand&) { return std::string("expand"); },
            [](const step::Cast&) { return std::string("cast"); },
            [](const step::Loop& s) {
                return fmt::format("loop {} times, {} carried, {} walked, {} stacked", to_text(s.trips), s.carried,
                                   s.scans.size(), s.stacks.size());
            },
            [](const step::LoopEnd&) { return std::string("loop end"); },
            [](const step::ExtentList& s) { return "extents " + to_text(s.values); },
            [](const step::Conv& s) { return text(s); },
            [](const step::ChannelConv& s) { return fmt::format("channel_conv groups={}", s.groups) + text(s.axes); },
            [&](const step::Reduce& s) { return fmt::format("{} axis={}", kReduce[static_cast<int>(s.kind)], s.axis); },
            [](const step::Extreme& s) {
                return fmt::format("{} axis={}{}", s.largest ? "arg_max" : "arg_min", s.axis, s.last ? " last" : "");
            },
            [](const step::CumSum& s) {
                return fmt::format("cum_sum axis={}{}{}", s.axis, s.exclusive ? " exclusive" : "",
                                   s.reverse ? " reverse" : "");
            },
            [](const step::TopK& s) { return fmt::format("top_k axis={}{}", s.axis, s.largest ? "" : " smallest"); },
            [](const step::Pool& s) {
                return std::string(s.kind == PoolKind::maximum ? "max_pool" : "average_pool") + text(s.axes) +
                       (s.count_padding ? " count_padding" : "");
            },
        },
        params);
}

/// "t3 f32[1, 24] in b2" or "t4 f32[8] constant".
std::string text(const Program& program, TensorId id) {
    if (id < 0) { return "-"; }
    const ProgramTensor& t = program.tensors[static_cast<std::size_t>(id)];
    std::string place = t.constant ? "constant" : fmt::format("in b{}", t.buffer);
    if (t.offset > 0) { place += fmt::format("+{}", t.offset); }
    return fmt::format("t{} {}{} {}", id, name_of(t.type), to_text(t.dims), place);
}

std::string text(const Program& program, const std::vector<TensorId>& ids) {
    std::string line;
    for (const TensorId id : ids) { line += (line.empty() ? "" : ", ") + text(program, id); }
    return line;
}

}  // namespace

std::string to_text(const Program& program) {
    std::string out;
    for (const auto& symbol : program.symbols) {
        out += fmt::format("symbol '{}': {}..{}\n", symbol->name, symbol->minimum, symbol->maximum);
    }
    for (const ProgramPort& port : program.inputs) {
        out += fmt::format("input '{}': {}\n", port.name, text(program, port.tensor));
    }
    for (const ProgramState& s : program.states) {
        out += fmt::format("state '{}': {} <- {}, starts at {}\n", s.name, text(program, s.input),
                           text(program, s.output), s.initial < 0 ? "zeros" : text(program, s.initial));
    }
    for (const ProgramRange& r : program.ranges) {
        out += fmt::format("range of {}: {} {}\n", text(program, r.tensor),
                           r.kind == RangeKind::length ? "lengths up to" : "indices below", to_text(r.extent));
    }
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        const Step& s = program.steps[i];
        out += fmt::format("{:3} {} <- {} ({})  # {}\n", i, text(program, s.outputs), text(s.params),
                           text(program, s.inputs), s.name);
    }
    for (const ProgramPort& port : program.outputs) {
        out += fmt::format("output '{}': {}\n", port.name, text(program, port.tensor));
    }
    for (std::size_t i = 0; i < program.buffers.size(); ++i) {
        const ProgramBuffer& b = program.buffers[i];
        out += fmt::format("b{}: {} bytes", i, b.bytes);
        if (program.arena_bytes > 0) {
            out += fmt::format(" at {}, live in steps {} to {}", b.offset, b.first, b.last);
        }
        out += "\n";
    }
    if (program.arena_bytes > 0) { out += fmt::format("buffers take {} bytes\n", program.arena_bytes); }
    return out;
}

}  // namespace tidegate
