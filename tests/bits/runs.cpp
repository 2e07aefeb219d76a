// SPDX-License-Identifier: MIT
#include "bits/runs.h"

#include <cstring>

#include "tidegate/forecast.h"

namespace tidegate::test {
namespace {

float from_bits(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

/// The same numbers everywhere, which the distributions of the standard library are not.
class Numbers {
public:
    explicit Numbers(Inputs kind) : kind_(kind) {}

    std::uint32_t word() {
        seed_ = seed_ * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX
        return static_cast<std::uint32_t>(seed_ >> 32);
    }
    float ordinary() { return static_cast<float>(static_cast<std::int32_t>(word())) * 0x1p-29F; }
    float number() {
        if (kind_ == Inputs::exponents) return next_exponent();
        const float value = ordinary();
        if (kind_ == Inputs::ordinary || word() % 4 != 0) return value;
        return kind_ == Inputs::wide ? value * power_of_two(static_cast<int>(word() % 80) - 40) : special();
    }

private:
    static float power_of_two(int exponent) { return from_bits(static_cast<std::uint32_t>(exponent + 127) << 23); }
    float special() {
        static constexpr std::uint32_t kSpecial[] = {
            0x7fc00000, 0xffc00000, 0x7fc12345, 0x7fa00001,  // NaN: quiet, negative, with a payload, signalling
            0x7f800000, 0xff800000,                          // infinities
            0x00000000, 0x80000000,                          // zeros
            0x00000001, 0x807fffff, 0x00800000, 0x8d7fffff,  // subnormal, smallest normal, just below 2^-100
            0x0d800000, 0x8d800000, 0x72000000, 0xf2000000,  // 2^-100, 2^101
        };
        return from_bits(kSpecial[word() % (sizeof kSpecial / sizeof *kSpecial)]);
    }

    float next_exponent() {
        const std::uint32_t turn = turn_++, any = word();
        const std::uint32_t mantissa = turn / 512 % 4 == 0 ? 0 : turn / 512 % 4 == 1 ? 0x7fffff : any & 0x7fffff;
        return from_bits(turn % 512 << 23 | mantissa);
    }

    Inputs kind_;
    std::uint64_t seed_ = 1;
    std::uint32_t turn_ = 0;
};

/// f32: numbers; integers: 0 or 1.
void fill(const tg_tensor& tensor, Numbers& numbers) {
    auto* bytes = static_cast<std::uint8_t*>(tensor.data);
    if (tensor.type == TG_F32) {
        for (std::size_t at = 0; at < tensor.bytes; at += sizeof(float)) {
            const float value = numbers.number();
            std::memcpy(bytes + at, &value, sizeof value);
        }
        return;
    }
    const std::size_t size = tensor.type == TG_I64 ? 8 : tensor.type == TG_I32 ? 4 : 1;
    std::memset(bytes, 0, tensor.bytes);
    for (std::size_t at = 0; at < tensor.bytes; at += size) bytes[at] = static_cast<std::uint8_t>(numbers.word() % 2);
}

/// The states as they are saved, behind the header, which names the model.
tg_status add_states(const tg_session* session, const Memory& memory, Digest& digest) {
    constexpr std::size_t kHeader = 64;
    const tg_status saved = tg_state_save(session, memory.state, memory.state_bytes);
    if (saved != TG_OK) return saved;
    digest.add(static_cast<const std::uint8_t*>(memory.state) + kHeader,
               tg_state_size(tg_session_model(session)) - kHeader);
    return TG_OK;
}

tg_status run_session(const tg_model& model, const Runs& runs, const tg_kernel_table* kernels, const Memory& memory,
                      Digest& digest) {
    tg_session* session = nullptr;
    const tg_status started = tg_start_with(&model, memory.arena, memory.arena_bytes, kernels, &session);
    if (started != TG_OK) return started;
    Numbers numbers(runs.inputs);
    tg_tensor tensor;
    for (std::uint32_t run = 0; run < runs.count; ++run) {
        for (std::size_t i = 0; tg_input(session, i, &tensor) == TG_OK; ++i) fill(tensor, numbers);
        const tg_status ran = tg_run(session);
        if (ran != TG_OK) return ran;
        for (std::size_t i = 0; tg_output(session, i, &tensor) == TG_OK; ++i) digest.add(tensor.data, tensor.bytes);
    }
    return add_states(session, memory, digest);
}

/// A forecast after each hour; two hours are missing, and one value.
tg_status run_forecaster(const tg_model& model, const Runs& runs, const tg_kernel_table* kernels, const Memory& memory,
                         Digest& digest) {
    tg_forecaster* forecaster = nullptr;
    const tg_status started = tg_forecaster_start(&model, memory.arena, memory.arena_bytes, kernels, &forecaster);
    if (started != TG_OK) return started;
    tg_forecast_info info;
    const tg_status described = tg_forecast_describe(&model, &info);
    if (described != TG_OK) return described;
    float quantiles[64];
    if (std::size_t{info.horizon} * info.quantiles > sizeof quantiles / sizeof *quantiles) return TG_TOO_LARGE;
    Numbers numbers(runs.inputs);
    for (std::uint32_t hour = 0; hour < runs.count; ++hour) {
        const float value = numbers.number();
        const float sample[] = {value < 0 ? -value : value,
                                hour == 7 ? from_bits(0x7fc00000) : static_cast<float>(hour % 3)};
        if (hour % 100 == 20 || hour % 100 == 21) continue;
        tg_status status = tg_forecaster_push(forecaster, 1393632000 + std::int64_t{hour} * info.step_seconds, sample);
        if (status == TG_OK) status = tg_forecaster_read(forecaster, quantiles);
        if (status != TG_OK) return status;
        digest.add(quantiles, std::size_t{info.horizon} * info.quantiles * sizeof(float));
    }
    return add_states(tg_forecaster_session(forecaster), memory, digest);
}

}  // namespace

tg_status digest_of(const Runs& runs, const tg_kernel_table* kernels, const Memory& memory, Digest& digest) {
    tg_model model;
    const tg_status opened = tg_open(runs.file, runs.bytes, &model);
    if (opened != TG_OK) return opened;
    const bool forecasts = tg_forecaster_arena_size(&model) != 0;
    return (forecasts ? run_forecaster : run_session)(model, runs, kernels, memory, digest);
}

}  // namespace tidegate::test
