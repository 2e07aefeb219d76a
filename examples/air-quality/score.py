# SPDX-License-Identifier: MIT
"""Errors of forecasts and of the two naive ones, in the unit of the series."""
import numpy as np

from series import HORIZON, hold

SHOWN_HOURS = [1, 6, 12, 24]


def future(values):
    """[rows] -> [rows, horizon]: the next values, NaN where missing or past the end."""
    padded = np.concatenate([values, np.full(HORIZON, np.nan, values.dtype)])
    return np.lib.stride_tricks.sliding_window_view(padded, HORIZON)[1:].copy()


def last_value(values):
    """Naive: the last value seen, for all hours ahead."""
    held = hold(values, ~np.isnan(values))
    return np.repeat(held[:, None], HORIZON, axis=1)


def value_a_day_ago(values):
    """Seasonal naive: for t+h the value of t+h-24, or the last one seen before that."""
    held = np.concatenate([np.zeros(HORIZON - 1), hold(values, ~np.isnan(values))])
    return np.lib.stride_tricks.sliding_window_view(held, HORIZON)


def errors(point, truth):
    """[MAE, RMSE, MAE at each shown hour] over the targets that are known."""
    miss = point - truth
    by_hour = np.nanmean(np.abs(miss), axis=0)
    return [np.nanmean(np.abs(miss)), np.sqrt(np.nanmean(miss ** 2)),
            *(by_hour[hour - 1] for hour in SHOWN_HOURS)]


def coverage(low, high, truth):
    """The share of the known targets within [low, high]."""
    inside = (low <= truth) & (truth <= high)
    return inside.sum() / np.isfinite(truth).sum()


def report(name, values, forecast, begin):
    """Prints the table for every origin from row `begin` on that has a full horizon of rows."""
    origins = slice(begin, len(values) - HORIZON)
    truth = future(values)[origins]
    low, median, high = np.moveaxis(forecast[origins], 2, 0)
    print(f"{len(truth)} origins, {np.isfinite(truth).sum()} known targets")
    hours = "".join(f"{f'h={hour}':>8}" for hour in SHOWN_HOURS)
    print(f"model                MAE    RMSE{hours}    band")
    for label, point in (("last value", last_value(values)[origins]),
                         ("value a day ago", value_a_day_ago(values)[origins]), (name, median)):
        print(f"{label:16}" + "".join(f"{e:8.3f}" for e in errors(point, truth)), end="")
        print(f"{coverage(low, high, truth):8.4f}" if point is median else "")
