# SPDX-License-Identifier: MIT
"""From the rows of the CSV file to the channels of the model, as the forecast spec says."""
import csv
import datetime

import numpy as np

HORIZON = 24
QUANTILES = [0.1, 0.5, 0.9]
TARGET = "pm2.5"
LOGARITHMIC = [TARGET, "Iws"]
NUMBERS = [TARGET, "DEWP", "TEMP", "PRES", "Iws", "Ir", "Is"]
WINDS = ["NE", "NW", "SE", "cv"]
DAY_SECONDS, YEAR_SECONDS = 86400, 31556952
MISSING = ("", "NA")


class Series:
    """Columns by name (numbers as float64 with NaN where missing), seconds[rows] since 1970."""

    def __init__(self, path):
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        self.seconds = np.array([seconds_of(row) for row in rows])
        self.columns = {name: np.array([number(row[name]) for row in rows]) for name in NUMBERS}
        self.columns["cbwd"] = np.array([row["cbwd"] for row in rows])

    def __len__(self):
        return len(self.seconds)


def seconds_of(row):
    """The file's times are local and without a zone; they are counted as if they were UTC."""
    time = datetime.datetime(*(int(row[name]) for name in ("year", "month", "day", "hour")),
                             tzinfo=datetime.timezone.utc)
    return int(time.timestamp())


def number(text):
    return np.nan if text in MISSING else float(text)


def hold(values, known):
    """Each value, or the last known one before it; where there is none yet, a zero."""
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    return np.where(last >= 0, values[last], np.zeros(1, values.dtype))


def fit_spec(series, rows):
    """The forecast spec, its offsets and scales taken from the first `rows` rows."""
    columns = [fit_column(name, series.columns[name][:rows]) for name in NUMBERS]
    first, *others = NUMBERS
    features = [{"value": first}, {"observed": first}] + [{"value": name} for name in others]
    features += [{"category": "cbwd", "is": wind} for wind in WINDS]
    for period in (DAY_SECONDS, YEAR_SECONDS):
        features += [{"sin": period}, {"cos": period}]
    return {
        "time": {"columns": ["year", "month", "day", "hour"], "step_seconds": 3600},
        "columns": columns + [{"name": "cbwd", "categories": WINDS}],
        "features": features,
        "target": TARGET, "horizon": HORIZON, "quantiles": QUANTILES,
        "input": "x", "output": "forecast", "missing": "hold", "max_gap_steps": 168,
    }


def fit_column(name, values):
    """Mean and standard deviation of the known, transformed values, in nine digits."""
    column = {"name": name, "transform": "log1p" if name in LOGARITHMIC else "affine"}
    known = transform(column, values[~np.isnan(values)])
    column["offset"] = float(f"{known.mean():.9g}")
    column["scale"] = float(f"{known.std():.9g}")
    return column


def transform(column, values):
    return np.log1p(values) if column["transform"] == "log1p" else values


def to_z(column, values):
    return (transform(column, values) - column["offset"]) / column["scale"]


def from_z(column, z):
    values = np.asarray(z, np.float64) * column["scale"] + column["offset"]
    return np.expm1(values) if column["transform"] == "log1p" else values


def channels(series, spec):
    """[rows, features] as float32: computed in double precision, rounded once."""
    columns = {column["name"]: column for column in spec["columns"]}
    made = [channel(series, columns, feature) for feature in spec["features"]]
    return np.stack(made, axis=1).astype(np.float32)


def channel(series, columns, feature):
    if "value" in feature:
        z = to_z(columns[feature["value"]], series.columns[feature["value"]])
        return hold(z, ~np.isnan(z))
    if "observed" in feature:
        return ~np.isnan(series.columns[feature["observed"]]) * 1.0
    if "category" in feature:
        names = series.columns[feature["category"]]
        known = np.isin(names, columns[feature["category"]]["categories"])
        return (hold(names, known) == feature["is"]) * 1.0
    (wave, period), = feature.items()
    return {"sin": np.sin, "cos": np.cos}[wave](2 * np.pi * (series.seconds % period / period))
