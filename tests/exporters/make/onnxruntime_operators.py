# SPDX-License-Identifier: MIT
"""Operators of com.microsoft that no net of the corpus becomes, alone, with ONNX Runtime's answers: onnxruntime_operators.py."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from corpus import Answers, save
from onnxruntime_corpus import LEVEL, VERSIONS, session

RNG = np.random.default_rng(3)
DOMAIN = "com.microsoft"


class Model:
    """Nodes beside each other: each has inputs of its own and makes an output."""
    def __init__(self):
        self.nodes, self.inputs, self.constants, self.outputs, self.values = [], [], [], [], []

    def name(self, kind):
        return f"{kind}_{len(self.inputs) + len(self.constants)}"

    def input(self, array):
        name = self.name("x")
        dims = ["batch", *array.shape[1:]]
        self.inputs.append(helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), dims))
        self.values.append(array)
        return name

    def constant(self, array):
        name = self.name("c")
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op, inputs, kind=TensorProto.FLOAT, rank=2, domain=DOMAIN, **attributes):
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name, domain=domain, **attributes))
        self.outputs.append(helper.make_tensor_value_info(name, kind, [None] * rank))

    def save(self, name, about):
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs, self.constants)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(DOMAIN, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        path = f"/tmp/{name}.onnx"
        onnx.save(model, path)
        run = session(path, LEVEL.ORT_DISABLE_ALL)
        results = run.run(None, {v.name: a for v, a in zip(self.inputs, self.values)})
        save("onnxruntime", name, model, [Answers(self.values, results)], about, VERSIONS)


def real(*shape):
    return RNG.normal(0, 1, shape).astype(np.float32)


def integers(kind, *shape):
    low = np.iinfo(kind).min
    return RNG.integers(low, low + 256, shape).astype(kind)


def quantized():
    m = Model()
    for kind in (np.uint8, np.int8):
        out = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
        scale = lambda s: m.constant(np.float32(s))
        zero = lambda z: m.constant(kind(z))
        image = lambda: m.input(integers(kind, 2, 3, 5, 7))
        one = lambda: [image(), scale(0.05137), zero(20)]
        end = lambda: [scale(0.07291), zero(11)]
        window = {"kernel_shape": [2, 3], "strides": [1, 2], "pads": [0, 1, 1, 1]}
        m.node("QLinearAveragePool", one() + end(), out, 4, **window)
        m.node("QLinearAveragePool", one() + end(), out, 4, count_include_pad=1, **window)
        m.node("QLinearGlobalAveragePool", one() + end(), out, 4)
        m.node("QLinearMul", one() + one() + end(), out, 4)
        m.node("QLinearAdd", one() + [m.constant(integers(kind, 3, 1, 1)), scale(0.02213), zero(3)] + end(), out, 4)
        m.node("QLinearLeakyRelu", one() + end(), out, 4, alpha=0.2)
        m.node("QLinearSigmoid", one() + [scale(1 / 256), zero(0)], out, 4)
        if kind == np.uint8:
            m.node("QLinearWhere", [m.constant(RNG.integers(0, 2, (5, 7)).astype(bool))] + one() + one() + end(), out, 4)
        m.node("QLinearConcat", end() + one() + [image(), scale(0.07291), zero(11)], out, 4, axis=1)
        m.node("QLinearSoftmax", [m.input(integers(kind, 2, 9)), scale(0.05137), zero(20), scale(1 / 256), zero(0)], out, 2,
               axis=1, opset=13)
    for kind in (np.uint8, np.int8):
        weights = m.constant(integers(np.int8, 6, 4)), m.constant(real(4) ** 2 + np.float32(0.01))
        a = [m.input(integers(kind, 2, 6)), weights[0], m.constant(np.float32(0.03)), weights[1], m.constant(kind(9))]
        m.node("MatMulIntegerToFloat", a + ["", m.constant(real(4))])
        m.node("MatMulIntegerToFloat", a)
        q = [m.input(integers(kind, 2, 6)), m.constant(np.float32(0.03)), m.constant(kind(9)),
             m.constant(integers(np.int8, 4, 6)), weights[1], m.constant(np.zeros(4, np.int8))]
        c = m.constant(RNG.integers(-2000, 2000, 4).astype(np.int32))
        m.node("QGemm", q + [c, m.constant(np.float32(5)), m.constant(kind(17))],
               helper.np_dtype_to_tensor_dtype(np.dtype(kind)), 2, transB=1, alpha=1.5)
        m.node("QGemm", q + [c], transB=1)
    m.node("DynamicQuantizeMatMul", [m.input(real(2, 6)), m.constant(integers(np.int8, 6, 4)), m.constant(np.float32(0.1)),
                                     "", m.constant(real(4))])
    m.save("operators-quantized", "QLinear operators, QGemm, MatMulIntegerToFloat, DynamicQuantizeMatMul")


def fused():
    m = Model()
    x = lambda: m.input(real(2, 3, 8))
    for op in ("Gelu", "QuickGelu", "FastGelu"):
        m.node(op, [x()], rank=3)
    m.node("FastGelu", [x(), m.constant(real(8))], rank=3)
    m.node("BiasGelu", [x(), m.constant(real(8))], rank=3)
    m.node("QuickGelu", [x()], rank=3, alpha=1.0)
    vector = lambda: m.constant(real(8))
    m.node("SkipLayerNormalization", [x(), x(), vector(), vector(), vector()], rank=3, epsilon=1e-3)
    m.node("SkipLayerNormalization", [x(), x(), vector()], rank=3)
    m.node("SkipSimplifiedLayerNormalization", [x(), x(), vector(), vector()], rank=3, epsilon=1e-3)
    m.node("FusedMatMul", [x(), m.constant(real(2, 5, 8))], rank=3, alpha=0.25, transB=1)
    m.node("FusedMatMul", [m.input(real(2, 8, 3)), m.constant(real(2, 8, 5))], rank=3, alpha=0.25, transA=1)
    for activation, extra in (("Relu", {}), ("LeakyRelu", {"activation_alpha": 0.3}), ("Sigmoid", {}), ("Tanh", {})):
        m.node("FusedGemm", [m.input(real(2, 8)), m.constant(real(4, 8)), m.constant(real(4))], transB=1, alpha=0.5,
               activation=activation, **extra)
    for activation, parameters in (("Relu", {}), ("LeakyRelu", {"activation_params": [0.3]}), ("Sigmoid", {}), ("Tanh", {}),
                                   ("Clip", {"activation_params": [-0.5, 0.75]}),
                                   ("HardSigmoid", {"activation_params": [0.3, 0.4]})):
        m.node("FusedConv", [x(), m.constant(real(4, 3, 3)), m.constant(real(4))], rank=3, activation=activation, pads=[1, 1],
               **parameters)
    m.node("FusedConv", [m.input(real(2, 3, 5, 6)), m.constant(real(4, 3, 3, 3)), m.constant(real(4)), m.constant(real(2, 4, 3, 4))],
           rank=4, activation="Relu")
    m.save("operators-fused", "Gelu and its kin, SkipLayerNormalization, FusedMatMul, FusedGemm, FusedConv")


if __name__ == "__main__":
    quantized()
    fused()
