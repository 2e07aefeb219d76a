// SPDX-License-Identifier: MIT
#include "accuracy/series.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <new>

#include "accuracy/refuse.h"
#include "data/backtest.h"
#include "data/error.h"
#include "data/series.h"
#include "emit/aligned_file.h"
#include "graph/error.h"
#include "graph/text.h"
#include "lower/program.h"
#include "tidegate/forecast.h"

namespace tidegate {
namespace {

/// A forecaster with its own copies of file and arena.
class Forecasting {
public:
    Forecasting(const std::vector<std::uint8_t>& file, const std::string& csv)
        : file_(file),
          model_(opened(file_, file.size())),
          block_(model_, csv),
          series_(data::read_series(csv, block_)) {
        const std::size_t bytes = tg_forecaster_arena_size(&model_);
        arena_.resize(bytes / sizeof(Line) + 1);
        const tg_status status = tg_forecaster_start(&model_, arena_.data(), bytes, nullptr, &forecaster_);
        if (status != TG_OK) { throw data::DataError("the forecaster does not start: {}", tg_status_text(status)); }
    }

    const data::ForecastBlock& block() const { return block_; }
    const data::Series& series() const { return series_; }
    tg_session* session() const { return tg_forecaster_session(forecaster_); }

    void push(std::size_t row) {
        const tg_status status = tg_forecaster_push(forecaster_, series_.seconds[row], series_.row(row));
        if (status != TG_OK) { throw data::DataError("{}", data::refusal_text(series_, block_, row, status)); }
    }
    /// Steps between the row before and this one; 0 if the forecaster will refuse the row.
    std::int64_t skipped_before(std::size_t row) const {
        if (row == 0) { return 0; }
        const std::int64_t passed = series_.seconds[row] - series_.seconds[row - 1], step = block_.info.step_seconds;
        const std::int64_t skipped = passed > 0 && passed % step == 0 ? passed / step - 1 : 0;
        return skipped <= block_.info.max_gap_steps ? skipped : 0;
    }
    /// One of them: a sample without values is what the forecaster fills in itself.
    void push_skipped(std::size_t row, std::int64_t left) {
        const std::vector<float> nothing(series_.columns, std::numeric_limits<float>::quiet_NaN());
        const std::int64_t seconds = series_.seconds[row] - left * block_.info.step_seconds;
        const tg_status status = tg_forecaster_push(forecaster_, seconds, nothing.data());
        if (status != TG_OK) {
            throw data::DataError("the gap before {}", data::refusal_text(series_, block_, row, status));
        }
    }
    void read(float* quantiles) const {
        const tg_status status = tg_forecaster_read(forecaster_, quantiles);
        if (status != TG_OK) { throw data::DataError("no forecast: {}", tg_status_text(status)); }
    }

private:
    struct alignas(TG_ALIGNMENT) Line {
        unsigned char bytes[TG_ALIGNMENT];
    };

    static tg_model opened(const AlignedFile& file, std::size_t size) {
        tg_model model;
        const tg_status status = tg_open(file.data(), size, &model);
        if (status != TG_OK) { throw data::DataError("the file does not open: {}", tg_status_text(status)); }
        return model;
    }

    AlignedFile file_;
    tg_model model_;
    data::ForecastBlock block_;
    data::Series series_;
    std::vector<Line> arena_;
    tg_forecaster* forecaster_ = nullptr;
};

/// What the last run was given.
std::vector<Tensor> inputs_of(tg_session* session, std::size_t count) {
    std::vector<Tensor> inputs;
    for (std::size_t i = 0; i < count; ++i) {
        tg_tensor port{};
        tg_input(session, i, &port);
        Tensor tensor = Tensor::zeros(ElementType::f32, Dims(port.dims, port.dims + port.rank));
        for (std::size_t e = 0; e < tensor.reals.size(); ++e) {
            tensor.reals[e] = static_cast<double>(static_cast<const float*>(port.data)[e]);
        }
        inputs.push_back(std::move(tensor));
    }
    return inputs;
}

}  // namespace

Runs series_runs(const Conversion& conversion, const std::string& csv) {
    try {
        Forecasting forecasting(conversion.file, csv);
        const data::Series& series = forecasting.series();
        Runs runs;
        const auto keep = [&](std::size_t row) {
            runs.inputs.push_back(inputs_of(forecasting.session(), conversion.program->inputs.size()));
            runs.lines.push_back(series.lines[row]);
        };
        for (std::size_t row = 0; row < series.rows(); ++row) {
            for (std::int64_t left = forecasting.skipped_before(row); left > 0; --left) {
                forecasting.push_skipped(row, left);
                keep(row);
            }
            forecasting.push(row);
            keep(row);
        }
        if (series.unknown_categories > 0) {
            runs.note = fmt::format("{}; counted as missing, {} such values in all", series.first_unknown,
                                    series.unknown_categories);
        }
        return runs;
    } catch (const data::DataError& error) { refuse_data(csv, error.what()); }
}

ForecastErrors forecast_errors(const std::vector<std::uint8_t>& file, const std::string& csv) {
    try {
        Forecasting forecasting(file, csv);
        data::Forecasts forecasts;
        const std::size_t size = forecasting.block().forecast_size();
        for (std::size_t row = 0; row < forecasting.series().rows(); ++row) {
            forecasting.push(row);
            forecasts.rows.push_back(row);
            forecasts.values.resize(forecasts.values.size() + size);
            forecasting.read(forecasts.values.data() + row * size);
        }
        const data::Report report = data::score(forecasting.series(), forecasting.block(), forecasts);
        return {report.model.mae, report.targets};
    } catch (const data::DataError& error) { refuse_data(csv, error.what()); }
}

}  // namespace tidegate
