# SPDX-License-Identifier: MIT
"""Trains the PM2.5 forecaster, exports it as a model of one hour, and measures it on 2014.

Writes into --out: air-quality.onnx (the step model; air-quality-gru.onnx for --cell gru),
air-quality.json (the forecast spec) and reference.csv (forecasts to compare a runtime with).
Needs numpy and PyTorch 1.13 or newer; newer versions also want the package `onnx`.
"""
import argparse
import inspect
import json
import pathlib
import warnings

import numpy as np
import torch
from torch import nn

import score
from series import HORIZON, QUANTILES, TARGET, Series, channels, fit_spec, from_z, to_z

HERE = pathlib.Path(__file__).resolve().parent
UNITS = 32
WINDOW, WARM_UP = 144, 24           # hours of a training window, of which these have no loss
BATCH, STEPS, CHECK_EVERY = 64, 600, 25
RUN_IN = 500                        # hours before the validation rows that only warm the state
REFERENCE_START, REFERENCE_ORIGINS = np.datetime64("2014-06-03"), 200  # with gaps


class Forecaster(nn.Module):
    """z[t+1 .. t+24] in three quantiles = W dropout(cell(x[t])) + b + z[t]."""

    def __init__(self, cell, inputs):
        super().__init__()
        self.cell = {"lstm": nn.LSTM, "gru": nn.GRU}[cell](inputs, UNITS)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(UNITS, HORIZON * len(QUANTILES))

    def forward(self, x):
        """x [hours, batch, channels] -> forecast [hours, batch, horizon, quantiles]."""
        y, _ = self.cell(x)
        change = self.head(self.dropout(y)).unflatten(2, (HORIZON, len(QUANTILES)))
        return change + x[:, :, :1].unsqueeze(3)


class StepModel(nn.Module):
    """One hour of a Forecaster, with the state as inputs and outputs."""

    def __init__(self, forecaster):
        super().__init__()
        self.cell, self.head = forecaster.cell, forecaster.head

    def forward(self, x, h, c=None):
        y, state = self.cell(x, h if c is None else (h, c))
        forecast = self.head(y).reshape(HORIZON, len(QUANTILES)) + x[0, :, :1]
        return (forecast, state) if c is None else (forecast, *state)


def pinball(forecast, truth):
    """Mean quantile loss over the known (finite) truths [..., horizon]."""
    known = torch.isfinite(truth)
    miss = torch.where(known, truth, torch.zeros_like(truth)).unsqueeze(-1) - forecast
    q = torch.tensor(QUANTILES)
    loss = torch.maximum(q * miss, (q - 1) * miss).mean(-1)
    return (loss * known).sum() / known.sum()


def valid_loss(model, x, truth, begin, end):
    """Loss of the origins from row `begin` on whose horizon ends before row `end`."""
    model.eval()
    with torch.no_grad():
        forecast = model(x[begin - RUN_IN:end - HORIZON].unsqueeze(1))[RUN_IN:, 0]
    model.train()
    return pinball(forecast, truth[begin:end - HORIZON]).item()


def train(model, x, truth, train_end, valid_end, seed):
    """x [rows, channels], truth [rows, horizon]: leaves the model at its best validation loss."""
    rng = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=6e-3, total_steps=STEPS)
    hours = np.arange(WINDOW)[:, None]
    best, best_loss = None, float("inf")
    for step in range(1, STEPS + 1):
        rows = rng.integers(0, train_end - WINDOW - HORIZON + 1, BATCH) + hours
        loss = pinball(model(x[rows])[WARM_UP:], truth[rows[WARM_UP:]])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % CHECK_EVERY == 0:
            valid = valid_loss(model, x, truth, train_end, valid_end)
            print(f"step {step:5}  train {loss.item():.4f}  validation {valid:.4f}", flush=True)
            if valid < best_loss:
                best_loss = valid
                best = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(best)
    model.eval()


def export(model, cell, inputs, path):
    names = ["h", "c"] if cell == "lstm" else ["h"]
    example = (torch.zeros(1, 1, inputs), *(torch.zeros(1, 1, UNITS) for _ in names))
    options = {"opset_version": 13, "input_names": ["x", *names],
               "output_names": ["forecast", *(name + "_out" for name in names)]}
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        options["dynamo"] = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of batches other than 1 and of shapes that stay correct
        torch.onnx.export(StepModel(model).eval(), example, str(path), **options)


def write_spec(path, spec):
    """JSON with a line for each entry, each column and each feature."""
    entries = []
    for key, value in spec.items():
        text = json.dumps(value)
        if isinstance(value, list) and isinstance(value[0], dict):
            text = "[\n    " + ",\n    ".join(json.dumps(item) for item in value) + "\n  ]"
        entries.append(f"  {json.dumps(key)}: {text}")
    path.write_text("{\n" + ",\n".join(entries) + "\n}\n")


def write_reference(path, series, forecast):
    """Quantiles in the unit of the series for consecutive origins, a line for each hour ahead."""
    times = series.seconds.astype("datetime64[s]")
    first = int(np.searchsorted(times, REFERENCE_START))
    with open(path, "w") as file:
        print("origin,step," + ",".join(f"q{q}" for q in QUANTILES), file=file)
        for row in range(first, first + REFERENCE_ORIGINS):
            for step, values in enumerate(forecast[row], 1):
                print(f"{times[row]},{step}," + ",".join(f"{v:.7g}" for v in values), file=file)


def parse_options():
    parser = argparse.ArgumentParser(description="train, export and measure the PM2.5 forecaster")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cell", choices=["lstm", "gru"], default="lstm")
    parser.add_argument("--out", type=pathlib.Path, default=HERE, help="folder of what is written")
    return parser.parse_args()


def main():
    options = parse_options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    series = Series(HERE / "beijing_pm25_2010_2014_hourly.csv")
    train_end, valid_end = len(series) * 7 // 10, len(series) * 8 // 10
    spec = fit_spec(series, train_end)
    target = next(column for column in spec["columns"] if column["name"] == TARGET)
    values = series.columns[TARGET]
    x = torch.from_numpy(channels(series, spec))
    truth = torch.from_numpy(score.future(to_z(target, values)).astype(np.float32))

    model = Forecaster(options.cell, x.shape[1])
    train(model, x, truth, train_end, valid_end, options.seed)
    with torch.no_grad():
        z = model(x.unsqueeze(1))[:, 0].sort(dim=-1).values.numpy()
    forecast = from_z(target, z)

    suffix = "" if options.cell == "lstm" else "-gru"
    options.out.mkdir(parents=True, exist_ok=True)
    export(model, options.cell, x.shape[1], options.out / f"air-quality{suffix}.onnx")
    write_spec(options.out / "air-quality.json", spec)
    write_reference(options.out / f"reference{suffix}.csv", series, forecast)
    print(sum(p.numel() for p in model.parameters()), "parameters")
    score.report(f"{options.cell}, 32 units", values, forecast, valid_end)


if __name__ == "__main__":
    main()
