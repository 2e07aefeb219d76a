# SPDX-License-Identifier: MIT
"""Loops that no exporter of this corpus writes: Kaldi's Scan, loops in loops, conditions on data, generation, functions.
Written in ONNX's own text form. The answers are NumPy's, from the equations beside each model."""
import numpy as np
import onnx
import onnx.parser

from corpus import Answers, save

VERSIONS = "onnx " + onnx.__version__
rng = np.random.default_rng(7)


def random(*shape):
    return np.float32(rng.normal(0, 0.5, shape))


def constants(**arrays):
    """Initializers in the text form, with floats that read back as they are."""
    def one(name, array):
        kind = {"float32": "float", "int64": "int64"}[str(array.dtype)]
        shape = "[" + ",".join(str(n) for n in array.shape) + "]" if array.shape else ""
        values = ", ".join(repr(float(v)) if kind == "float" else str(v) for v in array.ravel())
        return f"{kind}{shape} {name} = {{{values}}}"
    return "<" + ",\n ".join(one(name, array) for name, array in arrays.items()) + ">"


def parse(ports, initializers, nodes, functions="", opset=17):
    imports = f'"" : {opset}' + (', "local" : 1' if functions else "")
    return onnx.parser.parse_model(f"<ir_version: 8, opset_import: [{imports}]>\nagraph {ports}\n{initializers}\n"
                                   f"{{{nodes}}}\n{functions}")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def kaldi():
    """Splice of three frames, then an LSTM with peepholes and a projection r, as kaldi-to-ONNX writes its Scan."""
    inputs, cells, projected, classes = 4, 6, 3, 5
    w = {gate: random(3 * inputs + projected, cells) for gate in "ifco"}
    b = {gate: random(cells) for gate in "ifco"}
    p = {gate: random(cells) for gate in "ifo"}
    project, affine, offset = random(cells, projected), random(projected, classes), random(classes)

    def answer(frames):
        time = len(frames)
        r, c, rows = np.zeros((1, projected)), np.zeros((1, cells)), []
        for t in range(1, time - 1):
            x = np.concatenate([frames[t - 1], frames[t], frames[t + 1], r[0]])[None].astype(np.float64)
            i = sigmoid(x @ w["i"] + b["i"] + p["i"] * c)
            f = sigmoid(x @ w["f"] + b["f"] + p["f"] * c)
            c = f * c + i * np.tanh(x @ w["c"] + b["c"])
            o = sigmoid(x @ w["o"] + b["o"] + p["o"] * c)
            r = (o * np.tanh(c)) @ project
            z = r @ affine + offset
            rows.append(z - np.log(np.exp(z).sum(-1, keepdims=True)))
        return Answers([frames], [np.float32(rows), np.float32(r), np.float32(c)])

    gates = "".join(f"""
        {g}_x = MatMul (x, w_{g})  {g}_b = Add ({g}_x, b_{g})
        {g}_p = Mul (p_{g}, {'c_next' if g == 'o' else 'c'})  {g}_s = Add ({g}_b, {g}_p)  {g} = Sigmoid ({g}_s)"""
                    for g in "ifo").split("\n        o_x")
    body = f"""body: graph = step (float[1,{projected}] r, float[1,{cells}] c, float[1,{3 * inputs}] spliced)
        => (float[1,{projected}] r_next, float[1,{cells}] c_out, float[1,{classes}] z) {{
        x = Concat <axis = 1> (spliced, r){gates[0]}
        g_x = MatMul (x, w_c)  g_b = Add (g_x, b_c)  g = Tanh (g_b)
        kept = Mul (f, c)  fresh = Mul (i, g)  c_next = Add (kept, fresh)
        o_x{gates[1]}
        shown = Tanh (c_next)  m = Mul (o, shown)  r_next = MatMul (m, project)
        a = MatMul (r_next, affine)  z = Add (a, offset)  c_out = Identity (c_next) }}"""
    nodes = f"""
        before = Slice (frames, n0, m2, n0)  now = Slice (frames, n1, m1, n0)  behind = Slice (frames, n2, most, n0)
        three = Concat <axis = 1> (before, now, behind)  spliced_all = Unsqueeze (three, n1)
        r_last, c_last, z_all = Scan <num_scan_inputs: int = 1, {body}> (r0, c0, spliced_all)
        y = LogSoftmax <axis = -1> (z_all)"""
    integers = {"n0": 0, "n1": 1, "n2": 2, "m1": -1, "m2": -2, "most": 2**62}
    values = {f"w_{g}": w[g] for g in w} | {f"b_{g}": b[g] for g in b} | {f"p_{g}": p[g] for g in p}
    values |= {"project": project, "affine": affine, "offset": offset, "r0": np.zeros((1, projected), np.float32),
               "c0": np.zeros((1, cells), np.float32)}
    values |= {name: np.array([value], np.int64) for name, value in integers.items()}
    ports = (f"(float[time,{inputs}] frames) => (float[steps,1,{classes}] y, float[1,{projected}] r_last, "
             f"float[1,{cells}] c_last)")
    return parse(ports, constants(**values), nodes, opset=13), [answer(random(n, inputs)) for n in (5, 9)]


def both_directions():
    """Two Scans over axis 1, one from the back, whose results are concatenated in the order of time."""
    w, r = random(3, 4), random(4, 4)

    def run(x):
        h, rows = np.zeros((2, 4)), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ w + np.maximum(h, 0) @ r)
            rows.append(h)
        return np.stack(rows, 1)

    def answer(x):
        return Answers([x], [np.float32(np.concatenate([run(x), run(x[:, ::-1])[:, ::-1]], 2))])

    def scan(name, back):
        return f"""h_{name}, y_{name} = Scan <num_scan_inputs: int = 1, scan_input_axes = [1], scan_output_axes = [1],
            scan_input_directions = [{back}], scan_output_directions = [{back}],
            body: graph = step_{name} (float[2,4] h, float[2,3] x_t) => (float[2,4] n, float[2,4] out) {{
            a = MatMul (x_t, w)  p = Relu (h)  b = MatMul (p, r)  s = Add (a, b)  n = Tanh (s)  out = Identity (n) }}>
            (h0, x)"""
    nodes = scan("there", 0) + scan("back", 1) + "  y = Concat <axis = 2> (y_there, y_back)"
    ports = "(float[2,time,3] x) => (float[2,time,8] y)"
    arrays = constants(w=w, r=r, h0=np.zeros((2, 4), np.float32))
    return parse(ports, arrays, nodes), [answer(random(2, n, 3)) for n in (3, 6)]


def until_it_converges():
    """Newton's square root of a positive number, until a step changes it by less than 1e-3, at most 30 times."""
    def answer(a):
        x = np.float32(1)
        for _ in range(30):
            before, x = x, np.float32(0.5) * (x + a / x)
            if not abs(x - before) > np.float32(1e-3):
                break
        return Answers([np.array([a])], [np.array([x])])

    nodes = """x = Loop (most, yes, one) <body: graph = step (int64 i, bool c, float[1] before) => (bool[1] more, float[1] next) {
        q = Div (a, before)  s = Add (before, q)  next = Mul (s, half)
        d = Sub (next, before)  size = Abs (d)  more = Greater (size, small) }>"""
    arrays = constants(most=np.array(30, np.int64), one=np.ones(1, np.float32), half=np.float32(0.5).reshape(()),
                       small=np.float32(1e-3).reshape(()))
    model = parse("(float[1] a) => (float[1] x)", arrays, nodes)
    model.graph.initializer.append(onnx.helper.make_tensor("yes", onnx.TensorProto.BOOL, [], [True]))
    return model, [answer(np.float32(v)) for v in (2, 1, 900, 1e-4)]


def a_loop_in_a_loop():
    """For each row t and column k: h = tanh(h w + x[t, k]); after each row its sum is added to a carried total."""
    w = random(2, 2)

    def answer(x):
        h, total, rows = np.zeros(2), np.zeros(2), []
        for row in x:
            for cell in row:
                h = np.tanh(h @ w + cell)
            total = total + h
            rows.append(total)
        return Answers([x], [np.float32(h), np.float32(rows)])

    inner = """k_out, h_n = Loop (columns, yes, zero, h) <body: graph = inner
        (int64 j, bool d, int64 k, float[2] g) => (bool d_n, int64 k_n, float[2] g_n) {
        cell = Gather (row, k)  p = MatMul (g, w)  s = Add (p, cell)  g_n = Tanh (s)
        k_n = Add (k, one)  d_n = Less (k_n, columns) }>"""
    nodes = f"""dims = Shape (x)  rows = Gather (dims, zero)  columns = Gather (dims, one)
        h_last, total_last, totals = Loop (endless, yes, h0, h0) <body: graph = outer
        (int64 i, bool c, float[2] h, float[2] t) => (bool c_n, float[2] h_n, float[2] t_n, float[2] t_out) {{
        row = Gather (x, i)  {inner}
        t_n = Add (t, h_n)  t_out = Identity (t_n)  next = Add (i, one)  c_n = Less (next, rows) }}>"""
    arrays = constants(w=w, zero=np.array(0, np.int64), one=np.array(1, np.int64), h0=np.zeros(2, np.float32),
                       endless=np.array(2**63 - 1, np.int64))
    model = parse("(float[rows_of_x,columns_of_x,2] x) => (float[2] h_last, float[rows_of_x,2] totals)", arrays, nodes)
    model.graph.initializer.append(onnx.helper.make_tensor("yes", onnx.TensorProto.BOOL, [], [True]))
    return model, [answer(random(n, k, 2)) for n, k in ((2, 3), (4, 2))]


def generation():
    """One to many: the likeliest token is embedded and fed back; the tokens and their scores are stacked."""
    table, w, r, out = random(7, 4) * 3, random(4, 5) * 2, random(5, 5) * 2, random(5, 7) * 3

    def answer(code):
        h, token, tokens, scores = code.astype(np.float64), 0, [], []
        for _ in range(6):
            h = np.tanh(table[token][None] @ w + h @ r)
            z = h @ out
            token = int(z.argmax())
            tokens.append([token])
            scores.append(z)
        return Answers([code], [np.array(tokens, np.int64), np.float32(scores)])

    nodes = """t_last, h_last, tokens, scores = Loop (six, , start, code) <body: graph = step
        (int64 i, bool c, int64[1] token, float[1,5] h) => (bool c_n, int64[1] t_n, float[1,5] h_n, int64[1] t_o, float[1,7] z)
        { c_n = Identity (c)  e = Gather (table, token)  a = MatMul (e, w)  b = MatMul (h, r)  s = Add (a, b)
        h_n = Tanh (s)  z = MatMul (h_n, out)  t_n = ArgMax <axis = 1, keepdims = 0> (z)  t_o = Identity (t_n) }>"""
    arrays = constants(table=table, w=w, r=r, out=out, six=np.array(6, np.int64), start=np.array([0], np.int64))
    ports = "(float[1,5] code) => (int64[6,1] tokens, float[6,1,7] scores)"
    return parse(ports, arrays, nodes), [answer(random(1, 5)) for _ in range(3)]


def functions():
    """A layer and its cell as local functions; the slope of the cell's activation is an attribute."""
    w, r = random(3, 4), random(4, 4)

    def answer(x):
        h, rows = np.zeros((1, 4)), []
        for x_t in x:
            s = x_t @ w + h @ r
            h = np.where(s >= 0, s, 0.125 * s) * 0.5
            rows.append(h)
        return Answers([x], [np.float32(rows)])

    local = """<domain: "local", opset_import: ["" : 17]>
        cell <slope> (x_t, h, w, r) => (n) {
        a = MatMul (x_t, w)  b = MatMul (h, r)  s = Add (a, b)  l = LeakyRelu <alpha: float = @slope> (s)
        half = Constant <value = float {0.5}> ()  n = Mul (l, half) }
        <domain: "local", opset_import: ["" : 17, "local" : 1]>
        layer (x, h0, w, r) => (y) {
        last, y = Scan <num_scan_inputs: int = 1, body: graph = step (float[1,4] h, float[1,3] x_t)
        => (float[1,4] n, float[1,4] o) { n = local.cell <slope: float = 0.125> (x_t, h, w, r)  o = Identity (n) }> (h0, x) }"""
    arrays = constants(w=w, r=r, h0=np.zeros((1, 4), np.float32))
    model = parse("(float[time,1,3] x) => (float[time,1,4] y)", arrays, "y = local.layer (x, h0, w, r)", local)
    return model, [answer(random(n, 1, 3)) for n in (3, 7)]


if __name__ == "__main__":
    NETS = {"kaldi-scan": kaldi, "scan-both": both_directions, "loop-until": until_it_converges,
            "loop-in-loop": a_loop_in_a_loop, "loop-generation": generation, "functions": functions}
    for name, make in NETS.items():
        model, sets = make()
        save("loops", name, model, sets, " ".join(make.__doc__.split()), VERSIONS)
