// SPDX-License-Identifier: MIT
// tidegate forecast: streams a CSV file through the model, forecasts after its last row or, as a backtest, at every
// sample of a time in the past.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>

#include "commands.h"
#include "data/backtest.h"
#include "data/files.h"
#include "data/series.h"
#include "data/times.h"
#include "error.h"
#include "forecast_plot.h"
#include "kernel_choice.h"
#include "model_file.h"
#include "terminal/progress.h"

namespace tidegate::command {
namespace {

/// Origins from `from`, before `to`.
struct Window {
    std::int64_t from;
    std::int64_t to;
};

Window parse_window(const std::string& text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string::npos) {
        throw CommandError("--backtest {}: write FROM..TO, such as 2014-01-01..2015-01-01", text);
    }
    const std::optional<std::int64_t> from = data::parse_time(std::string_view(text).substr(0, dots));
    const std::optional<std::int64_t> to = data::parse_time(std::string_view(text).substr(dots + 2));
    if (!from || !to) {
        throw CommandError("--backtest {}: a time is not ISO 8601, such as 2014-01-01 or 2014-01-01T06:00", text);
    }
    if (*from >= *to) { throw CommandError("--backtest {}: TO is not after FROM", text); }
    return {*from, *to};
}

using Clock = std::chrono::steady_clock;

double nanoseconds(Clock::duration time) { return std::chrono::duration<double, std::nano>(time).count(); }

/// What took how long, the middle of several: other programs on the machine disturb some of them.
double median(std::vector<double>& times) {
    if (times.empty()) { return 0; }
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

/// Rows that are timed at once: reading the clock takes as long as a part of a step.
constexpr std::size_t kBatch = 64;

/// Pushes every row; reads and keeps the forecasts of the origins.
data::Forecasts stream(tg_forecaster* forecaster, const data::ForecastBlock& block, const data::Series& series,
                       const Window& window, const std::string& path) {
    data::Forecasts forecasts;
    std::vector<double> pushes, readings;  // ns
    terminal::Progress progress("streaming", series.rows());
    Clock::time_point start = Clock::now();
    for (std::size_t row = 0; row < series.rows(); ++row) {
        const tg_status status = tg_forecaster_push(forecaster, series.seconds[row], series.row(row));
        if (status != TG_OK) { throw CommandError("{} {}", path, data::refusal_text(series, block, row, status)); }
        const std::size_t batch = row % kBatch + 1;
        if (batch == kBatch || row + 1 == series.rows()) {
            pushes.push_back(nanoseconds(Clock::now() - start) / static_cast<double>(batch));
            start = Clock::now();
        }
        progress.at(row);
        if (series.seconds[row] < window.from || series.seconds[row] >= window.to) { continue; }
        const Clock::time_point asked = Clock::now();
        forecasts.rows.push_back(row);
        forecasts.values.resize(forecasts.rows.size() * block.forecast_size());
        float* const latest = forecasts.values.data() + forecasts.values.size() - block.forecast_size();
        require(tg_forecaster_read(forecaster, latest), path);
        const Clock::duration reading = Clock::now() - asked;
        readings.push_back(nanoseconds(reading));
        start += reading;
    }
    forecasts.push_ns = median(pushes);
    forecasts.read_ns = median(readings);
    return forecasts;
}

void note_unknown(const data::Series& series) {
    if (series.unknown_categories == 0) { return; }
    fmt::print(stderr, "tidegate: note: {}; counted as missing, {} such values in all\n", series.first_unknown,
               series.unknown_categories);
}

void write_forecasts(const std::string& path, const data::ForecastBlock& block, const data::Series& series,
                     const data::Forecasts& forecasts) {
    fmt::memory_buffer csv;
    const auto out = fmt::appender(csv);
    fmt::format_to(out, "origin,timestamp,step");
    for (const float q : block.quantiles) { fmt::format_to(out, ",q{:g}", q); }
    fmt::format_to(out, "\n");
    const float* value = forecasts.values.data();
    for (const std::size_t row : forecasts.rows) {
        const std::int64_t origin = series.seconds[row];
        const std::string origin_text = data::time_text(origin);
        for (std::uint32_t step = 1; step <= block.info.horizon; ++step) {
            fmt::format_to(out, "{},{},{}", origin_text,
                           data::time_text(origin + std::int64_t{step} * block.info.step_seconds), step);
            for (std::uint32_t q = 0; q < block.info.quantiles; ++q) { fmt::format_to(out, ",{}", *value++); }
            fmt::format_to(out, "\n");
        }
    }
    data::write_file(path, {csv.data(), csv.size()});
}

void print_forecast(const data::ForecastBlock& block, const data::Series& series, const data::Forecasts& forecasts) {
    const std::int64_t origin = series.seconds.back();
    fmt::print("{} after {}, {} steps of {}\n\n", block.target(), data::time_text(origin), block.info.horizon,
               data::duration_text(block.info.step_seconds));
    fmt::print("{:19}  {:>4}", "time", "step");
    for (const float q : block.quantiles) { fmt::print("  {:>9}", fmt::format("q{:g}", q)); }
    fmt::print("\n");
    const float* value = forecasts.values.data();
    for (std::uint32_t step = 1; step <= block.info.horizon; ++step) {
        fmt::print("{:19}  {:>4}", data::time_text(origin + std::int64_t{step} * block.info.step_seconds), step);
        for (std::uint32_t q = 0; q < block.info.quantiles; ++q) { fmt::print("  {:>9.5g}", *value++); }
        fmt::print("\n");
    }
}

void print_errors(const std::string& name, const data::Errors& errors, const std::string& band) {
    fmt::print("{:18}{:9.2f}{:9.2f}", name, errors.mae, errors.rmse);
    for (const double error : errors.mae_at) { fmt::print("{:9.2f}", error); }
    fmt::print("{}{}\n", band.empty() ? "" : "   ", band);
}

void print_report(const std::string& name, const data::ForecastBlock& block, const data::Report& report) {
    fmt::print("{}, {} steps of {} ahead: {} origins from {} to {}, {} targets\n\n", block.target(), block.info.horizon,
               data::duration_text(block.info.step_seconds), report.origins, data::time_text(report.first),
               data::time_text(report.last), report.targets);
    fmt::print("{:18}{:>9}{:>9}", "", "MAE", "RMSE");
    for (const std::uint32_t step : report.steps) {
        fmt::print("{:>9}", "+" + data::duration_text(std::int64_t{step} * block.info.step_seconds));
    }
    if (report.coverage) {
        fmt::print("   in {:g}-{:g} %", block.quantiles.front() * 100, block.quantiles.back() * 100);
    }
    fmt::print("\n");
    print_errors("last value", report.last_value, "");
    if (report.day_ago) { print_errors("value a day ago", *report.day_ago, ""); }
    print_errors(name, report.model, report.coverage ? fmt::format("{:.1f} %", *report.coverage * 100) : "");
}

}  // namespace

void forecast(const ForecastOptions& options) {
    constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
    const ModelFile file(options.model);
    const data::ForecastBlock block(file.model(), options.model);
    const tg_kernel_table* kernels = find_kernels(options.kernels);
    const bool backtest = !options.backtest.empty();
    const std::optional<Window> asked = backtest ? std::optional(parse_window(options.backtest)) : std::nullopt;
    const data::Series series = data::read_series(options.data, block);
    note_unknown(series);
    const Window window = asked.value_or(Window{series.seconds.back(), kForever});

    const std::size_t needed = tg_forecaster_arena_size(&file.model());
    const Arena arena(options.arena, needed);
    tg_forecaster* forecaster = nullptr;
    require_start(tg_forecaster_start(&file.model(), arena.data(), arena.size(), kernels, &forecaster), options.model,
                  arena.size(), needed);
    const data::Forecasts forecasts = stream(forecaster, block, series, window, options.data);
    const std::string name = std::filesystem::path(options.model).stem().string();

    if (backtest) {
        print_report(name, block, data::score(series, block, forecasts));
    } else {
        print_forecast(block, series, forecasts);
    }
    fmt::print("\n{:.2f} us per sample, {:.2f} us per forecast (medians), arena {} bytes, file {} bytes, kernels {}\n",
               forecasts.push_ns / 1000, forecasts.read_ns / 1000, arena.size(), file.size(),
               tg_kernels(tg_forecaster_session(forecaster)));
    if (!options.out.empty()) { write_forecasts(options.out, block, series, forecasts); }
    if (!options.plot.empty()) {
        data::write_file(options.plot, draw(backtest ? backtest_plot(name, block, series, forecasts)
                                                     : latest_plot(name, block, series, forecasts)));
    }
}

}  // namespace tidegate::command
