// SPDX-License-Identifier: MIT
// The kernels alone, for every instruction set that this CPU runs: a step of a cell, a matrix times a vector, and the
// activations.
//
//   bench_kernels [--benchmark_filter='lstm|tanh']
//
// All data are warm: a step is run again and again. What a step costs through the API: bench_table.
#include <benchmark/benchmark.h>

#include <string>

#include "format/panels.h"
#include "kernel_step.h"
#include "kernels/kernels.h"
#include "report.h"

namespace {

using namespace tidegate;
using bench::Array;
using bench::make_array;
using kernels::Kernels;

void count(benchmark::State& state, double multiply_adds, double bytes) {
    state.counters[bench::kMultiplyAddsCounter] = multiply_adds;
    state.counters[bench::kBytesCounter] = bytes;
}

void cell_step(benchmark::State& state, const Kernels* set, bench::Cell cell, bench::Size size) {
    bench::KernelStep step(cell, size);
    while (state.KeepRunningBatch(64)) step.run(*set, 64);
    float h = step.state();
    benchmark::DoNotOptimize(h);
    count(state, bench::products(cell, size), step.weight_bytes());
}

void gemv(benchmark::State& state, const Kernels* set, bench::Size size) {
    const std::size_t weights = bench::panel_floats(1, size.hidden, size.input);
    const Array w = make_array(weights), b = make_array(size.hidden), x = make_array(size.input);
    const Array y = make_array(size.hidden);
    const auto panels = static_cast<std::uint32_t>(format::panel_count(1, size.hidden));
    for (auto _ : state) {
        set->gemv({w.get(), panels, size.input, size.input * format::kPanelRows}, x.get(), b.get(), y.get(),
                  size.hidden);
        benchmark::ClobberMemory();
    }
    count(state, 1.0 * size.hidden * size.input, 4.0 * static_cast<double>(weights));
}

/// A step of several.
void gemm(benchmark::State& state, const Kernels* set, bench::Size size) {
    constexpr std::size_t kSteps = 8;
    const std::size_t weights = bench::panel_floats(1, size.hidden, size.input);
    const auto panels = static_cast<std::uint32_t>(format::panel_count(1, size.hidden));
    const std::size_t rows = std::size_t{panels} * format::kPanelRows;
    const Array w = make_array(weights), b = make_array(rows), x = make_array(kSteps * size.input);
    const Array y = make_array(kSteps * rows);
    while (state.KeepRunningBatch(kSteps)) {
        set->gemm({{w.get(), panels, size.input, size.input * format::kPanelRows},
                   x.get(),
                   b.get(),
                   y.get(),
                   kSteps,
                   size.input,
                   rows});
        benchmark::ClobberMemory();
    }
    count(state, 1.0 * size.hidden * size.input, 4.0 * static_cast<double>(weights) / kSteps);
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
    for (const bench::Size size : bench::kSizes) {
        for (const bench::Cell cell : bench::kCells) {
            add(prefix + bench::name_of(cell) + "/" + to_text(size), cell_step, set, cell, size);
        }
        add(prefix + "gemv/" + to_text(size), gemv, set, size);
        add(prefix + "gemm/" + to_text(size), gemm, set, size);
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
