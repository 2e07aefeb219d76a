// SPDX-License-Identifier: MIT
#include "forecast/forecaster.h"

#include <cstring>
#include <limits>
#include <new>

#include "core/session.h"
#include "forecast/transform.h"
#include "kernels/float_mode.h"

using namespace tidegate;
using namespace tidegate::forecast;

namespace {

std::uint64_t values_of(const format::Forecast& spec) {
    return std::uint64_t{spec.horizon()} * spec.quantiles()->size();
}

/// Did the step count, though the model's state was spoiled and held or reset (tg_policy)?
bool went_on(tg_status status) { return status == TG_STATE_HELD || status == TG_STATE_RESET; }

/// One step of the model. When it is refused nothing has changed; when it was spoiled but time went on, the sample is
/// forgotten and the forecast is still the last good one.
tg_status take(tg_forecaster& f, std::int64_t unix_seconds, const float* values) {
    const format::Forecast& spec = *f.spec.get();
    observe(spec, values, f.columns.get());
    write_features(spec, f.columns.get(), unix_seconds, f.input.get());
    const tg_status status = tg_run(f.session.get());
    if (status != TG_OK && !went_on(status)) { return status; }
    if (status == TG_OK) {
        keep(spec, f.columns.get());
        std::memcpy(f.forecast.get(), f.output.get(), sizeof(float) * static_cast<std::size_t>(values_of(spec)));
    }
    f.last_seconds = unix_seconds;
    f.started = 1;
    return status;
}

/// Steps between the last sample and `unix_seconds` that were skipped.
tg_status count_skipped(const tg_forecaster& f, std::int64_t unix_seconds, std::uint64_t& skipped) {
    skipped = 0;
    if (f.started == 0) { return TG_OK; }
    if (unix_seconds <= f.last_seconds) { return TG_TIME_NOT_LATER; }
    const format::Forecast& spec = *f.spec.get();
    const std::uint64_t passed = static_cast<std::uint64_t>(unix_seconds) - static_cast<std::uint64_t>(f.last_seconds);
    if (passed % spec.step_seconds() != 0) { return TG_TIME_OFF_GRID; }
    skipped = passed / spec.step_seconds() - 1;
    return skipped <= spec.max_gap_steps() ? TG_OK : TG_GAP_TOO_LONG;
}

void insertion_sort(float* first, std::uint32_t count) {
    for (std::uint32_t i = 1; i < count; ++i) {
        const float moved = first[i];
        std::uint32_t at = i;
        for (; at > 0 && first[at - 1] > moved; --at) { first[at] = first[at - 1]; }
        first[at] = moved;
    }
}

}  // namespace

size_t tg_forecaster_arena_size(const tg_model* model) {
    const format::Forecast* spec = spec_of(model);
    if (spec == nullptr) { return 0; }
    const std::size_t session = tg_arena_size(model);
    const std::uint64_t bytes = layout(*spec).session + session;
    return session != 0 && bytes <= std::numeric_limits<size_t>::max() ? static_cast<size_t>(bytes) : 0;
}

tg_status tg_forecaster_start(const tg_model* model, void* arena, size_t arena_bytes, const tg_kernel_table* kernels,
                              tg_forecaster** forecaster) {
    if (forecaster == nullptr) { return TG_NULL_ARGUMENT; }
    *forecaster = nullptr;
    if (model == nullptr || arena == nullptr) { return TG_NULL_ARGUMENT; }
    const format::Forecast* spec = spec_of(model);
    if (spec == nullptr) { return TG_NO_FORECAST; }
    if (reinterpret_cast<std::uintptr_t>(arena) % TG_ALIGNMENT != 0) { return TG_ARENA_MISALIGNED; }
    const size_t needed = tg_forecaster_arena_size(model);
    if (needed == 0) { return TG_TOO_LARGE; }
    if (arena_bytes < needed) { return TG_ARENA_TOO_SMALL; }

    const Layout at = layout(*spec);
    auto* const bytes = static_cast<unsigned char*>(arena);
    const auto front = static_cast<size_t>(at.session);
    tg_session* session = nullptr;
    const tg_status started = tg_start_with(model, bytes + front, arena_bytes - front, kernels, &session);
    if (started != TG_OK) { return started; }
    tg_tensor input;
    tg_tensor output;
    const tg_status input_found = tg_input(session, spec->input(), &input);
    if (input_found != TG_OK) { return input_found; }
    const tg_status output_found = tg_output(session, spec->output(), &output);
    if (output_found != TG_OK) { return output_found; }

    auto* const f = new (arena) tg_forecaster{};
    f->spec = spec;
    f->session = session;
    f->input = static_cast<float*>(input.data);
    f->output = static_cast<const float*>(output.data);
    f->columns = reinterpret_cast<ColumnState*>(bytes + at.columns);
    f->forecast = reinterpret_cast<float*>(bytes + at.forecast);
    forget(*spec, f->columns.get());
    *forecaster = f;
    return TG_OK;
}

tg_session* tg_forecaster_session(tg_forecaster* forecaster) {
    return forecaster != nullptr ? forecaster->session.get() : nullptr;
}

tg_status tg_forecaster_push(tg_forecaster* forecaster, int64_t unix_seconds, const float* values) {
    if (forecaster == nullptr || values == nullptr) { return TG_NULL_ARGUMENT; }
    std::uint64_t skipped = 0;
    const tg_status refused = count_skipped(*forecaster, unix_seconds, skipped);
    if (refused != TG_OK) { return refused; }
    const tidegate::kernels::FloatMode mode;
    const std::int64_t step_seconds = forecaster->spec.get()->step_seconds();
    for (auto left = static_cast<std::int64_t>(skipped); left > 0; --left) {
        const tg_status status = take(*forecaster, unix_seconds - left * step_seconds, nullptr);
        if (status != TG_OK && !went_on(status)) { return status; }
    }
    return take(*forecaster, unix_seconds, values);
}

tg_status tg_forecaster_read(const tg_forecaster* forecaster, float* quantiles) {
    if (forecaster == nullptr || quantiles == nullptr) { return TG_NULL_ARGUMENT; }
    if (forecaster->started == 0) { return TG_NO_FORECAST; }
    const tidegate::kernels::FloatMode mode;
    const format::Forecast& spec = *forecaster->spec.get();
    const format::Column& target = *spec.columns()->Get(spec.target());
    const kernels::Kernels& kernels = static_cast<const core::Session*>(forecaster->session.get())->kernels();
    from_z(target, kernels, forecaster->forecast.get(), quantiles, static_cast<std::size_t>(values_of(spec)));
    const std::uint32_t count = spec.quantiles()->size();
    for (std::uint32_t step = 0; step < spec.horizon(); ++step) { insertion_sort(quantiles + step * count, count); }
    return TG_OK;
}

tg_status tg_forecaster_reset(tg_forecaster* forecaster) {
    if (forecaster == nullptr) { return TG_NULL_ARGUMENT; }
    const tg_status status = tg_reset(forecaster->session.get());
    if (status != TG_OK) { return status; }
    forget(*forecaster->spec.get(), forecaster->columns.get());
    forecaster->started = 0;
    return TG_OK;
}
