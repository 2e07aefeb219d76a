// SPDX-License-Identifier: MIT
// The kernels alone, for every instruction set that this CPU runs: a step of a cell, a matrix times a vector, and the
// activations.
//
//   bench_kernels [--benchmark_filter='lstm|tanh']
//
// avx2/lstm_i8_static_of_8/8->64: weights in int8 (none: f32), the scale of x fixed (none: found in each step), a step
// of one of 8 series that are stepped at once. All data are warm: a step is run again and again. What a step costs
// through the API: bench_table.
#include <benchmark/benchmark.h>

#include <string>

#include "format/sizes.h"
#include "kernel_step.h"
#include "kernels/kernels.h"
#include "report.h"

namespace {

using namespace tidegate;
using bench::Array;
using bench::make_array;
using kernels::Kernels;

constexpr std::uint32_t kSeries = kernels::kMostSeries;

/// i8 is not compared with the peak, which is that of floats.
void count(benchmark::State& state, bench::Weights weights, double multiply_adds, double bytes, std::uint32_t series) {
    state.counters[bench::kMultiplyAddsCounter] = multiply_adds;
    state.counters[bench::kFloatMultiplyAddsCounter] = weights == bench::Weights::i8 ? 0 : multiply_adds;
    state.counters[bench::kBytesCounter] = bytes;
    state.counters[bench::kSeriesCounter] = series;
}

/// A step of one series, of `series` that are stepped at once.
void cell_step(benchmark::State& state, const Kernels* set, bench::Cell cell, bench::Size size, bench::Storage storage,
               std::uint32_t series) {
    bench::KernelStep step(cell, size, storage, series);
    while (state.KeepRunningBatch(64)) step.run(*set, 64 / series);
    float h = step.state();
    benchmark::DoNotOptimize(h);
    count(state, storage.weights, bench::products(cell, size), step.weight_bytes(), series);
}

/// The product of one of `series` vectors.
void product(benchmark::State& state, const Kernels* set, bench::Size size, bench::Storage storage,
             std::uint32_t series) {
    const bench::Packed w(storage, 1, size.hidden, size.input);
    const std::size_t rows = w.padded_rows();
    const Array b = make_array(rows), x = make_array(series * size.input), y = make_array(series * rows);
    const auto quantized = bench::make_aligned<std::int8_t>(series * format::quantized_bytes(size.input));
    const auto kernel = storage.weights == bench::Weights::f32   ? set->multiply_f32
                        : storage.weights == bench::Weights::f16 ? set->multiply_f16
                                                                 : set->multiply_i8;
    while (state.KeepRunningBatch(series)) {
        kernel({w.x(), size.hidden, series, {x.get(), size.input}, {b.get(), 0}, {y.get(), rows}, quantized.get()});
        benchmark::ClobberMemory();
    }
    count(state, storage.weights, 1.0 * size.hidden * size.input, w.bytes(), series);
}

void unary(benchmark::State& state, const Kernels* set, std::size_t function) {
    constexpr std::size_t kElements = 1024;
    const Array x = make_array(kElements), y = make_array(kElements);
    for (std::size_t i = 0; i < kElements; ++i) x[i] *= 200;
    for (auto _ : state) {
        set->unary[function](x.get(), y.get(), kElements, 1, 0);
        benchmark::ClobberMemory();
    }
    state.counters[bench::kElementsCounter] = kElements;
}

template <class... Arguments>
void add(const std::string& name, Arguments... arguments) {
    benchmark::RegisterBenchmark(name.c_str(), arguments...)->MinTime(0.005)->Repetitions(bench::kRepetitions);
}

void register_set(const Kernels* set) {
    const std::string prefix = std::string(set->name) + "/";
    for (const bench::Storage storage : bench::kStorages) {
        for (const std::uint32_t series : {1U, kSeries}) {
            const std::string suffix = storage.name + (series > 1 ? "_of_" + std::to_string(series) : "") + "/";
            for (const bench::Size size : bench::kSizes) {
                for (const bench::Cell cell : bench::kCells) {
                    add(prefix + bench::name_of(cell) + suffix + to_text(size), cell_step, set, cell, size, storage,
                        series);
                }
                add(prefix + "product" + suffix + to_text(size), product, set, size, storage, series);
            }
        }
    }
    // By format::Unary.
    add(prefix + "tanh", unary, set, 1);
    add(prefix + "sigmoid", unary, set, 2);
    add(prefix + "elu", unary, set, 8);
    add(prefix + "softplus", unary, set, 10);
}

}  // namespace

int main(int argc, char** argv) {
    kernels::Size sets = 0;
    const kernels::KernelSet* list = kernels::kernel_sets(sets);
    for (kernels::Size i = 0; i < sets; ++i) {
        if (list[i].runs_here()) register_set(list[i].kernels);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    bench::Report report(bench::measure_roofline({}));
    benchmark::RunSpecifiedBenchmarks(&report);
    benchmark::Shutdown();
    return 0;
}
