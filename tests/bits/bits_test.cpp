// SPDX-License-Identifier: MIT
// The same bits on every core: what these models answered once, every kernel table of every CPU answers. The numbers
// below are digests of outputs and states; they change with the arithmetic of a kernel, and with nothing else.
#include <doctest/doctest.h>

#include <cmath>

#include "bits/models.h"
#include "support/session.h"
#include "tidegate/forecast.h"

using namespace tidegate::test;

namespace {

/// FNV-1a.
class Digest {
public:
    void add(const void* bytes, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) {
            value_ = (value_ ^ static_cast<const std::uint8_t*>(bytes)[i]) * 0x100000001B3;
        }
    }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xCBF29CE484222325;
};

/// The same numbers everywhere, which the distributions of the standard library are not.
class Numbers {
public:
    std::uint32_t word() {
        seed_ = seed_ * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX
        return static_cast<std::uint32_t>(seed_ >> 32);
    }
    /// In [-4, 4); if wide, a quarter of them of any size from 2^-40 to 2^40.
    float number(bool wide) {
        const float ordinary = static_cast<float>(static_cast<std::int32_t>(word())) * 0x1p-29F;
        return !wide || word() % 4 != 0 ? ordinary : std::ldexp(ordinary, static_cast<int>(word() % 80) - 40);
    }

private:
    std::uint64_t seed_ = 1;
};

/// f32 any numbers, integers 0 or 1.
void fill(const tg_tensor& tensor, Numbers& numbers, bool wide) {
    if (tensor.type == TG_F32) {
        auto* values = static_cast<float*>(tensor.data);
        for (std::size_t i = 0; i < tensor.bytes / sizeof(float); ++i) { values[i] = numbers.number(wide); }
        return;
    }
    const std::size_t size = tensor.type == TG_I64 ? 8 : tensor.type == TG_I32 ? 4 : 1;
    std::memset(tensor.data, 0, tensor.bytes);
    for (std::size_t at = 0; at < tensor.bytes; at += size) {
        static_cast<std::uint8_t*>(tensor.data)[at] = static_cast<std::uint8_t>(numbers.word() % 2);
    }
}

/// Outputs of a few runs, then the states without the header of their file.
std::uint64_t run(const Sample& sample, const std::string& kernels, bool wide) {
    constexpr int kRuns = 40;
    TestSession session(file_of(sample), kernels);
    Numbers numbers;
    Digest digest;
    tg_tensor tensor;
    for (int step = 0; step < kRuns; ++step) {
        for (std::size_t i = 0; tg_input(session.get(), i, &tensor) == TG_OK; ++i) { fill(tensor, numbers, wide); }
        REQUIRE(session.run() == TG_OK);
        for (std::size_t i = 0; tg_output(session.get(), i, &tensor) == TG_OK; ++i) {
            digest.add(tensor.data, tensor.bytes);
        }
    }
    const std::vector<std::uint8_t> states = saved(session.get());
    digest.add(states.data() + 64, states.size() - 64);
    return digest.value();
}

/// Forecasts after each of some hours, two of them missing.
std::uint64_t forecast(const std::string& kernels) {
    const AlignedBytes file(file_of(forecaster_sample()));
    tg_model model;
    REQUIRE(tg_open(file.data(), file.size(), &model) == TG_OK);
    const AlignedBytes arena(tg_forecaster_arena_size(&model));
    tg_forecaster* forecaster = nullptr;
    REQUIRE(tg_forecaster_start(&model, arena.data(), arena.size(), tg_kernels_named(kernels.c_str()), &forecaster) ==
            TG_OK);
    tg_forecast_info info;
    REQUIRE(tg_forecast_describe(&model, &info) == TG_OK);
    std::vector<float> quantiles(std::size_t{info.horizon} * info.quantiles);
    Numbers numbers;
    Digest digest;
    std::int64_t time = 1393632000;
    for (int hour = 0; hour < 60; ++hour) {
        const float sample[] = {std::abs(numbers.number(true)),
                                hour == 7 ? std::nanf("") : static_cast<float>(hour % 3)};
        if (hour != 20 && hour != 21) { REQUIRE(tg_forecaster_push(forecaster, time, sample) == TG_OK); }
        REQUIRE(tg_forecaster_read(forecaster, quantiles.data()) == TG_OK);
        digest.add(quantiles.data(), quantiles.size() * sizeof(float));
        time += info.step_seconds;
    }
    return digest.value();
}

struct Known {
    std::string name;
    Sample sample;
    std::uint64_t digest;  ///< ordinary inputs
    std::uint64_t wide;    ///< and wide ones: gates close to 2^-100, whose products are subnormal
};

/// The exception of docs/numbers.md.
bool flushes_subnormals(const std::string& kernels) { return kernels == "neon-vfpv4"; }

}  // namespace

TEST_CASE("every kernel table of every CPU gives the bits that are written here") {
    // clang-format off
    const Known known[] = {
        {"functions", functions_model(), 0x3F53A03380ED4EC6, 0x0E4C8DE8033D0285},
        {"cells of 3 units", cells_model(3), 0xA39356D20CD8BF12, 0x716E69007E5838BC},
        {"cells of 16 units", cells_model(16), 0x43EAAA65C181C817, 0xEC9A35301BB762CE},
        {"cells of 41 units", cells_model(41), 0x9BD8E0BB27B26825, 0x2D7996B1276A83B1},
        {"cells of 64 units", cells_model(64), 0x5C00CD27ADAADEDB, 0x302280C78C5C9184},
        {"recurrent sample", recurrent_sample(), 0xCEEC7AA22FA767F0, 0xEDAD90F26E908F9F},
        {"moves sample", moves_sample(), 0x72D2435971F26C29, 0xE2E1851D630FCDF9},
        {"symbolic sample", symbolic_sample(), 0x714C3AED7AA2986A, 0x3F026EB7EA96E85B}
    };
    // clang-format on
    constexpr std::uint64_t kForecasts = 0x91003ABFCCC12B30;
    for (const std::string& kernels : kernel_names()) {
        for (const Known& model : known) {
            CAPTURE(kernels);
            CAPTURE(model.name);
            CHECK(run(model.sample, kernels, false) == model.digest);
            if (!flushes_subnormals(kernels)) { CHECK(run(model.sample, kernels, true) == model.wide); }
        }
        CAPTURE(kernels);
        CHECK(forecast(kernels) == kForecasts);
    }
}
