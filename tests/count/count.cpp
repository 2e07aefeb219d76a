// SPDX-License-Identifier: MIT
// Work whose instructions are counted under QEMU (count.sh): each is done kRuns times and then twice as often, between
// marks that count_plugin.cpp sees; the difference is the work alone and a few instructions of a loop. Says
// "WORK SECTION RUNS KERNELS" for each: SECTION had kRuns of them, the one behind it twice as many.
#include <initializer_list>

#include "format/panels.h"
#include "kernels/kernels.h"
#include "support/embed.h"
#include "support/line.h"
#include "tidegate/tidegate.h"

TIDEGATE_EMBED(flagship, TIDEGATE_COUNT_MODELS "/flagship.tide");
TIDEGATE_EMBED(lstm_8_64, TIDEGATE_COUNT_MODELS "/lstm_8_64.tide");
TIDEGATE_EMBED(lstm_64_64, TIDEGATE_COUNT_MODELS "/lstm_64_64.tide");
TIDEGATE_EMBED(gru_8_64, TIDEGATE_COUNT_MODELS "/gru_8_64.tide");
TIDEGATE_EMBED(lstm_8_64_i8, TIDEGATE_COUNT_MODELS "/lstm_8_64_i8.tide");
TIDEGATE_EMBED(lstm_64_64_i8, TIDEGATE_COUNT_MODELS "/lstm_64_64_i8.tide");
TIDEGATE_EMBED(gru_8_64_i8, TIDEGATE_COUNT_MODELS "/gru_8_64_i8.tide");

extern "C" {
/// The plugin knows it by its name.
[[gnu::noinline]] void count_mark();
void count_mark() { asm volatile("" ::: "memory"); }
}

namespace {

constexpr unsigned kRuns = 3;
unsigned marks = 0;

void mark() {
    count_mark();
    ++marks;
}

/// The same code for both numbers of runs.
template <class Work>
[[gnu::noinline]] void repeat(unsigned runs, Work work) {
    for (unsigned i = 0; i < runs; ++i) work();
}

/// Its SECTION.
template <class Work>
unsigned count(Work work) {
    work();
    mark();
    repeat(kRuns, work);
    mark();
    repeat(2 * kRuns, work);
    mark();
    return marks - 2;
}

template <class Work>
void count(const char* name, const char* kernels, Work work) {
    const unsigned section = count(work);
    tidegate::test::Line() << name << " " << section << " " << kRuns << " " << kernels;
}

/// A step of the network, as tg_run() does it.
bool count_step(const char* name, const unsigned char* begin, const unsigned char* end) {
    alignas(TG_ALIGNMENT) static std::uint8_t arena[16 * 1024];
    tg_model model;
    tg_session* session = nullptr;
    tg_status status = tg_open(begin, static_cast<std::size_t>(end - begin), &model);
    if (status == TG_OK) status = tg_start(&model, arena, sizeof arena, &session);
    if (status == TG_OK) {
        count(name, tg_kernels(session), [&] {
            if (status == TG_OK) status = tg_run(session);
        });
    }
    if (status != TG_OK) tidegate::test::Line() << "failed: " << name << ": " << tg_status_text(status);
    return status == TG_OK;
}

/// y = b + W x, 64 rows of 64 columns, by the kernels alone; then only the integers of x.
void count_products() {
    using tidegate::kernels::Columns;
    constexpr std::uint32_t kSide = 64, kColumnBytes = kSide * tidegate::format::kPanelRows;  // of a byte a weight
    alignas(64) static float weights[kSide * kSide], bias[kSide], x[kSide], y[kSide];
    alignas(16) static std::int8_t integers[kSide];
    static tidegate::kernels::RowScales scales[kSide / tidegate::format::kPanelRows];
    const tidegate::kernels::Kernels& kernels = *tidegate::kernels::best_kernels();
    for (std::uint32_t i = 0; i < kSide; ++i) x[i] = static_cast<float>(i);
    const auto product = [&](auto kernel, std::uint32_t rows, std::uint32_t weight_bytes) {
        const Columns w{weights, scales, kSide, kColumnBytes * weight_bytes, 1, 0};
        kernel({w, rows, 1, {x, 0}, {bias, 0}, {y, 0}, integers});
    };
    count("product_64_64", kernels.name, [&] { product(kernels.multiply_f32, kSide, 4); });
    count("product_64_64_f16", kernels.name, [&] { product(kernels.multiply_f16, kSide, 2); });
    count("product_64_64_i8", kernels.name, [&] { product(kernels.multiply_i8, kSide, 1); });
    count("integers_64", kernels.name, [&] { product(kernels.multiply_i8, 0, 1); });
}

#if !TIDEGATE_ONE_SET
/// y = b + W x in int8 for several series, with every table but scalar that this CPU runs; then only the integers of x.
void count_batches() {
    using tidegate::format::kPanelRows, tidegate::kernels::kMostSeries;
    constexpr std::uint32_t kMost = 128;
    alignas(64) static std::int8_t weights[kMost * kMost];
    alignas(64) static float bias[kMost], x[kMost * kMostSeries], y[kMost * kMostSeries];
    alignas(16) static std::int8_t integers[kMost * kMostSeries];
    static tidegate::kernels::RowScales scales[kMost / kPanelRows];
    for (std::uint32_t i = 0; i < kMost * kMostSeries; ++i) x[i] = static_cast<float>(i % kMost);
    std::size_t sets = 0;
    const tidegate::kernels::KernelSet* set = tidegate::kernels::kernel_sets(sets);
    const auto count_batch = [&](std::uint32_t cols, std::uint32_t rows, std::uint32_t series) {
        const auto product = [&, multiply = set->kernels->multiply_i8](std::uint32_t some_rows) {
            multiply({{weights, scales, cols, cols * kPanelRows, 1, 0},
                      some_rows,
                      series,
                      {x, cols},
                      {bias, 0},
                      {y, rows},
                      integers});
        };
        for (std::uint32_t some_rows : {rows, 0U}) {
            const unsigned section = count([&] { product(some_rows); });
            tidegate::test::Line() << (some_rows == 0 ? "integers_" : "batch_") << cols << "_" << rows << "_" << series
                                   << " " << section << " " << kRuns << " " << set->kernels->name;
        }
    };
    for (; set->kernels != &tidegate::kernels::scalar_kernels; ++set) {
        if (!set->runs_here()) continue;
        for (std::uint32_t series : {1U, 2U, 4U, 8U}) {
            count_batch(8, 64, series);
            count_batch(64, 64, series);
            count_batch(128, 128, series);
        }
    }
}
#endif

}  // namespace

int main() {
    bool ran = count_step("flagship", flagship_begin, flagship_end);
    ran = count_step("lstm_8_64", lstm_8_64_begin, lstm_8_64_end) && ran;
    ran = count_step("lstm_64_64", lstm_64_64_begin, lstm_64_64_end) && ran;
    ran = count_step("gru_8_64", gru_8_64_begin, gru_8_64_end) && ran;
    ran = count_step("lstm_8_64_i8", lstm_8_64_i8_begin, lstm_8_64_i8_end) && ran;
    ran = count_step("lstm_64_64_i8", lstm_64_64_i8_begin, lstm_64_64_i8_end) && ran;
    ran = count_step("gru_8_64_i8", gru_8_64_i8_begin, gru_8_64_i8_end) && ran;
    count_products();
#if !TIDEGATE_ONE_SET
    count_batches();
#endif
    return ran ? 0 : 1;
}
