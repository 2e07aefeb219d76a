# SPDX-License-Identifier: MIT
"""PyTorch's two exporters. torch_corpus.py [NAME...]: all examples, or those whose names begin so."""
import contextlib
import importlib.metadata
import inspect
import io
import multiprocessing
import os
import re
import sys
import warnings
import zlib

import onnx
import onnxscript  # here, so that the processes that are forked have it
import torch

from corpus import Answers, Stream, save
from torch_catalogue import catalogue

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
torch.backends.mha.set_fastpath_enabled(False)  # the TorchScript exporter does not know the fast operator
warnings.filterwarnings("ignore")
DIMS = {name: torch.export.Dim(name) for name in ("batch", "time")}


def draw(example, size):
    tensors = [make(size) for make in example.inputs.values()]
    return tuple(t.to(example.dtype) if t.is_floating_point() else t for t in tensors)


def run(module, tensors):
    with torch.no_grad():
        results = module(*tensors)
    results = results if isinstance(results, tuple) else (results,)
    return Answers([t.numpy() for t in tensors], [t.numpy() for t in results])


def record(example, module):
    torch.manual_seed(zlib.crc32(example.name.encode()) + 1)
    sizes = [{"batch": batch, "time": time, "step": 0} for batch, time in example.sizes]
    first = draw(example, sizes[0])
    sets = [run(module, first)] + [run(module, draw(example, size)) for size in sizes[1:]]
    return first, sets, record_stream(example, module, sizes[0]) if example.states else None


def record_stream(example, module, size):
    names, steps, last = list(example.inputs), [], {}
    for step in range(example.steps):
        tensors = list(draw(example, size | {"step": step}))
        for source, target in example.states.items():
            k = names.index(source)
            tensors[k] = last.get(target, torch.zeros_like(tensors[k]))
        steps.append(run(module, tensors))
        last = {name: torch.from_numpy(out) for name, out in zip(example.outputs, steps[-1].outputs)}
    return Stream(steps, example.states)


def axes_of(example):
    """{input: {axis: symbol}}, found by drawing inputs of other sizes."""
    base, other = ({"batch": 2, "time": 4, "step": 0}, {"batch": 3, "time": 6, "step": 0})
    axes = {}
    for symbol in example.dynamic:
        for name, make in example.inputs.items():
            pair = make(base).shape, make(base | {symbol: other[symbol]}).shape
            axes.setdefault(name, {}).update({k: symbol for k, (a, b) in enumerate(zip(*pair)) if a != b})
    return axes


def export(exporter, example, module, tensors):
    axes = axes_of(example)
    options = {"input_names": list(example.inputs), "output_names": example.outputs}
    if exporter in example.opset:
        options["opset_version"] = example.opset[exporter]
    if exporter == "torchscript":
        target = io.BytesIO()
        torch.onnx.export(module, tensors, target, dynamo=False, dynamic_axes={n: a for n, a in axes.items() if a},
                          **options)
        return onnx.load_from_string(target.getvalue())
    shapes = [{k: DIMS[s] for k, s in axes.get(name, {}).items()} for name in example.inputs]
    return torch.onnx.export(module, tensors, dynamo=True, verbose=False, dynamic_shapes=flat(module, shapes),
                             **options).model_proto


def flat(module, shapes):
    """The form that torch.export wants: *arguments are one entry, a tuple, and none if there are none."""
    code = module.forward.__code__
    plain = code.co_argcount - 1
    if code.co_flags & inspect.CO_VARARGS and len(shapes) > plain:
        return (*shapes[:plain], tuple(shapes[plain:]))
    return tuple(shapes)


@contextlib.contextmanager
def silence():
    """Of C++ as well, which prints whole graphs when it refuses one."""
    sys.stdout.flush()
    kept, sink = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(sink)


def one(exporter, example, versions):
    torch.manual_seed(zlib.crc32(example.name.encode()))
    module = example.make().to(example.dtype).eval()
    tensors, sets, stream = record(example, module)
    with silence(), torch.no_grad():
        model = export(exporter, example, module, tensors)
    save(exporter, example.name, model, sets, example.about, versions, stream,
         tolerance=2e-3 if example.dtype == torch.float16 else None)


def reason(error):
    """The line of a long message that says it."""
    text = re.sub("\x1b[^m]*m", "", str(error)).split("## Exception summary")[-1].strip()
    return f"{type(error).__name__}: {text.splitlines()[0][:200]}"


def attempt(task):
    """The line of a failure, or nothing."""
    exporter, name, versions = task
    try:
        one(exporter, next(example for example in catalogue() if example.name == name), versions)
    except Exception as error:  # the exporter's refusals belong into the report
        return f"{exporter}/{name}: {reason(error)}"
    return None


def main(prefixes):
    tasks = []
    for exporter, packages in (("torchscript", ["torch"]), ("dynamo", ["torch", "onnxscript"])):
        versions = " ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
        names = [example.name for example in catalogue() if exporter in example.exporters]
        tasks += [(exporter, name, versions) for name in names
                  if not prefixes or any(f"{exporter}/{name}".startswith(prefix) for prefix in prefixes)]
    # A fresh process each: which sizes the dynamo exporter freezes depends on what its process exported before.
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        failures = [line for line in pool.imap(attempt, tasks, chunksize=1) if line]
    print(f"\n{len(failures)} refused by their exporter", *failures, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
