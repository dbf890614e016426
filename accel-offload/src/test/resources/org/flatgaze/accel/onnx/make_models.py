"""Writes the small ONNX models beside it, which the ONNX backend's tests read. Needs onnx and NumPy; run it from here."""
import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

rng = np.random.default_rng(20261120)


def save(name, nodes, inputs, outputs, weights=()):
    graph = h.make_graph(nodes, name, inputs, outputs, [nh.from_array(w, n) for n, w in weights])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8, producer_name="flatgaze-tests")
    onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")


def value(name, shape, kind=T.FLOAT):
    return h.make_tensor_value_info(name, kind, shape)


# Weights in eighths: products and sums are exact in single precision, whatever order a backend uses.
weights = (rng.integers(-8, 9, (4, 2, 3, 3)) / 8).astype("f4")
bias = (rng.integers(-8, 9, 4) / 8).astype("f4")
conv = [
    h.make_node("Conv", ["picture", "w", "b"], ["sum"], pads=[1, 1, 1, 1], strides=[2, 2]),
    h.make_node("Relu", ["sum"], ["features"]),
]
save("conv-relu", conv, [value("picture", [1, 2, 8, 6])], [value("features", [1, 4, 4, 3])],
     [("w", weights), ("b", bias)])
save("matmul", [h.make_node("MatMul", ["x", "m"], ["y"])], [value("x", [1, 3])], [value("y", [1, 2])],
     [("m", np.array([[1, 2], [3, 4], [5, 6]], "f4"))])
save("dynamic-batch", [h.make_node("MatMul", ["x", "m"], ["y"])], [value("x", ["batch", 3])], [value("y", ["batch", 2])],
     [("m", np.array([[1, 2], [3, 4], [5, 6]], "f4"))])
save("dynamic-width", [h.make_node("Relu", ["x"], ["y"])], [value("x", [1, 1, "rows", "columns"])],
     [value("y", [1, 1, "rows", "columns"])])
save("label-map", [h.make_node("ArgMax", ["scores"], ["labels"], axis=1, keepdims=0),
                   h.make_node("ReduceMax", ["scores"], ["best"], axes=[1], keepdims=0)],
     [value("scores", [1, 4, 2, 2])], [value("labels", [1, 2, 2], T.INT64), value("best", [1, 2, 2])])
save("two-inputs", [h.make_node("Cast", ["i"], ["f"], to=T.FLOAT), h.make_node("Add", ["f", "x"], ["y"])],
     [value("i", [2], T.UINT8), value("x", [2])], [value("y", [2])])
save("double", [h.make_node("Neg", ["x"], ["y"])], [value("x", [2], T.DOUBLE)], [value("y", [2], T.DOUBLE)])

# The expected answer of conv-relu for a picture that counts up in sixteenths, from plain loops.
picture = (np.arange(2 * 8 * 6).reshape(2, 8, 6) % 33 - 16).astype("f8") / 16
padded = np.pad(picture, ((0, 0), (1, 1), (1, 1)))
out = np.zeros((4, 4, 3))
for c in range(4):
    for y in range(4):
        for x in range(3):
            out[c, y, x] = max(0, bias[c] + (padded[:, 2 * y:2 * y + 3, 2 * x:2 * x + 3] * weights[c]).sum())
np.save("conv-relu-expected.npy", out.astype("<f4")[None])
whole = open("conv-relu.onnx", "rb").read()
open("corrupt.onnx", "wb").write(whole[: len(whole) // 2])
