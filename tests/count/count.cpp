// SPDX-License-Identifier: MIT
// Work whose instructions are counted under QEMU (count.sh): each is done kRuns times and then twice as often, between
// marks that count_plugin.cpp sees; the difference is the work alone, without loop and mark. Says
// "WORK SECTION RUNS KERNELS" for each: SECTION had kRuns of them, the one behind it twice as many.
#include <cstddef>
#include <cstdint>

#include "format/panels.h"
#include "kernels/kernels.h"
#include "models.h"
#include "support/say.h"
#include "tidegate/tidegate.h"

extern "C" {
/// The plugin knows it by its name.
[[gnu::noinline]] void count_mark() { asm volatile("" ::: "memory"); }
}

namespace {

using tidegate::test::say;

constexpr unsigned kRuns = 3;
unsigned marks = 0;

void mark() {
    count_mark();
    ++marks;
}

template <class Work>
void count(const char* name, const char* kernels, Work work) {
    work();
    mark();
    for (unsigned i = 0; i < kRuns; ++i) work();
    mark();
    for (unsigned i = 0; i < 2 * kRuns; ++i) work();
    mark();
    say("%s %u %u %s\n", name, marks - 2, kRuns, kernels);
}

/// A step of the network, as tg_run() does it.
bool count_model(const bench::EmbeddedModel& file) {
    alignas(TG_ALIGNMENT) static std::uint8_t arena[16 * 1024];
    tg_model model;
    tg_session* session = nullptr;
    if (tg_open(file.begin, static_cast<std::size_t>(file.end - file.begin), &model) != TG_OK ||
        tg_start(&model, arena, sizeof arena, &session) != TG_OK) {
        return false;
    }
    bool ran = true;
    count(file.name, tg_kernels(session), [&] { ran = tg_run(session) == TG_OK && ran; });
    return ran;
}

/// y = b + W x, 64 rows of 64 columns, by the kernel alone.
void count_product() {
    constexpr std::uint32_t kSide = 64, kPanels = kSide / tidegate::format::kPanelRows;
    alignas(64) static float weights[kSide * kSide], bias[kSide], x[kSide], y[kSide];
    const tidegate::kernels::Kernels& kernels = *tidegate::kernels::best_kernels();
    count("product-64x64", kernels.name, [&] {
        kernels.gemv({weights, kPanels, kSide, kSide * tidegate::format::kPanelRows}, x, bias, y, kSide);
    });
}

}  // namespace

int main() {
    bool ran = true;
    for (const bench::EmbeddedModel& model : bench::models()) ran = count_model(model) && ran;
    count_product();
    return ran ? 0 : 1;
}
