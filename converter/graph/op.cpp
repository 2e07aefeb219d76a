// SPDX-License-Identifier: MIT
#include "graph/op.h"

#include <array>

namespace tidegate {
namespace {

const char* name_of(CellKind cell) {
    constexpr std::array kNames = {"RNN", "LSTM", "GRU"};
    return kNames[static_cast<std::size_t>(cell)];
}

const char* name_of(UnaryKind kind) {
    constexpr std::array kNames = {"Relu",       "Tanh",        "Sigmoid", "Affine",   "LeakyRelu", "ThresholdedRelu",
                                   "ScaledTanh", "HardSigmoid", "Elu",     "Softsign", "Softplus",  "Exp",
                                   "Log",        "Sqrt",        "Erf",     "Abs",      "Neg",       "Reciprocal",
                                   "Round",      "Floor",       "Ceil",    "Sign",     "Sin",       "Cos"};
    return kNames[static_cast<std::size_t>(kind)];
}

const char* name_of(BinaryKind kind) {
    constexpr std::array kNames = {"Add", "Sub", "Mul",   "Div",  "Min",         "Max", "PRelu", "Pow",
                                   "Mod", "Mod", "Equal", "Less", "LessOrEqual", "And", "Or",    "Xor"};
    return kNames[static_cast<std::size_t>(kind)];
}

const char* name_of(const Pool& pool) {
    const bool maximum = pool.kind == PoolKind::maximum;
    if (pool.global) { return maximum ? "GlobalMaxPool" : "GlobalAveragePool"; }
    return maximum ? "MaxPool" : "AveragePool";
}

const char* name_of(ReduceKind kind) {
    constexpr std::array kNames = {"ReduceSum", "ReduceMean", "ReduceProd", "ReduceMin", "ReduceMax"};
    return kNames[static_cast<std::size_t>(kind)];
}

const char* name_of(NormalizationKind kind) {
    constexpr std::array kNames = {"LayerNormalization", "InstanceNormalization", "GroupNormalization"};
    return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string name_of(const Op& op) {
    return std::visit(Overloaded{
                          [](const Recurrent& r) { return name_of(r.cell); },
                          [](const MatMul&) { return "MatMul"; },
                          [](const Gemm&) { return "Gemm"; },
                          [](const Binary& b) { return name_of(b.kind); },
                          [](const Unary& u) { return name_of(u.function.kind); },
                          [](const Softmax& s) { return s.log ? "LogSoftmax" : "Softmax"; },
                          [](const Concat&) { return "Concat"; },
                          [](const Slice&) { return "Slice"; },
                          [](const Split&) { return "Split"; },
                          [](const Gather&) { return "Gather"; },
                          [](const Squeeze&) { return "Squeeze"; },
                          [](const Unsqueeze&) { return "Unsqueeze"; },
                          [](const Reshape&) { return "Reshape"; },
                          [](const Flatten&) { return "Flatten"; },
                          [](const Transpose&) { return "Transpose"; },
                          [](const Identity&) { return "Identity"; },
                          [](const Cast&) { return "Cast"; },
                          [](const Shape&) { return "Shape"; },
                          [](const Expand&) { return "Expand"; },
                          [](const ConstantOfShape&) { return "ConstantOfShape"; },
                          [](const Range&) { return "Range"; },
                          [](const Conv&) { return "Conv"; },
                          [](const ConvTranspose&) { return "ConvTranspose"; },
                          [](const Pool& p) { return name_of(p); },
                          [](const BatchNormalization&) { return "BatchNormalization"; },
                          [](const Select&) { return "Where"; },
                          [](const Pad&) { return "Pad"; },
                          [](const Tile&) { return "Tile"; },
                          [](const Trilu&) { return "Trilu"; },
                          [](const EyeLike&) { return "EyeLike"; },
                          [](const NonZero&) { return "NonZero"; },
                          [](const Resize&) { return "Resize"; },
                          [](const GatherElements&) { return "GatherElements"; },
                          [](const GatherND&) { return "GatherND"; },
                          [](const ScatterElements&) { return "ScatterElements"; },
                          [](const ScatterND&) { return "ScatterND"; },
                          [](const If&) { return "If"; },
                          [](const Reduce& r) { return name_of(r.kind); },
                          [](const Extreme& e) { return e.largest ? "ArgMax" : "ArgMin"; },
                          [](const CumSum&) { return "CumSum"; },
                          [](const TopK&) { return "TopK"; },
                          [](const Normalization& n) { return name_of(n.kind); },
                          [](const QuantizeLinear&) { return "QuantizeLinear"; },
                          [](const DequantizeLinear&) { return "DequantizeLinear"; },
                          [](const DynamicQuantizeLinear&) { return "DynamicQuantizeLinear"; },
                          [](const MatMulInteger&) { return "MatMulInteger"; },
                          [](const ConvInteger&) { return "ConvInteger"; },
                          [](const FusedMatMul&) { return "FusedMatMul"; },
                          [](const RandomNumbers& r) { return r.name.c_str(); },
                          [](const LoopBegin&) { return "Loop"; },
                          [](const LoopEnd&) { return "LoopEnd"; },
                      },
                      op);
}

std::size_t moved_inputs(const Op& op, std::size_t count) {
    constexpr std::size_t kData = 1;
    return std::visit(Overloaded{
                          [&](const Concat&) { return count; },
                          [](const Slice&) { return kData; },
                          [](const Split&) { return kData; },
                          [](const Gather&) { return kData; },
                          [](const Squeeze&) { return kData; },
                          [](const Unsqueeze&) { return kData; },
                          [](const Reshape&) { return kData; },
                          [](const Flatten&) { return kData; },
                          [](const Transpose&) { return kData; },
                          [](const Identity&) { return kData; },
                          [](const Expand&) { return kData; },
                          [](const Tile&) { return kData; },
                          [](const GatherElements&) { return kData; },
                          [](const GatherND&) { return kData; },
                          [](const Pad& p) { return p.mode == PadMode::constant ? 0 : kData; },
                          [](const auto&) { return std::size_t{0}; },
                      },
                      op);
}

}  // namespace tidegate
