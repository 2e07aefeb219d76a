#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes recurrent.txt, the golden data of reference_recurrent.cpp.

The values are made here in numpy (float64), from the equations of ONNX's Operators.md, whole batches at a time and with
masks for sequence_lens: another way round than the reference. ONNX Runtime confirms every case (float32, within
CONFIRMED), with its deviations from the text allowed for:
  - it does not apply clip to C before h (LSTM): it must agree with the same equations without that clip, and must not
    agree with the values written;
  - it has no layout = 1 on the CPU: the twin with layout = 0 is run, the values written are transposed;
  - its default alpha and beta of ThresholdedRelu, ScaledTanh and Affine are 0: every parameter is written out here.

Inputs are not stored: both sides draw them from the same generator, numbers(seed, count).

    pip install numpy onnx onnxruntime
    python3 make_golden.py > recurrent.txt
"""
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

CONFIRMED = 3e-6  # largest |numpy - ONNX Runtime| / max(1, largest |numpy|)
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
FUNCTIONS = {"RNN": ["Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"]}
HAS_ALPHA = {"Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu"}
HAS_BETA = {"Affine", "ScaledTanh", "HardSigmoid"}


def numbers(seed, count, scale):
    """Multiples of 2^-23 in [-scale, scale), exact in float32: Numerical Recipes' 32-bit congruential generator."""
    out, state = np.empty(count), seed & 0xFFFFFFFF
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = ((state >> 8) / 2.0**23 - 1.0) * scale
    return out


def function(name, alpha, beta):
    return {
        "Relu": lambda x: np.maximum(x, 0),
        "Tanh": np.tanh,
        "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "Affine": lambda x: alpha * x + beta,
        "LeakyRelu": lambda x: np.where(x >= 0, x, alpha * x),
        "ThresholdedRelu": lambda x: np.where(x > alpha, x, 0),
        "ScaledTanh": lambda x: alpha * np.tanh(beta * x),
        "HardSigmoid": lambda x: np.clip(alpha * x + beta, 0, 1),
        "Elu": lambda x: np.where(x >= 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1)),
        "Softsign": lambda x: x / (1 + np.abs(x)),
        "Softplus": lambda x: np.log(1 + np.exp(x)),
    }[name]


class Case:
    """One node. functions: (name, alpha, beta), of all directions; lens: None or a list; has: the optional inputs."""

    def __init__(self, name, op, seed, time=5, batch=2, features=3, hidden=7, direction="forward", functions=None,
                 clip=0.0, lbr=0, input_forget=0, layout=0, lens=None, has="B h0 c0"):
        self.name, self.op, self.seed = name, op, seed
        self.time, self.batch, self.features, self.hidden = time, batch, features, hidden
        self.direction, self.clip, self.lbr, self.input_forget = direction, clip, lbr, input_forget
        self.layout, self.lens = layout, lens
        self.clip_cell = True  # as the text says
        self.directions = 2 if direction == "bidirectional" else 1
        self.functions = functions or [(f, 0.0, 0.0) for f in FUNCTIONS[op] * self.directions]
        self.has = set(has.split())
        if op != "LSTM":
            self.has -= {"c0", "P"}

    def draw(self):
        """The inputs, in layout 0."""
        d, rows, h = self.directions, GATES[self.op] * self.hidden, self.hidden
        shapes = {"X": (self.time, self.batch, self.features), "W": (d, rows, self.features), "R": (d, rows, h),
                  "B": (d, 2 * rows), "h0": (d, self.batch, h), "c0": (d, self.batch, h), "P": (d, 3 * h)}
        data = {}
        for k, (key, shape) in enumerate(shapes.items()):
            if key in self.has or key in "XWR":
                scale = 2.0 if key == "X" else 0.5 if key == "R" else 1.0
                data[key] = numbers(self.seed * 8 + k, int(np.prod(shape)), scale).reshape(shape)
        return data

    def evaluate(self):
        """Y [S, D, B, H], Y_h, Y_c [D, B, H] in float64."""
        data, lens = self.draw(), np.array(self.lens or [self.time] * self.batch)
        per = len(FUNCTIONS[self.op])
        ys, hs, cs = [], [], []
        for d in range(self.directions):
            backward = self.direction == "reverse" or d == 1
            weights = {k: v[d] for k, v in data.items() if k != "X"}
            f = [function(*t) for t in self.functions[d * per:(d + 1) * per]]
            x = reversed_by(data["X"], lens) if backward else data["X"]
            y, h, c = self.sequence(x, lens, weights, f)
            ys.append(reversed_by(y, lens) if backward else y)
            hs.append(h)
            cs.append(c)
        return np.stack(ys, 1), np.stack(hs), np.stack(cs)

    def sequence(self, x, lens, weights, f):
        zeros = np.zeros((self.batch, self.hidden))
        h, c, ys = weights.get("h0", zeros), weights.get("c0", zeros), []
        step = {"RNN": self.rnn, "LSTM": self.lstm, "GRU": self.gru}[self.op]
        for t in range(self.time):
            valid = (t < lens)[:, None]
            h_new, c_new = step(x[t], h, c, weights, f)
            h, c = np.where(valid, h_new, h), np.where(valid, c_new, c)
            ys.append(np.where(valid, h, 0))
        some = (lens > 0)[:, None]
        return np.stack(ys), np.where(some, h, 0), np.where(some, c, 0)

    def biases(self, weights):
        rows = GATES[self.op] * self.hidden
        b = weights.get("B", np.zeros(2 * rows))
        return b[:rows], b[rows:]

    def clipped(self, x):
        return np.clip(x, -self.clip, self.clip) if self.clip > 0 else x

    def rnn(self, x, h, c, weights, f):
        wb, rb = self.biases(weights)
        return f[0](self.clipped(x @ weights["W"].T + h @ weights["R"].T + wb + rb)), c

    def lstm(self, x, h, c, weights, f):
        wb, rb = self.biases(weights)
        i, o, fg, g = np.split(x @ weights["W"].T + h @ weights["R"].T + wb + rb, 4, axis=1)
        pi, po, pf = np.split(weights.get("P", np.zeros(3 * self.hidden)), 3)
        i = f[0](self.clipped(i + pi * c))
        fg = 1 - i if self.input_forget else f[0](self.clipped(fg + pf * c))
        c = fg * c + i * f[1](self.clipped(g))
        o = f[0](self.clipped(o + po * c))
        return o * f[2](self.clipped(c) if self.clip_cell else c), c

    def gru(self, x, h, c, weights, f):
        wb, rb = self.biases(weights)
        n = self.hidden
        w, r = weights["W"], weights["R"]
        z = f[0](self.clipped(x @ w[:n].T + h @ r[:n].T + wb[:n] + rb[:n]))
        s = f[0](self.clipped(x @ w[n:2 * n].T + h @ r[n:2 * n].T + wb[n:2 * n] + rb[n:2 * n]))
        wide, rec = x @ w[2 * n:].T + wb[2 * n:], r[2 * n:]
        inner = s * (h @ rec.T + rb[2 * n:]) if self.lbr else (s * h) @ rec.T + rb[2 * n:]
        return (1 - z) * f[1](self.clipped(wide + inner)) + z * h, c

    def confirm(self, expected):
        """Largest error of ONNX Runtime's outputs, in layout 0."""
        data = self.draw()
        order = ["X", "W", "R", "B", "lens", "h0"] + (["c0", "P"] if self.op == "LSTM" else [])
        feed = {k: v.astype(np.float32) for k, v in data.items()}
        if self.lens is not None:
            feed["lens"] = np.array(self.lens, np.int32)
        names = [f for f, _, _ in self.functions]
        attributes = {"hidden_size": self.hidden, "direction": self.direction, "activations": names}
        alphas = [a for f, a, _ in self.functions if f in HAS_ALPHA]
        betas = [b for f, _, b in self.functions if f in HAS_BETA]
        attributes |= {"activation_alpha": alphas} if alphas else {}
        attributes |= {"activation_beta": betas} if betas else {}
        attributes |= {"clip": self.clip} if self.clip > 0 else {}
        attributes |= {"linear_before_reset": self.lbr} if self.op == "GRU" else {}
        attributes |= {"input_forget": self.input_forget} if self.op == "LSTM" else {}
        outputs = ["Y", "Y_h"] + (["Y_c"] if self.op == "LSTM" else [])
        node = helper.make_node(self.op, [k if k in feed else "" for k in order], outputs, **attributes)
        graph = helper.make_graph(
            [node], "g",
            [helper.make_tensor_value_info(k, TensorProto.INT32 if k == "lens" else TensorProto.FLOAT, v.shape)
             for k, v in feed.items()],
            [helper.make_tensor_value_info(k, TensorProto.FLOAT, None) for k in outputs])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
        session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        got = session.run(outputs, feed)
        return max(np.max(np.abs(a - b)) / max(1, np.max(np.abs(b))) for a, b in zip(got, expected))

    def write(self, out):
        y, h, c = self.evaluate()
        if self.op == "LSTM" and self.clip > 0:
            assert self.confirm([y, h, c]) > 1e-3, f"{self.name}: the clip of C does not matter here"
            self.clip_cell = False
        error = self.confirm(self.evaluate())
        assert error <= CONFIRMED, f"{self.name}: ONNX Runtime differs by {error:.1e}"
        print(f"case {self.name}", file=out)
        print(f"op {self.op} {self.direction} seed {self.seed} time {self.time} batch {self.batch} "
              f"features {self.features} hidden {self.hidden} clip {self.clip:.9g} lbr {self.lbr} "
              f"input_forget {self.input_forget} layout {self.layout}", file=out)
        print("functions", *(f"{n} {a:.9g} {b:.9g}" for n, a, b in self.functions), file=out)
        print("has", *sorted(self.has | ({"lens"} if self.lens else set())), file=out)
        if self.lens:
            print("lens", *self.lens, file=out)
        if self.layout == 1:
            y, h, c = y.transpose(2, 0, 1, 3), h.transpose(1, 0, 2), c.transpose(1, 0, 2)
        for key, value in zip(["Y", "Y_h", "Y_c"], [y, h, c]):
            if key != "Y_c" or self.op == "LSTM":
                print(key, *value.shape, file=out)
                for row in value.reshape(-1, self.hidden):
                    print(" ".join(f"{v:.12g}" for v in row), file=out)


def reversed_by(x, lens):
    """x [S, B, ...] with the first lens[b] steps of row b in reverse order."""
    y = x.copy()
    for b, n in enumerate(lens):
        y[:n, b] = x[:n, b][::-1]
    return y


def cases():
    kinds = [("Relu", 0, 0), ("Tanh", 0, 0), ("Sigmoid", 0, 0), ("Affine", 0.75, 0.125), ("LeakyRelu", 0.375, 0),
             ("ThresholdedRelu", 0.25, 0), ("ScaledTanh", 1.5, 0.75), ("HardSigmoid", 0.375, 0.4375),
             ("Elu", 1.25, 0), ("Softsign", 0, 0), ("Softplus", 0, 0)]
    sigmoid, tanh = ("Sigmoid", 0, 0), ("Tanh", 0, 0)
    seed = iter(range(1, 1000))
    for kind in kinds:
        yield Case(f"rnn {kind[0]}", "RNN", next(seed), hidden=5, functions=[kind])
        yield Case(f"lstm {kind[0]}", "LSTM", next(seed), hidden=3, features=2, functions=[sigmoid, kind, kind])
        yield Case(f"lstm gates {kind[0]}", "LSTM", next(seed), hidden=3, features=2, functions=[kind, tanh, tanh])
        yield Case(f"gru {kind[0]}", "GRU", next(seed), hidden=3, features=2, functions=[kind, kind], lbr=1)
    lens = {"time": 6, "batch": 3, "lens": [4, 0, 6]}
    for op in ["RNN", "LSTM", "GRU"]:
        low = op.lower()
        for direction in ["forward", "reverse", "bidirectional"]:
            for lbr in [0, 1] if op == "GRU" else [0]:
                tail = f"{direction} lbr {lbr}" if op == "GRU" else direction
                common = {"direction": direction, "lbr": lbr}
                yield Case(f"{low} {tail}", op, next(seed), **common)
                yield Case(f"{low} {tail} lengths", op, next(seed), **common, **lens)
                yield Case(f"{low} {tail} clip layout", op, next(seed), **common, hidden=5, batch=3, clip=0.25,
                           layout=1)
                yield Case(f"{low} {tail} bare", op, next(seed), **common, hidden=6, has="")
        yield Case(f"{low} wide", op, next(seed), hidden=17, features=19, batch=1, lbr=1)
        yield Case(f"{low} one feature", op, next(seed), hidden=1, features=1, batch=3, time=9)
    for direction in ["forward", "bidirectional"]:
        common = {"direction": direction, "hidden": 5}
        yield Case(f"lstm {direction} peepholes", "LSTM", next(seed), **common, has="B h0 c0 P")
        yield Case(f"lstm {direction} input_forget", "LSTM", next(seed), **common, input_forget=1)
        yield Case(f"lstm {direction} input_forget peepholes", "LSTM", next(seed), **common, input_forget=1,
                   has="B h0 c0 P")
        yield Case(f"lstm {direction} h0 alone", "LSTM", next(seed), **common, has="B h0")
        yield Case(f"lstm {direction} c0 alone", "LSTM", next(seed), **common, has="B c0 P")
        yield Case(f"lstm {direction} everything", "LSTM", next(seed), **common, **lens, layout=1, clip=0.5,
                   input_forget=1, has="B h0 c0 P")
    yield Case("rnn two functions", "RNN", next(seed), direction="bidirectional", functions=[kinds[7], kinds[4]])
    yield Case("lstm six functions", "LSTM", next(seed), direction="bidirectional", hidden=5,
               functions=[kinds[7], kinds[6], kinds[9], sigmoid, kinds[3], kinds[8]])
    yield Case("gru four functions", "GRU", next(seed), direction="bidirectional", hidden=5,
               functions=[kinds[7], kinds[6], sigmoid, kinds[4]])
    everything = {"direction": "bidirectional", "hidden": 5, "clip": 0.5, "layout": 1} | lens
    yield Case("gru everything", "GRU", next(seed), lbr=1, **everything)
    yield Case("rnn everything", "RNN", next(seed), **everything)


if __name__ == "__main__":
    print("# made by make_golden.py with numpy", np.__version__, "onnx", onnx.__version__, "onnxruntime", ort.__version__)
    for case in cases():
        case.write(sys.stdout)
