// SPDX-License-Identifier: MIT
// A series has its bits whatever runs beside it and however its steps are cut into runs, in every form of weights.
#include <random>

#include "bits/forms.h"
#include "support/session.h"

using namespace tidegate::test;
using tidegate::objects::MatrixForm;

namespace {

constexpr std::int32_t kSteps = 10, kSeries = 11, kInputs = 7, kUnits = 21;
constexpr std::size_t kOps = 4;

/// Of one op or of the input: [step][series], some floats each.
class Table {
public:
    explicit Table(std::size_t width) : width_(width), values_(kSteps * kSeries * width) {}

    /// [steps, series] from a step and a series on.
    std::vector<float> part(std::int32_t step, std::int32_t steps, std::int32_t first, std::int32_t series) const {
        std::vector<float> taken;
        for (std::int32_t t = step; t < step + steps; ++t) {
            const auto from = values_.begin() + at(t, first);
            taken.insert(taken.end(), from, from + static_cast<std::ptrdiff_t>(width_) * series);
        }
        return taken;
    }
    void set(std::int32_t step, std::int32_t steps, std::int32_t first, std::int32_t series,
             const std::vector<float>& values) {
        auto from = values.begin();
        for (std::int32_t t = step; t < step + steps; ++t) {
            const auto count = static_cast<std::ptrdiff_t>(width_) * series;
            std::copy(from, from + count, values_.begin() + at(t, first));
            from += count;
        }
    }
    std::vector<float>& values() { return values_; }

private:
    std::ptrdiff_t at(std::int32_t step, std::int32_t series) const {
        return static_cast<std::ptrdiff_t>(width_) * (step * kSeries + series);
    }
    std::size_t width_;
    std::vector<float> values_;
};

/// All results of the table's inputs, run in chunks of so many steps (which add up) and groups of so many series.
std::vector<std::vector<std::uint32_t>> results(MatrixForm form, const std::string& kernels, const Table& x,
                                                const std::vector<std::int32_t>& chunks, std::int32_t group) {
    std::vector<Table> y(kOps, Table(kUnits));
    for (std::int32_t first = 0; first < kSeries; first += group) {
        const std::int32_t series = std::min(group, kSeries - first);
        std::vector<std::uint8_t> state;
        std::int32_t step = 0;
        for (const std::int32_t steps : chunks) {
            TestSession session(file_of(series_model(form, kUnits, steps, series)), kernels);
            if (!state.empty()) {
                REQUIRE(tg_state_restore(session.get(), state.data(), state.size(), TG_RESTORE_OTHER_VERSION) == TG_OK);
            }
            session.set(0, x.part(step, steps, first, series));
            REQUIRE(session.run() == TG_OK);
            for (std::size_t op = 0; op < kOps; ++op) y[op].set(step, steps, first, series, session.output(op));
            state = saved(session.get());
            step += steps;
        }
        REQUIRE(step == kSteps);
    }
    std::vector<std::vector<std::uint32_t>> all;
    all.reserve(kOps);
    for (Table& table : y) all.push_back(bits(table.values()));
    return all;
}

Table random_inputs() {
    Table x(kInputs);
    std::mt19937 random(5);
    for (float& value : x.values()) value = static_cast<float>(static_cast<std::int32_t>(random())) * 0x1p-29F;
    return x;
}

}  // namespace

TEST_CASE("a series has the same bits alone and among others, at once and in chunks, in every form of weights") {
    const Table x = random_inputs();
    for (const MatrixForm form : tidegate::objects::EnumValuesMatrixForm()) {
        const auto alone = results(form, "scalar", x, {kSteps}, 1);
        for (const std::string& kernels : kernel_names()) {
            CAPTURE(kernels);
            CAPTURE(EnumNameMatrixForm(form));
            CHECK(results(form, kernels, x, {kSteps}, 1) == alone);
            CHECK(results(form, kernels, x, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 1) == alone);
            CHECK(results(form, kernels, x, {kSteps}, kSeries) == alone);
            CHECK(results(form, kernels, x, {1, 6, 3}, kSeries) == alone);
            CHECK(results(form, kernels, x, {2, 8}, 3) == alone);
        }
    }
}
