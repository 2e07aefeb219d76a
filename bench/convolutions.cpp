// SPDX-License-Identifier: MIT
// Convolution layers alone, through the public API: ns of a run and multiply-adds a second, every kernel table.
#include <fmt/format.h>

#include "convert.h"
#include "graph/graph.h"
#include "lower/program.h"
#include "machine.h"
#include "model.h"
#include "timing.h"

namespace tidegate::bench {
namespace {

struct Layer {
    const char* name;
    std::int64_t in, out, group;
    Dims kernel, x;  ///< spatial extents
    Op op;
};

Tensor small_values(Dims dims) {
    Tensor tensor = Tensor::zeros(ElementType::f32, std::move(dims));
    std::uint32_t seed = 1;
    for (double& value : tensor.reals) {
        seed = seed * 1664525 + 1013904223;
        value = (static_cast<double>(seed >> 16) - 32768) / 65536;
    }
    return tensor;
}

Dims with(std::int64_t first, std::int64_t second, const Dims& behind) {
    Dims dims = {first, second};
    dims.insert(dims.end(), behind.begin(), behind.end());
    return dims;
}

/// Of one layer, its output of these spatial extents.
std::vector<std::uint8_t> file_of(const Layer& layer, const Dims& y, WeightForm form) {
    Graph graph;
    graph.name = layer.name;
    graph.opset = 17;
    const bool transposed = std::holds_alternative<ConvTranspose>(layer.op);
    const ValueId x = graph.add_value("x", ElementType::f32, with(1, layer.in, layer.x));
    const ValueId w =
        graph.add_constant("w", small_values(transposed ? with(layer.in, layer.out / layer.group, layer.kernel)
                                                        : with(layer.out, layer.in / layer.group, layer.kernel)));
    const ValueId b = graph.add_constant("b", small_values({layer.out}));
    const ValueId result = graph.add_value("y", ElementType::f32, with(1, layer.out, y));
    GraphInput input{x, {}, true};
    for (const Extent& extent : *graph.values[static_cast<std::size_t>(x)].dims) {
        input.dims.push_back({extent.constant(), ""});
    }
    graph.inputs.push_back(input);
    graph.nodes.push_back({layer.name, layer.op, {x, w, b}, {result}});
    graph.outputs.push_back({result, "y"});
    Program program = lower(graph, std::nullopt);
    Quantization quantization;
    quantization.form = form;
    quantize(program, quantization);
    plan(program);
    return write(program);
}

Conv conv(std::int64_t group, std::vector<std::int64_t> pads) { return {{AutoPad::notset, {}, {}, {}, pads}, group}; }

void report(const Layer& layer, const Dims& y, double products) {
    for (const WeightForm form : {WeightForm::f32, WeightForm::i8}) {
        const Model model(file_of(layer, y, form));
        std::vector<Session> sessions;
        std::vector<const tg_kernel_table*> tables;
        for (std::size_t i = 0; tg_kernels_at(i) != nullptr; ++i) {
            tables.push_back(tg_kernels_at(i));
            sessions.emplace_back(model, tables.back());
            fill(sessions.back().input(), sessions.back().input_floats(), 5);
        }
        std::vector<Work> works;
        works.reserve(sessions.size());
        for (Session& session : sessions) {
            works.emplace_back([&session](std::size_t count) { session.run(count); });
        }
        const std::vector<Times> times = measure(works, Method{21, 2e6});
        for (std::size_t i = 0; i < times.size(); ++i) {
            fmt::print("{:44} {:5} {:14} {:10.0f} ns  median {:10.0f}  {:7.2f} GMAC/s\n", layer.name,
                       form == WeightForm::f32 ? "fp32" : "int8", tg_kernels_name(tables[i]), times[i].best,
                       times[i].median, products / times[i].best);
        }
    }
}

}  // namespace

void run() {
    fmt::print("{}, {}\n", cpu_name(), compiler_name());
    const ConvTranspose up{{AutoPad::notset, {}, {2}, {}, {}}, 1, {}, {}};
    report({"Conv 16->16 k3, 96 steps", 16, 16, 1, {3}, {96}, conv(1, {1, 1})}, {96}, 96.0 * 16 * 16 * 3);
    report({"Conv 64->64 k3, 96 steps", 64, 64, 1, {3}, {96}, conv(1, {1, 1})}, {96}, 96.0 * 64 * 64 * 3);
    report({"Conv 64->64 k1, 96 steps", 64, 64, 1, {1}, {96}, conv(1, {})}, {96}, 96.0 * 64 * 64);
    report({"Conv 16->16 k3, one window", 16, 16, 1, {3}, {3}, conv(1, {})}, {1}, 16.0 * 16 * 3);
    report({"Conv 64->64 k3, one window", 64, 64, 1, {3}, {3}, conv(1, {})}, {1}, 64.0 * 64 * 3);
    report({"Conv 16->16 3x3, 16x33", 16, 16, 1, {3, 3}, {16, 33}, conv(1, {1, 1, 1, 1})}, {16, 33},
           16.0 * 33 * 16 * 16 * 9);
    report({"depthwise Conv 64 k3, 96 steps", 64, 64, 64, {3}, {96}, conv(64, {1, 1})}, {96}, 96.0 * 64 * 3);
    report({"depthwise Conv 64 k3, one window", 64, 64, 64, {3}, {3}, conv(64, {})}, {1}, 64.0 * 3);
    report({"ConvTranspose 64->64 k4 stride 2, 48 steps", 64, 64, 1, {4}, {48}, up}, {98}, 48.0 * 64 * 64 * 4);
}

}  // namespace tidegate::bench

int main() { tidegate::bench::run(); }
