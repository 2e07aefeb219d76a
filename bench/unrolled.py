#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes an LSTM that is unrolled as PyTorch exports a Python loop over LSTMCell: Gemm, Add, Split, Sigmoid, Tanh and Mul for
each step, one set of weights. Needs onnx and NumPy.
usage: bench/unrolled.py MODEL.onnx [--steps 48] [--inputs 16] [--hidden 64]"""
import argparse

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    for name, default in (("steps", 48), ("inputs", 16), ("hidden", 64)):
        parser.add_argument("--" + name, type=int, default=default)
    args = parser.parse_args()
    random = numpy.random.default_rng(1)
    bound = args.hidden ** -0.5

    def weights(name, *shape):
        return numpy_helper.from_array(random.uniform(-bound, bound, shape).astype(numpy.float32), name)

    rows = 4 * args.hidden
    constants = [weights("w_ih", rows, args.inputs), weights("w_hh", rows, args.hidden), weights("b_ih", rows),
                 weights("b_hh", rows)]
    nodes, shown = [], []
    h, c = "h0", "c0"
    for t in range(args.steps):
        def node(op, inputs, outputs, **attributes):
            nodes.append(helper.make_node(op, inputs, [f"{name}_{t}" for name in outputs], **attributes))

        constants.append(numpy_helper.from_array(numpy.array(t, dtype=numpy.int64), f"at_{t}"))
        node("Gather", ["x", f"at_{t}"], ["x"], axis=1)
        node("Gemm", [h, "w_hh", "b_hh"], ["of_h"], transB=1)
        node("Gemm", [f"x_{t}", "w_ih", "b_ih"], ["of_x"], transB=1)
        node("Add", [f"of_h_{t}", f"of_x_{t}"], ["sums"])
        node("Split", [f"sums_{t}"], ["i", "f", "g", "o"], axis=1)
        for gate in "ifo":
            node("Sigmoid", [f"{gate}_{t}"], [f"{gate}s"])
        node("Tanh", [f"g_{t}"], ["gt"])
        node("Mul", [f"fs_{t}", c], ["kept"])
        node("Mul", [f"is_{t}", f"gt_{t}"], ["fresh"])
        node("Add", [f"kept_{t}", f"fresh_{t}"], ["c"])
        node("Tanh", [f"c_{t}"], ["ct"])
        node("Mul", [f"os_{t}", f"ct_{t}"], ["h"])
        h, c = f"h_{t}", f"c_{t}"
        constants.append(numpy_helper.from_array(numpy.array([1], dtype=numpy.int64), f"axis_{t}"))
        node("Unsqueeze", [h, f"axis_{t}"], ["wide"])
        shown.append(f"wide_{t}")
    nodes.append(helper.make_node("Concat", shown, ["y"], axis=1))

    def port(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(nodes, "unrolled", [port("x", 1, args.steps, args.inputs), port("h0", 1, args.hidden),
                                                  port("c0", 1, args.hidden)],
                              [port("y", 1, args.steps, args.hidden)], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, args.model)


if __name__ == "__main__":
    main()
