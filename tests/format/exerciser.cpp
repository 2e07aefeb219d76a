// SPDX-License-Identifier: MIT
#include "exerciser.h"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "tidegate/forecast.h"

namespace tidegate::test {
namespace {

/// Bytes that make inputs zeros, NaN and -1, huge values, and small ones.
constexpr std::uint8_t kFills[] = {0x00, 0xFF, 0x7F, 0x01};

/// FNV-1a over bytes that are promised to be there.
class Digest {
public:
    void add(const void* bytes, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) {
            value_ = (value_ ^ static_cast<const std::uint8_t*>(bytes)[i]) * 0x100000001B3;
        }
    }
    void add(const tg_tensor& tensor) {
        add(tensor.name, std::strlen(tensor.name));
        add(tensor.data, tensor.bytes);
    }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xCBF29CE484222325;
};

void fill_inputs(tg_session* session, std::uint8_t fill) {
    tg_tensor tensor;
    for (std::size_t i = 0; tg_input(session, i, &tensor) == TG_OK; ++i) {
        std::memset(tensor.data, fill, tensor.bytes);
    }
}

void read_outputs(tg_session* session, Digest& digest) {
    tg_tensor tensor;
    for (std::size_t i = 0; tg_output(session, i, &tensor) == TG_OK; ++i) { digest.add(tensor); }
}

/// Every symbol at its minimum, one above it, and in the middle; then what is outside.
void run_at_other_dims(tg_session* session, Digest& digest) {
    const tg_model* model = tg_session_model(session);
    const std::size_t count = tg_symbol_count(model);
    std::vector<std::int32_t> dims(count + 1);
    for (int place = 0; place < 4 && count > 0; ++place) {
        for (std::size_t i = 0; i < count; ++i) {
            tg_symbol symbol;
            REQUIRE(tg_symbol_at(model, i, &symbol) == TG_OK);
            const std::int32_t inside[] = {symbol.minimum, symbol.minimum + (symbol.maximum > symbol.minimum),
                                           symbol.minimum + (symbol.maximum - symbol.minimum) / 2, symbol.minimum - 1};
            dims[i] = inside[place];
        }
        const tg_status status = tg_set_dims(session, dims.data(), count);
        REQUIRE((status == TG_OK || status == TG_DIMS_IMPOSSIBLE || status == TG_DIM_OUT_OF_RANGE));
        REQUIRE((place < 3 || status == TG_DIM_OUT_OF_RANGE));
        fill_inputs(session, 0x01);
        REQUIRE(tg_run(session) != TG_NULL_ARGUMENT);
        read_outputs(session, digest);
    }
}

}  // namespace

std::uint8_t* Exerciser::arena(std::size_t bytes, bool at_front) {
    std::uint8_t* at = at_front ? arena_.at_front() : arena_.at_back(bytes);
    std::memset(at, 0xA5, bytes);
    return at;
}

std::uint64_t Exerciser::run_session(const tg_model& model, bool at_front, const tg_kernel_table* kernels) {
    const std::size_t bytes = tg_arena_size(&model);
    tg_session* session = nullptr;
    REQUIRE(tg_start_with(&model, arena(bytes, at_front), bytes, kernels, &session) == TG_OK);
    Digest digest;
    for (const std::uint8_t fill : kFills) {
        fill_inputs(session, fill);
        for (int times = 0; times < 2; ++times) {
            const tg_status status = tg_run(session);
            REQUIRE((status == TG_OK || status == TG_INPUT_OUT_OF_RANGE || status == TG_STATE_NOT_FINITE ||
                     status == TG_STATE_RESET));
            read_outputs(session, digest);
        }
    }
    REQUIRE(tg_reset(session) == TG_OK);
    REQUIRE(tg_run(session) != TG_NULL_ARGUMENT);
    read_outputs(session, digest);
    run_at_other_dims(session, digest);
    return digest.value();
}

std::uint64_t Exerciser::run_forecaster(const tg_model& model, bool at_front, const tg_kernel_table* kernels) {
    tg_forecast_info info;
    const std::size_t bytes = tg_forecaster_arena_size(&model);
    if (tg_forecast_describe(&model, &info) != TG_OK || bytes > arena_.capacity()) { return 0; }
    for (std::uint32_t c = 0; c < info.columns; ++c) {
        REQUIRE(tg_forecast_column(&model, c) != nullptr);
        for (std::uint32_t i = 0; tg_forecast_category(&model, c, i) != nullptr; ++i) {}
    }
    tg_forecaster* forecaster = nullptr;
    REQUIRE(tg_forecaster_start(&model, arena(bytes, at_front), bytes, kernels, &forecaster) == TG_OK);
    std::vector<float> quantiles(std::size_t{info.horizon} * info.quantiles);
    const float kValues[] = {1.0F, std::numeric_limits<float>::quiet_NaN(), -1e38F, 3e38F, 2.0F};
    std::int64_t time = 0;
    Digest digest;
    for (const float value : kValues) {
        const std::vector<float> sample(info.columns, value);
        tg_forecaster_push(forecaster, time, sample.data());
        tg_forecaster_read(forecaster, quantiles.data());
        digest.add(quantiles.data(), quantiles.size() * sizeof(float));
        time += std::int64_t{info.step_seconds} * (info.max_gap_steps < 2 ? 1 : 3);
    }
    REQUIRE(tg_forecaster_reset(forecaster) == TG_OK);
    return digest.value();
}

void Exerciser::use(const tg_model& model, bool at_front, Bits bits) {
    tg_tensor tensor;
    for (std::size_t i = 0; i < tg_input_count(&model); ++i) { REQUIRE(tg_model_input(&model, i, &tensor) == TG_OK); }
    for (std::size_t i = 0; i < tg_output_count(&model); ++i) { REQUIRE(tg_model_output(&model, i, &tensor) == TG_OK); }
    opened += at_front;
    if (tg_arena_size(&model) > arena_.capacity()) { return; }
    run += at_front;
    if (at_front) { seen_.clear(); }
    for (std::size_t k = 0; tg_kernels_at(k) != nullptr; ++k) {
        const Seen seen{run_session(model, at_front, tg_kernels_at(k)),
                        run_forecaster(model, at_front, tg_kernels_at(k))};
        if (at_front) { seen_.push_back(seen); }
        REQUIRE(seen == seen_[bits == Bits::of_all_tables ? 0 : k]);
    }
}

tg_status Exerciser::exercise(const std::vector<std::uint8_t>& file, Bits bits) {
    REQUIRE(file.size() <= file_.capacity());
    tg_status statuses[2] = {};
    for (const bool at_front : {true, false}) {
        std::uint8_t* at = at_front ? file_.at_front() : file_.at_back(file.size());
        file_.set_read_only(false);
        std::memcpy(at, file.data(), file.size());
        file_.set_read_only(true);
        tg_model model;
        statuses[at_front] = tg_open(at, file.size(), &model);
        if (statuses[at_front] == TG_OK) { use(model, at_front, bits); }
    }
    REQUIRE(statuses[0] == statuses[1]);
    return statuses[0];
}

}  // namespace tidegate::test
