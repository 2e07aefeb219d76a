// SPDX-License-Identifier: MIT
// One step of a cell, a matrix times a vector and the activations, for every instruction set that this CPU runs.
//
//   bench_kernels [--benchmark_filter='peak|lstm']
//
// "8->64": input size 8, hidden size 64. All data are warm: a step is run again and again.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "format/panels.h"
#include "format/sizes.h"
#include "kernels/kernels.h"
#include "peak.h"
#include "report.h"

namespace {

using namespace tidegate;
using kernels::Kernels;
using std::uint32_t;

struct Size {
    uint32_t input, hidden;
};
constexpr std::array<Size, 6> kSizes = {{{8, 16}, {8, 32}, {8, 64}, {8, 128}, {8, 256}, {128, 128}}};

using Array = std::unique_ptr<float, void (*)(void*)>;

/// n floats, 64-byte aligned, small and not all equal.
Array make_array(std::size_t n) {
    Array a(static_cast<float*>(std::aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64)), std::free);
    for (std::size_t i = 0; i < n; ++i) a.get()[i] = 0.02F * (static_cast<float>(i * 37 % 101) / 50 - 1);
    return a;
}

std::size_t panel_floats(uint32_t gates, uint32_t units, uint32_t cols) {
    return format::panel_count(gates, units) * format::kPanelRows * cols;
}

void count(benchmark::State& state, double multiply_adds, double bytes) {
    state.counters[bench::kMultiplyAddsCounter] = multiply_adds;
    state.counters[bench::kBytesCounter] = bytes;
}

void lstm(benchmark::State& state, const Kernels* set, Size size) {
    const uint32_t cols = size.input + size.hidden;
    const std::size_t weights = panel_floats(4, size.hidden, cols);
    const Array w = make_array(weights), b = make_array(panel_floats(4, size.hidden, 1)), x = make_array(size.input);
    Array h = make_array(size.hidden), next = make_array(size.hidden), c = make_array(size.hidden);
    for (auto _ : state) {
        set->lstm_step({w.get(), b.get(), size.hidden, size.input, x.get(), h.get(), c.get(), next.get(), c.get()});
        std::swap(h, next);
    }
    benchmark::DoNotOptimize(h.get()[0]);
    count(state, 4.0 * size.hidden * cols, 4.0 * static_cast<double>(weights));
}

void gru(benchmark::State& state, const Kernels* set, Size size, bool linear_before_reset) {
    const uint32_t cols = size.input + size.hidden;
    const std::size_t gates = panel_floats(2, size.hidden, cols), input = panel_floats(1, size.hidden, size.input);
    const std::size_t recurrent = panel_floats(1, size.hidden, size.hidden);
    const Array gw = make_array(gates), iw = make_array(input), rw = make_array(recurrent);
    const Array bias = make_array(panel_floats(2, size.hidden, 1)), x = make_array(size.input);
    const Array scratch = make_array(format::gru_scratch_floats(size.hidden));
    Array h = make_array(size.hidden), next = make_array(size.hidden);
    for (auto _ : state) {
        set->gru_step({gw.get(), bias.get(), iw.get(), bias.get(), rw.get(), bias.get(), size.hidden, size.input,
                       linear_before_reset, x.get(), h.get(), next.get(), scratch.get()});
        std::swap(h, next);
    }
    benchmark::DoNotOptimize(h.get()[0]);
    count(state, 3.0 * size.hidden * cols, 4.0 * static_cast<double>(gates + input + recurrent));
}

void gemv(benchmark::State& state, const Kernels* set, Size size) {
    const std::size_t weights = panel_floats(1, size.hidden, size.input);
    const Array w = make_array(weights), b = make_array(size.hidden), x = make_array(size.input);
    const Array y = make_array(size.hidden);
    const auto panels = static_cast<uint32_t>(format::panel_count(1, size.hidden));
    for (auto _ : state) {
        set->gemv({w.get(), panels, size.input, size.input * format::kPanelRows}, x.get(), b.get(), y.get(),
                  size.hidden);
        benchmark::ClobberMemory();
    }
    count(state, 1.0 * size.hidden * size.input, 4.0 * static_cast<double>(weights));
}

void unary(benchmark::State& state, const Kernels* set, std::size_t function) {
    constexpr std::size_t kElements = 1024;
    const Array x = make_array(kElements), y = make_array(kElements);
    for (std::size_t i = 0; i < kElements; ++i) x.get()[i] *= 200;
    for (auto _ : state) {
        set->unary[function](x.get(), y.get(), kElements, 1, 0);
        benchmark::ClobberMemory();
    }
    state.counters[bench::kElementsCounter] = kElements;
}

void peak_multiply_add(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(bench::multiply_adds());
    count(state, static_cast<double>(bench::kMultiplyAdds), 0);
}

void peak_read(benchmark::State& state, std::size_t floats) {
    const Array x = make_array(floats);
    for (auto _ : state) benchmark::DoNotOptimize(bench::read_floats(x.get(), floats));
    count(state, 0, 4.0 * static_cast<double>(floats));
}

template <class... Arguments>
void add(const std::string& name, Arguments... arguments) {
    benchmark::RegisterBenchmark(name.c_str(), arguments...)->MinTime(0.005)->Repetitions(bench::kRepetitions);
}

void register_set(const Kernels* set) {
    const std::string prefix = std::string(set->name) + "/";
    for (Size size : kSizes) {
        const std::string name = std::to_string(size.input) + "->" + std::to_string(size.hidden);
        add(prefix + "lstm/" + name, lstm, set, size);
        add(prefix + "gru/" + name, gru, set, size, false);
        add(prefix + "gru_linear/" + name, gru, set, size, true);
        add(prefix + "gemv/" + name, gemv, set, size);
    }
    // By format::Unary.
    add(prefix + "tanh", unary, set, 1);
    add(prefix + "sigmoid", unary, set, 2);
    add(prefix + "elu", unary, set, 8);
    add(prefix + "softplus", unary, set, 10);
}

void register_peaks() {
    add(bench::kPeakMultiplyAdd, peak_multiply_add);
    for (std::size_t kib : {16, 64, 128, 256, 512, 1024, 8192, 65536}) {
        add(bench::kPeakRead + std::to_string(kib) + "KiB", peak_read, kib * 256);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (bench::peak_runs_here()) register_peaks();
    kernels::Size sets = 0;
    const kernels::KernelSet* list = kernels::kernel_sets(sets);
    for (kernels::Size i = 0; i < sets; ++i) {
        if (list[i].runs_here()) register_set(list[i].kernels);
    }
    benchmark::AddCustomContext("compiler", __VERSION__);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    bench::Report report;
    benchmark::RunSpecifiedBenchmarks(&report);
    benchmark::Shutdown();
    return 0;
}
