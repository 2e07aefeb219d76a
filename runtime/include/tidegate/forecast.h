/* SPDX-License-Identifier: MIT
 *
 * Forecasting on top of a session: samples as they come in, quantiles of the next hours out, in the sensor's units.
 * What of a forecaster is not in the graph (scaling, gaps, categories, calendar) is described by the model's forecast
 * block and done here.
 *
 *     tg_forecaster *f;
 *     tg_forecaster_start(&model, arena, tg_forecaster_arena_size(&model), NULL, &f);
 *     tg_forecaster_push(f, 1393632000, values);     // NaN is a missing value
 *     tg_forecaster_read(f, quantiles);              // [horizon][quantiles]
 */
#ifndef TIDEGATE_FORECAST_H
#define TIDEGATE_FORECAST_H

#include "tidegate/tidegate.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tg_forecaster tg_forecaster;

typedef struct tg_forecast_info {
    uint32_t columns; /**< values of one sample */
    uint32_t target;  /**< the column that is forecast */
    uint32_t horizon; /**< steps ahead */
    uint32_t quantiles;
    uint32_t time_columns; /**< how a table names the time: 1 (ISO 8601) or year, month, day, hour[, minute] */
    uint32_t step_seconds;
    uint32_t max_gap_steps; /**< longest run of skipped samples that push() fills */
} tg_forecast_info;

/** TG_NO_FORECAST if the model has no forecast block. */
TG_API tg_status tg_forecast_describe(const tg_model* model, tg_forecast_info* info);
/** Names in the order of the sample's values; null past the end. */
TG_API const char* tg_forecast_column(const tg_model* model, uint32_t column);
TG_API const char* tg_forecast_time_column(const tg_model* model, uint32_t index);
/** The name of value `category` of a categorical column; null past the end or for a numeric column. */
TG_API const char* tg_forecast_category(const tg_model* model, uint32_t column, uint32_t category);
/** The level of quantile `index`, such as 0.1; NaN past the end. */
TG_API float tg_forecast_quantile(const tg_model* model, uint32_t index);

/** Bytes for the forecaster and its session together; 0 without a forecast block. */
TG_API size_t tg_forecaster_arena_size(const tg_model* model);
TG_API tg_status tg_forecaster_start(const tg_model* model, void* arena, size_t arena_bytes,
                                     const tg_kernel_table* kernels, tg_forecaster** forecaster);
/** The session inside, for example to read its kernels. */
TG_API tg_session* tg_forecaster_session(tg_forecaster* forecaster);

/**
 * Takes the sample of `unix_seconds`: one value per column (a category is its index; NaN or an infinite value is
 * missing, the last one is held). Skipped steps are run as missing ones first. On an error nothing has changed, except
 * that TG_STATE_NOT_FINITE leaves the steps already taken.
 */
TG_API tg_status tg_forecaster_push(tg_forecaster* forecaster, int64_t unix_seconds, const float* values);

/**
 * The forecast after the last sample: `quantiles` gets [horizon][quantiles] values in the target's unit, step 0 being
 * one step after the last sample. Quantiles that cross are sorted (Chernozhukov et al., Econometrica 78, 2010).
 * Changes nothing: it may be called at any time, any number of times.
 */
TG_API tg_status tg_forecaster_read(const tg_forecaster* forecaster, float* quantiles);

/** Back to the state before the first sample. */
TG_API tg_status tg_forecaster_reset(tg_forecaster* forecaster);

#ifdef __cplusplus
}
#endif
#endif
