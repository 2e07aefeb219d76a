# SPDX-License-Identifier: MIT
"""Writes a model of the corpus: the file as its exporter wrote it, without what it says of the machine and of the
source lines; the framework's answers beside it; and how far ONNX Runtime is from them."""
import dataclasses
import json
import pathlib
import shutil

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOISE = 1e-5  # what two float computations of these sizes may differ by


@dataclasses.dataclass
class Answers:
    """One run of the framework: arrays in the order of the model's inputs and outputs."""
    inputs: list
    outputs: list


@dataclasses.dataclass
class Stream:
    """Runs in a row, states from zero: `states` are {input name: output name}."""
    steps: list
    states: dict


def strip(model):
    """Removes texts and source references, and nothing that computes. Names of values and nodes stay."""
    def clean(message):
        for field, value in message.ListFields():
            if field.name in ("doc_string", "metadata_props"):
                message.ClearField(field.name)
            elif field.message_type is not None and field.message_type.name != "TensorProto":
                for part in value if field.is_repeated else [value]:
                    clean(part)
    clean(model)
    for tensor in model.graph.initializer:
        tensor.ClearField("doc_string")
        tensor.ClearField("metadata_props")
    return model


def graph_inputs(model):
    constants = {tensor.name for tensor in model.graph.initializer}
    return [value for value in model.graph.input if value.name not in constants]


def fits(model, one):
    """Whether the inputs have the sizes that the file states; exporters freeze some that were to be dynamic."""
    return all(dim.dim_param or not dim.HasField("dim_value") or dim.dim_value == extent
               for value, array in zip(graph_inputs(model), one.inputs)
               for dim, extent in zip(value.type.tensor_type.shape.dim, array.shape))


def runtime_difference(model, answers):
    """max |a - b| / max(1, |b|) over all outputs, a from ONNX Runtime; its message where it cannot run the model."""
    try:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        names = [value.name for value in graph_inputs(model)]
        largest = 0.0
        for one in answers:
            results = session.run(None, dict(zip(names, one.inputs)))
            for got, want in zip(results, one.outputs):
                if got.shape != want.shape:
                    return f"shape {list(got.shape)}, not {list(want.shape)}"
                error = np.abs(got.astype(np.float64) - want) / np.maximum(1, np.abs(want.astype(np.float64)))
                largest = max(largest, float(error.max(initial=0)))
        return largest
    except Exception as error:  # any message is a finding
        return str(error).split("\n")[0][:300]


def write_arrays(folder, kind, values, arrays):
    folder.mkdir(parents=True, exist_ok=True)
    assert len(values) == len(arrays), (kind, [v.name for v in values], len(arrays))
    for k, (value, array) in enumerate(zip(values, arrays)):
        expected = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        assert array.dtype == expected, (value.name, array.dtype, expected)
        tensor = numpy_helper.from_array(np.ascontiguousarray(array), value.name)
        (folder / f"{kind}_{k}.pb").write_bytes(tensor.SerializeToString())


def write_answers(folder, model, one):
    write_arrays(folder, "input", graph_inputs(model), one.inputs)
    write_arrays(folder, "output", list(model.graph.output), one.outputs)


def symbol_ranges(model, sets):
    """{symbol: [least, largest]} over the recorded sizes; and {symbol: symbol} where axis 0 of every input, the batch,
    has another name at another input."""
    extents, batches = {}, []
    for k, value in enumerate(graph_inputs(model)):
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            if dim.dim_param:
                extents.setdefault(dim.dim_param, set()).update(one.inputs[k].shape[axis] for one in sets)
                batches += [dim.dim_param] if axis == 0 and dim.dim_param not in batches else []
    same = {name: batches[0] for name in batches[1:] if extents[name] == extents[batches[0]]}
    ranges = {name: [min(found), max(found)] for name, found in extents.items() if name not in same}
    return (ranges, same) if any(low < high for low, high in ranges.values()) else ({}, {})


def is_baked(model, sets):
    """Whether the file runs at the sizes of the export alone, though its stated shapes allow others."""
    runs = lambda some: isinstance(runtime_difference(model, some), float)
    return runs(sets[:1]) and not runs(sets)


def write_sets(folder, model, sets, stream):
    for k, one in enumerate(sets):
        write_answers(folder / f"test_data_set_{k}", model, one)
    if stream:
        for k, one in enumerate(stream.steps):
            write_answers(folder / "stream" / f"step_{k:03d}", model, one)
        text = json.dumps({"states": stream.states, "initial": "zeros"}, indent=1)
        (folder / "stream" / "map.json").write_text(text + "\n")


def save(exporter, name, model, sets, about, versions, stream=None, batch_first=False, tolerance=None):
    """`about`: the shape of the net in a few words. `batch_first`: axis 0 of every input is the batch. `tolerance`:
    where the answers' own precision is less than float's."""
    strip(model)
    onnx.checker.check_model(model)
    info = {"about": about, "made_with": versions}
    info["opset"] = {opset.domain or "ai.onnx": opset.version for opset in model.opset_import}
    fitting = [one for one in sets if fits(model, one)]
    assert fitting, "the exporter froze other sizes than those of the export"
    if len(fitting) < len(sets):
        info["frozen"] = {value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
                          for value in graph_inputs(model)}
    if is_baked(model, fitting):
        info["baked"] = "computes with the sizes of the export whatever its inputs' sizes are"
        fitting = fitting[:1]
    ranges, same = symbol_ranges(model, fitting)
    info |= {"ranges": ranges} if ranges else {}
    info |= {"same": same} if same and batch_first else {}
    info |= {"tolerance": tolerance} if tolerance else {}
    difference = runtime_difference(model, fitting + (stream.steps if stream else []))
    if not isinstance(difference, float) or difference > NOISE:
        info["onnxruntime"] = difference
    folder = ROOT / exporter / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    (folder / "info.json").write_text(json.dumps(info, indent=1) + "\n")
    write_sets(folder, model, fitting, stream)
    shown = f"{difference:.1e}" if isinstance(difference, float) else difference
    print(f"{exporter}/{name}: {model.ByteSize()} bytes, ONNX Runtime differs by {shown}", flush=True)


def pairwise(factors):
    """Rows of choices that hold every pair of choices of two factors at least once; greedy, always the same rows."""
    names = list(factors)
    pairs = {(a, x, b, y) for i, a in enumerate(names) for b in names[i + 1:]
             for x in range(len(factors[a])) for y in range(len(factors[b]))}
    covered = lambda row: {(a, row[a], b, row[b]) for i, a in enumerate(names) for b in names[i + 1:]}
    rng = np.random.default_rng(0)
    rows = []
    while pairs:
        first = min(pairs)
        best = None
        for _ in range(200):
            row = {name: int(rng.integers(len(factors[name]))) for name in names}
            row[first[0]], row[first[2]] = first[1], first[3]
            gain = len(covered(row) & pairs)
            if best is None or gain > best[0]:
                best = (gain, row)
        pairs -= covered(best[1])
        rows.append({name: factors[name][choice] for name, choice in best[1].items()})
    return rows
