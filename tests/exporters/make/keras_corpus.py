# SPDX-License-Identifier: MIT
"""tf2onnx and Keras' own export. keras_corpus.py EXPORTER [NAME...]: EXPORTER is tf2onnx, keras-tensorflow or
keras-torch."""
import importlib.metadata
import os
import sys
import tempfile
import warnings
import zlib

EXPORTER = sys.argv[1]
os.environ["KERAS_BACKEND"] = "torch" if EXPORTER == "keras-torch" else "tensorflow"
os.environ |= {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
warnings.filterwarnings("ignore")

import keras
import numpy as np
import onnx

import keras_nets
from corpus import Answers, save

# What Keras' own export is asked for: it calls tf2onnx, so these few show what it does differently. On the torch
# backend every unknown size becomes 1 and the loop over time is unrolled.
OWN = ["lstm-last", "lstm-states", "gru-sequence", "rnn-sequence", "lstm-bi-concat", "tagger", "char", "cnn-lstm",
       "seq2seq-dot", "autoencoder"]
PACKAGES = {"tf2onnx": ["tf2onnx", "keras", "tensorflow-cpu"],
            "keras-tensorflow": ["keras", "tensorflow-cpu", "tf2onnx"], "keras-torch": ["keras", "torch", "onnxscript"]}


def inputs_of(model, size, rng):
    batch, time = size
    arrays = []
    for tensor in model.inputs:
        shape = [batch] + [time if extent is None else extent for extent in tensor.shape[1:]]
        if "int" in str(tensor.dtype):
            array = rng.integers(1, 12, shape).astype(tensor.dtype)
            array[-1, time // 2 + 1:] = 0  # padding, which mask_zero masks
        else:
            array = rng.standard_normal(shape).astype(np.float32)
            if any("masking" in layer.name for layer in model.layers):
                array[-1, time // 2 + 1:] = 0
        arrays.append(array)
    return arrays


def answers(model, size, rng):
    arrays = inputs_of(model, size, rng)
    results = model(arrays if len(arrays) > 1 else arrays[0], training=False)
    results = results if isinstance(results, (list, tuple)) else [results]
    return Answers(arrays, [keras.ops.convert_to_numpy(r) for r in results])


def export(model):
    if EXPORTER == "tf2onnx":
        import tf2onnx
        return tf2onnx.convert.from_keras(model, opset=17)[0]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        model.export(path, format="onnx", verbose=False)
        return onnx.load(path)


def one(name, versions):
    about, make, sizes = keras_nets.catalogue()[name]
    keras.utils.set_random_seed(zlib.crc32(name.encode()))
    model = make()
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    for variable in model.trainable_variables:  # biases start as zeros, and hide mistakes
        if "bias" in variable.path:
            old = keras.ops.convert_to_numpy(variable.value)
            variable.assign(old + 0.3 * rng.standard_normal(old.shape).astype(np.float32))
    if EXPORTER == "keras-torch":
        sizes = ((1, 1 if None in [d for t in model.inputs for d in t.shape[1:]] else sizes[0][1]),)
    sets = [answers(model, size, rng) for size in sizes]
    save(EXPORTER, name, export(model), sets, about, versions, batch_first=True)


def main(names):
    failures = []
    versions = " ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES[EXPORTER])
    for name in keras_nets.catalogue() if EXPORTER == "tf2onnx" else OWN:
        if names and not any(name.startswith(n) for n in names):
            continue
        try:
            one(name, versions)
        except Exception as error:
            failures.append(f"{EXPORTER}/{name}: {type(error).__name__}: {str(error).strip().splitlines()[-1][:200]}")
            print("FAILED", failures[-1], flush=True)
    print(f"\n{len(failures)} refused by their exporter", *failures, sep="\n")


main(sys.argv[2:])
