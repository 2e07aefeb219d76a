# SPDX-License-Identifier: MIT
"""What ONNX Runtime's quantizers and optimizer make of some nets of the folder torchscript, with its own answers.
onnxruntime_corpus.py [NAME...]: all, or those whose names begin so. Needs onnx, onnxruntime and numpy alone."""
import importlib.metadata
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from onnxruntime import quantization as q

from corpus import ROOT, Answers, graph_inputs, save

VERSIONS = "onnxruntime " + importlib.metadata.version("onnxruntime")
RUNS = 16  # for the quantizers' ranges


def tensors(folder, model):
    names = [value.name for value in graph_inputs(model)]
    read = lambda k: numpy_helper.to_array(onnx.load_tensor(str(folder / f"input_{k}.pb")))
    return {name: read(k) for k, name in enumerate(names)}


def recorded(folder, model):
    return [tensors(one, model) for one in sorted(folder.glob("test_data_set_*"))]


class Drawn(q.CalibrationDataReader):
    """The recorded inputs, and more like them."""
    def __init__(self, sets):
        rng = np.random.default_rng(1)
        draw = lambda a: (a + rng.normal(0, 0.3, a.shape).astype(a.dtype)) if a.dtype == np.float32 else a
        self.rest = iter(sets + [{n: draw(a) for n, a in sets[i % len(sets)].items()} for i in range(RUNS)])

    def get_next(self):
        return next(self.rest, None)


def session(model, level, path=None):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    if path:
        options.optimized_model_filepath = str(path)
    return onnxruntime.InferenceSession(str(model), options, ["CPUExecutionProvider"])


LEVEL = onnxruntime.GraphOptimizationLevel


def dynamic(source, sets, target, **options):
    q.quantize_dynamic(source, target, **options)


def static(source, sets, target, **options):
    q.quantize_static(source, target, Drawn(sets), **options)


def optimized(source, sets, target, level=LEVEL.ORT_ENABLE_EXTENDED):
    session(source, level, target)


QDQ, OPERATORS = q.QuantFormat.QDQ, q.QuantFormat.QOperator
U8, I8 = q.QuantType.QUInt8, q.QuantType.QInt8

# name: (net, how, tolerance or None, what it is). A tolerance where ONNX Runtime rounds the inputs of an LSTM by one scale for
# all steps and the converted model each step by its own; everywhere else the integers are the same.
MODELS = {
    "dynamic-lstm-i8": ("many-to-one-output", dynamic, {"weight_type": I8}, 2e-3, "weights int8, LSTM and MatMul"),
    "dynamic-lstm-u8": ("many-to-one-output", dynamic, {"weight_type": U8}, 2e-3, "weights uint8, LSTM and MatMul"),
    "dynamic-lstm-bi": ("tagger", dynamic, {"weight_type": I8, "per_channel": True}, 5e-3, "per channel"),
    "dynamic-gru": ("seq2seq-bahdanau-step", dynamic, {"weight_type": I8}, None, "attention, one step of a GRU"),
    "dynamic-conv": ("crnn", dynamic, {"weight_type": U8}, None, "ConvInteger, GRU, MatMulInteger"),
    "dynamic-cells": ("lstmcell-step", dynamic, {"weight_type": I8}, None, "LSTMCell of MatMulInteger"),
    "qdq-conv-lstm": ("cnn-lstm", static, {"quant_format": QDQ}, None, "QuantizeLinear, DequantizeLinear"),
    "qdq-conv-gru": ("crnn", static, {"quant_format": QDQ, "per_channel": True, "activation_type": U8}, None,
                     "QuantizeLinear, DequantizeLinear, per channel"),
    "qdq-gru-i8": ("many-to-one-state", static, {"quant_format": QDQ, "activation_type": I8}, None, "all int8"),
    "qdq-cells": ("lstmcell-step", static, {"quant_format": QDQ}, None, "LSTMCell"),
    "qoperator-conv-lstm": ("cnn-lstm", static, {"quant_format": OPERATORS, "activation_type": U8}, None,
                            "QLinearConv, QGemm"),
    "qoperator-conv-gru": ("crnn", static, {"quant_format": OPERATORS, "activation_type": U8, "weight_type": U8}, None,
                           "QLinearConv, QLinearMatMul, QLinearAdd, QLinearLeakyRelu"),
    "qoperator-cells": ("lstmcell-step", static, {"quant_format": OPERATORS, "activation_type": U8}, None,
                        "QGemm, QLinearAdd, QLinearSigmoid, QLinearMul"),
    "qoperator-seq2seq": ("seq2seq-luong-step", static, {"quant_format": OPERATORS, "activation_type": I8}, None,
                          "QLinearMatMul of two values, QLinearSoftmax, QLinearConcat"),
    "optimized-conv-gru": ("crnn", optimized, {}, None, "FusedConv"),
    "optimized-seq2seq": ("seq2seq-luong-step", optimized, {}, None, "attention"),
    "optimized-attentive": ("attentive", optimized, {}, None, "FusedMatMul"),
    "optimized-residual": ("residual", optimized, {}, None, "SkipLayerNormalization, Gelu"),
    "optimized-layernorm": ("lstm-layernorm-step", optimized, {}, None, "LayerNormalization, FusedGemm"),
    "optimized-dynamic": ("dynamic-gru", optimized, {}, None, "DynamicQuantizeMatMul, MatMulIntegerToFloat"),
    "optimized-qdq": ("qdq-conv-gru", optimized, {}, None, "QLinear operators"),
}


def folder_of(net):
    return next(f for f in (ROOT / "torchscript" / net, ROOT / "onnxruntime" / net) if f.exists())


def make(name):
    net, how, options, tolerance, about = MODELS[name]
    source = folder_of(net)
    before = onnx.load(str(source / "model.onnx"))
    sets = recorded(source, before)
    with tempfile.TemporaryDirectory() as place:
        target = pathlib.Path(place) / "model.onnx"
        how(str(source / "model.onnx"), sets, str(target), **options)
        model = onnx.load(str(target))
        run = session(target, LEVEL.ORT_DISABLE_ALL)
        answers = [Answers(list(one.values()), run.run(None, one)) for one in sets]
    save("onnxruntime", name, model, answers, f"{net}: {about}", VERSIONS, batch_first=True, tolerance=tolerance)
    print("  ", sorted({f"{n.domain}.{n.op_type}" if n.domain else n.op_type for n in model.graph.node}))


if __name__ == "__main__":
    for name in MODELS:
        if not sys.argv[1:] or any(name.startswith(begin) for begin in sys.argv[1:]):
            make(name)
