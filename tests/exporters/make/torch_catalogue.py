# SPDX-License-Identifier: MIT
"""What is exported from PyTorch: nets, their inputs, and the sizes that the answers are recorded at."""
import dataclasses
import typing

import torch

import torch_cells as cells
import torch_nets as nets
from corpus import pairwise

TORCHSCRIPT, DYNAMO = ("torchscript",), ("dynamo",)
BOTH = TORCHSCRIPT + DYNAMO


@dataclasses.dataclass
class Example:
    name: str
    about: str
    make: typing.Callable               # the module, in eval mode or not
    inputs: dict                        # name -> shape; "batch" and "time" in it are replaced by sizes, or a function
    outputs: list                       # names
    dynamic: tuple = ("batch", "time")  # which of the sizes are dynamic dimensions
    sizes: tuple = ((2, 5), (3, 4))  # (batch, time); the first is the one of the export
    states: dict = None                 # input -> output: a stream of steps is recorded
    steps: int = 4
    exporters: tuple = BOTH
    opset: dict = dataclasses.field(default_factory=dict)
    dtype: torch.dtype = torch.float32


def normal(*shape):
    return lambda size: torch.randn([size.get(n, n) for n in shape])


def tokens(count, *shape):
    return lambda size: torch.randint(count, [size.get(n, n) for n in shape])


def lengths(size):
    """Decreasing from the whole to 1."""
    return torch.tensor([max(1, size["time"] - 2 * k) for k in range(size["batch"])])


def unsorted_lengths(size):
    return lengths(size).flip(0)


def stack_example(row):
    kind, layers, both = row["kind"], row["layers"], row["bidirectional"]
    first, states, dynamic = row["batch_first"], row["states"], row["dynamic"]
    hidden = {"LSTM": 4, "GRU": 5, "RNN": 3, "RNNRelu": 4}[kind]
    name = "-".join([kind.lower(), f"l{layers}"] + ["bi"] * both + ["bf"] * first + ["nobias"] * (not row["bias"]) +
                    [f"dyn-{'-'.join(dynamic)}" if dynamic else "fixed", f"states-{states}"])
    inputs = {"x": normal(*(["batch", "time", 3] if first else ["time", "batch", 3]))}
    names = ["h", "c"] if kind == "LSTM" else ["h"]
    if states in ("in", "both"):
        inputs |= {f"{n}0": normal(layers * (1 + both), "batch", hidden) for n in names}
    outputs = ["y"] + ([f"{n}n" for n in names] if states in ("out", "both") else [])
    sizes = [(2, 5)] + ([(1 if "batch" in dynamic else 2, 1 if "time" in dynamic else 5)] if dynamic else [])
    links = {f"{n}0": f"{n}n" for n in names} if states == "both" and not both else None
    make = lambda: cells.Stack(kind, states, input_size=3, hidden_size=hidden, num_layers=layers,
                               bidirectional=both, batch_first=first, bias=row["bias"])
    return Example(name, f"many to many: {kind}, {layers} layers{', both directions' if both else ''}", make, inputs,
                   outputs, dynamic, tuple(sizes), links)


def stacks():
    rows = pairwise({"kind": ["LSTM", "GRU", "RNN"], "layers": [1, 2, 3], "bidirectional": [False, True],
                     "batch_first": [False, True], "dynamic": [(), ("time",), ("batch", "time")],
                     "states": ["none", "in", "out", "both"], "bias": [True, False]})
    relu = {"kind": "RNNRelu", "layers": 2, "bidirectional": True, "batch_first": True, "dynamic": ("batch",),
            "states": "in", "bias": True}
    return [stack_example(row) for row in rows + [relu]]


def layers():
    x = {"x": normal("batch", "time", 3)}
    xl = x | {"lengths": lengths}
    step = (("batch",), ((2, 1), (1, 1)))
    h, c = {"h": normal("batch", 5)}, {"c": normal("batch", 5)}
    return [
        Example("gru-chunks", "stateful: chunks equal the whole", lambda: cells.Stack(
            "GRU", "both", input_size=3, hidden_size=5, batch_first=True), x | {"h": normal(1, 1, 5)}, ["y", "hn"],
            ("time",), ((1, 6), (1, 2)), {"h": "hn"}),
        Example("lstm-packed", "packed sequences, sorted", lambda: cells.Packed("LSTM", input_size=3, hidden_size=4),
                xl, ["y", "hn", "cn"], sizes=((3, 6), (2, 4))),
        Example("gru-packed-bi", "packed sequences, sorted, both directions", lambda: cells.Packed(
            "GRU", input_size=3, hidden_size=4, bidirectional=True), xl, ["y", "hn"], sizes=((3, 6), (2, 4))),
        Example("lstm-packed-unsorted", "packed sequences, unsorted, both directions, two layers", lambda: cells.Packed(
            "LSTM", False, input_size=3, hidden_size=4, num_layers=2, bidirectional=True),
            x | {"lengths": unsorted_lengths}, ["y", "hn", "cn"], sizes=((3, 6), (2, 4))),
        Example("rnn-packed", "packed sequences", lambda: cells.Packed("RNN", input_size=3, hidden_size=4), xl,
                ["y", "hn"], sizes=((3, 6), (2, 4))),
        Example("lstmcell-step", "a step of LSTMCell", lambda: cells.CellStep("LSTMCell", 3, 5),
                {"x": normal("batch", 3)} | h | c, ["y", "hn", "cn"], *step, {"h": "hn", "c": "cn"}),
        Example("grucell-step", "a step of GRUCell", lambda: cells.CellStep("GRUCell", 3, 5),
                {"x": normal("batch", 3)} | h, ["y", "hn"], *step, {"h": "hn"}),
        Example("rnncell-step", "a step of RNNCell", lambda: cells.CellStep("RNNCell", 3, 5),
                {"x": normal("batch", 3)} | h, ["y", "hn"], *step, {"h": "hn"}, exporters=TORCHSCRIPT),
        Example("lstmcell-loop", "LSTMCell in a Python loop of three steps", lambda: cells.CellLoop("LSTMCell", 3, 4),
                x, ["y"], ("batch",), ((2, 3), (1, 3))),
        Example("grucell-loop", "GRUCell in a Python loop of three steps", lambda: cells.CellLoop("GRUCell", 3, 4),
                x, ["y"], ("batch",), ((2, 3), (1, 3)), exporters=DYNAMO),
        Example("lstm-proj", "LSTM with proj_size", lambda: cells.Stack(
            "LSTM", "out", input_size=3, hidden_size=5, proj_size=3, batch_first=True), x, ["y", "hn", "cn"],
            (), ((2, 3),)),
        Example("lstm-layernorm-step", "a step of an LSTM with layer normalization in its gates",
                lambda: cells.LayerNormLSTMStep(3, 5), {"x": normal("batch", 3)} | h | c, ["y", "hn", "cn"], *step,
                {"h": "hn", "c": "cn"}),
        Example("lstm-peephole-loop", "an own LSTM with peepholes, three steps", lambda: cells.PeepholeLSTM(3, 4), x,
                ["y"], ("batch",), ((2, 3), (1, 3)), exporters=TORCHSCRIPT),
        Example("lstm-double", "LSTM in double precision", lambda: cells.Stack(
            "LSTM", "out", input_size=3, hidden_size=4, batch_first=True), x, ["y", "hn", "cn"], dtype=torch.float64),
        Example("gru-half", "GRU in half precision", lambda: cells.Stack(
            "GRU", "out", input_size=3, hidden_size=4, batch_first=True), x, ["y", "hn"], dtype=torch.float16),
        Example("lstm-opset9", "two layers, opset 9", lambda: cells.Stack(
            "LSTM", "none", input_size=3, hidden_size=4, num_layers=2), {"x": normal("time", "batch", 3)}, ["y"],
            exporters=TORCHSCRIPT, opset={"torchscript": 9}),
        Example("gru-opset11", "both directions, opset 11", lambda: cells.Stack(
            "GRU", "out", input_size=3, hidden_size=4, bidirectional=True, batch_first=True), x, ["y", "hn"],
            exporters=TORCHSCRIPT, opset={"torchscript": 11}),
        Example("gru-opset23", "two layers, the newest opset that the exporter offers", lambda: cells.Stack(
            "GRU", "out", input_size=3, hidden_size=4, num_layers=2, batch_first=True), x, ["y", "hn"],
            exporters=DYNAMO, opset={"dynamo": 23}),
    ]


def dropouts():
    loop = ({"x": normal("batch", "time", 2)}, ["y"], ("batch",), ((2, 4), (1, 4)))
    whole = ({"x": normal("batch", "time", 2)}, ["y"])
    trained = lambda make: lambda: cells.train(make())
    return [
        Example("dropout-plain", "trained with dropout between layers", trained(cells.PlainDropout), *whole),
        Example("dropout-sequence", "trained with one mask per sequence", trained(cells.PerSequenceDropout), *whole,
                exporters=TORCHSCRIPT),
        Example("dropout-variational", "trained with Gal's variational dropout",
                trained(lambda: cells.LoopDropout("variational")), *loop, exporters=TORCHSCRIPT),
        Example("dropout-weight", "trained with DropConnect on the recurrent weights", trained(cells.WeightDropped),
                *whole),
        Example("dropout-recurrent", "trained with dropout of the candidate",
                trained(lambda: cells.LoopDropout("recurrent")), *loop, exporters=TORCHSCRIPT),
        Example("dropout-zoneout", "trained with zoneout; eval mode takes the expectation",
                trained(lambda: cells.LoopDropout("zoneout")), *loop),
        Example("dropout-zoneout-step", "a step of it", lambda: cells.OneStep(cells.train(cells.LoopDropout("zoneout")
                                                                                         )).eval(),
                {"x": normal("batch", 2), "h": normal("batch", 4), "c": normal("batch", 4)}, ["y", "hn", "cn"],
                ("batch",), ((2, 1), (1, 1)), {"h": "hn", "c": "cn"}),
    ]


def uses():
    x, word = {"x": normal("batch", "time", 3)}, {"tokens": tokens(11, "batch", "time")}
    learnt = {kind: (lambda kind=kind: nets.CharModel(kind).learn()) for kind in ("LSTM", "RNN")}
    hell = {"x": lambda size: nets.CharModel("RNN").one_hot("hell" * 3)[:, :size["time"]]}
    letter = lambda size: nets.CharModel("RNN").one_hot("hell"[size["step"]])
    state = normal(1, "batch", 5)
    return [
        Example("one-to-many", "one to many: the output fed back, four steps in one graph", nets.Generator,
                {"code": normal("batch", 3)}, ["y"], ("batch",), ((2, 1), (1, 1))),
        Example("one-to-many-step", "one to many: the output is the next input", nets.GeneratorStep,
                {"code": normal(1, 1, 2), "last": normal(1, 1, 2), "h": normal(1, 1, 5), "c": normal(1, 1, 5)},
                ["y", "next", "hn", "cn"], (), ((1, 1),), {"last": "next", "h": "hn", "c": "cn"}, 6),
        Example("many-to-one-output", "many to one by the last output", lambda: nets.Head("LSTM"), x, ["y"]),
        Example("many-to-one-state", "many to one by the last states of both directions",
                lambda: nets.Head("GRU", "state", True), x, ["y"]),
        Example("many-to-one-mean", "many to one by the mean over time", lambda: nets.Head("LSTM", "mean", True), x,
                ["y"]),
        Example("many-to-one-max", "many to one by the maximum over time", lambda: nets.Head("GRU", "max"), x, ["y"],
                exporters=TORCHSCRIPT),
        Example("tagger", "many to many in step: tags of words, both directions", nets.Tagger, word, ["y"]),
        Example("tagger-l2", "the same with two layers", lambda: nets.Tagger(2), word, ["y"], exporters=TORCHSCRIPT),
        Example("char-lstm", "fed 'hell', answers 'ello'", learnt["LSTM"], hell, ["y"], (), ((1, 4),)),
        Example("char-rnn", "fed 'hell', answers 'ello'", learnt["RNN"], hell, ["y"], ("time",), ((1, 4), (1, 2)),
                exporters=TORCHSCRIPT),
        Example("char-lstm-step", "fed 'h', 'e', 'l', 'l' one by one", lambda: nets.CharStep(learnt["LSTM"]()),
                {"x": letter, "h": normal(1, 1, 6), "c": normal(1, 1, 6)}, ["y", "hn", "cn"], (), ((1, 1),),
                {"h": "hn", "c": "cn"}),
        Example("delayed", "many to many, delayed: the decoder feeds itself", nets.EncoderDecoder, x, ["y"]),
        Example("seq2seq-encoder", "encoder of words", nets.Encoder, word, ["y", "hn"]),
        Example("seq2seq-bahdanau-step", "decoder step with additive attention", nets.BahdanauStep,
                {"token": tokens(11, "batch", 1), "h": state, "encoded": normal("batch", "time", 5)},
                ["y", "hn", "weights"]),
        Example("seq2seq-luong-step", "decoder step with general attention", nets.LuongStep,
                {"token": tokens(11, "batch", 1), "h": state, "c": state, "encoded": normal("batch", "time", 5)},
                ["y", "hn", "cn"]),
        Example("seq2seq-teacher", "encoder, decoder and dot attention in one graph", nets.TeacherForced,
                {"source": normal("batch", "time", 3), "target": normal("batch", 3, 2)}, ["y"]),
        Example("cnn-lstm", "filters over time, LSTM", nets.ConvLSTM1d, x, ["y"], sizes=((2, 6), (1, 8))),
        Example("crnn", "filters over an image, GRU in both directions", nets.Crnn,
                {"image": normal("batch", 1, 8, "time")}, ["y"], sizes=((2, 8), (1, 6))),
        Example("convlstm-2d", "ConvLSTM of three frames", nets.ConvLstm2d, {"frames": normal("batch", 3, 1, 4, 4)},
                ["y"], ("batch",), ((2, 3), (1, 3))),
        Example("autoencoder-lstm", "autoencoder", nets.Autoencoder, {"x": normal("batch", "time", 2)}, ["y"]),
        Example("autoencoder-gru", "autoencoder, fixed time", lambda: nets.Autoencoder("GRU"),
                {"x": normal("batch", "time", 2)}, ["y"], ("batch",), ((2, 4), (1, 4)), exporters=TORCHSCRIPT),
        Example("deepar", "mean and deviation at every step", nets.DeepAR,
                x | {"h": normal(2, "batch", 5), "c": normal(2, "batch", 5)}, ["mean", "deviation", "hn", "cn"],
                states={"h": "hn", "c": "cn"}),
        Example("block-rnn", "a block of horizons, targets and quantiles", nets.Block, x, ["y"], ("batch",),
                ((2, 5), (1, 5)), exporters=TORCHSCRIPT),
        Example("block-lstm", "the same, time free", lambda: nets.Block("LSTM"), x, ["y"]),
        Example("attentive", "LSTM, gated skip, normalization, two heads of attention", nets.Attentive,
                {"x": normal("batch", "time", 4)}, ["y"]),
        Example("masked-pooling", "attention over padded sequences", nets.MaskedPooling, x | {"lengths": lengths},
                ["y"], sizes=((3, 6), (2, 4))),
        Example("residual", "three GRUs with skips", nets.Residual, {"x": normal("time", "batch", 4)}, ["y"]),
    ]


def catalogue():
    return stacks() + layers() + dropouts() + uses()
