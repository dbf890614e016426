"""Writes the small models the graph tests read: seeded weights, fixed shapes. Needs torch, onnx and onnxruntime.

    python make_models.py

Each net is written as it is (NAME.onnx) and, where a test goes through it layer by layer, with every activation as an
output (NAME-all.onnx). NAME-qdq.onnx is the same net quantised by ONNX Runtime.
"""
import logging
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from torch import nn
from torch.nn import functional as F

OPSET = 17


class Inverted(nn.Module):
    def __init__(self, cin, cout, k, stride, expansion):
        super().__init__()
        mid = cin * expansion
        self.pw, self.pw_bn = nn.Conv2d(cin, mid, 1, bias=False), nn.BatchNorm2d(mid)
        self.dw, self.dw_bn = nn.Conv2d(mid, mid, k, stride, k // 2, groups=mid, bias=False), nn.BatchNorm2d(mid)
        self.pwl, self.pwl_bn = nn.Conv2d(mid, cout, 1, bias=False), nn.BatchNorm2d(cout)
        self.residual = stride == 1 and cin == cout

    def forward(self, x):
        y = F.relu(self.dw_bn(self.dw(F.relu(self.pw_bn(self.pw(x))))))
        y = self.pwl_bn(self.pwl(y))
        return x + y if self.residual else y


class MiniFbnet(nn.Module):
    """Stem, inverted residuals with both kernels and strides, global pool, linear head."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, 2, 1)
        self.b = nn.Sequential(Inverted(16, 16, 3, 1, 1), Inverted(16, 24, 3, 2, 3), Inverted(24, 24, 5, 1, 3),
                               Inverted(24, 40, 5, 2, 6))
        self.head = nn.Conv2d(40, 72, 1)
        self.fc = nn.Linear(72, 3)

    def forward(self, x):
        x = F.relu(self.head(self.b(F.relu(self.stem(x)))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class MiniRitnet(nn.Module):
    """Dense concatenations, batch normalisation behind the activation, average pool, up-sampling with a skip."""

    def __init__(self, ch=8):
        super().__init__()
        self.c1 = nn.Conv2d(1, ch, 3, padding=1)
        self.c21, self.c22 = nn.Conv2d(1 + ch, ch, 1), nn.Conv2d(ch, ch, 3, padding=1)
        self.bn = nn.BatchNorm2d(ch)
        self.d1 = nn.Conv2d(ch, ch, 3, padding=1)
        self.u1, self.u2 = nn.Conv2d(2 * ch, ch, 1), nn.Conv2d(ch, ch, 3, padding=1)
        self.out = nn.Conv2d(3 * ch, 4, 1)

    def forward(self, x):
        a = torch.cat([x, F.leaky_relu(self.c1(x), 0.01)], 1)
        s = self.bn(F.leaky_relu(self.c22(self.c21(a)), 0.01))
        d = F.leaky_relu(self.d1(F.avg_pool2d(s, 2)), 0.01)
        u = torch.cat([F.interpolate(d, scale_factor=2, mode="nearest"), s], 1)
        v = F.leaky_relu(self.u2(self.u1(u)), 0.01)
        return self.out(torch.cat([u, v], 1))


class MiniVit(nn.Module):
    """Patches, positions, one attention block with GELU in its spelled-out form, a SiLU head."""

    def __init__(self, dim=16, heads=2, tokens=12):
        super().__init__()
        self.heads = heads
        self.patch = nn.Conv2d(1, dim, 4, 4)
        self.position = nn.Parameter(torch.randn(1, tokens, dim) * 0.1)
        self.n1, self.n2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, 2 * dim), nn.Linear(2 * dim, dim)
        self.head = nn.Linear(dim * tokens, 3)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2) + self.position
        n, d = x.shape[1], x.shape[2]
        qkv = self.qkv(self.n1(x)).reshape(1, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        att = ((q @ k.transpose(-2, -1)) * (d // self.heads) ** -0.5).softmax(-1)
        x = x + self.proj((att @ v).transpose(1, 2).reshape(1, n, d))
        x = x + self.down(F.gelu(self.up(self.n2(x))))
        return self.head(F.silu(x).flatten(1))


class TinyBlock(nn.Module):
    """A transformer block; the attention's class is given."""

    def __init__(self, attention, dim):
        super().__init__()
        self.n1, self.n2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attention = attention
        self.up, self.down = nn.Linear(dim, 2 * dim), nn.Linear(2 * dim, dim)

    def forward(self, x):
        x = x + self.attention(self.n1(x))
        return x + self.down(F.gelu(self.up(self.n2(x))))


class JointAttention(nn.Module):
    """q, k and v from one projection, the scale on the scores."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        att = ((q @ k.transpose(-2, -1)) * (d // self.heads) ** -0.5).softmax(-1)
        return self.proj((att @ v).transpose(1, 2).reshape(b, n, d))


class BiasedAttention(nn.Module):
    """Three projections of other depths, the scale on q, a bias per head and pair (LeViT)."""

    def __init__(self, dim, heads, tokens, depth=4, value_depth=12):
        super().__init__()
        self.heads, self.depth, self.value_depth = heads, depth, value_depth
        self.q, self.k = nn.Linear(dim, heads * depth), nn.Linear(dim, heads * depth)
        self.v, self.proj = nn.Linear(dim, heads * value_depth), nn.Linear(heads * value_depth, dim)
        self.bias = nn.Parameter(torch.randn(heads, tokens, tokens) * 0.5)

    def forward(self, x):
        b, n, _ = x.shape
        q = self.q(x).reshape(b, n, self.heads, self.depth).transpose(1, 2) * self.depth ** -0.5
        k = self.k(x).reshape(b, n, self.heads, self.depth).permute(0, 2, 3, 1)
        v = self.v(x).reshape(b, n, self.heads, self.value_depth).transpose(1, 2)
        att = (q @ k + self.bias).softmax(-1)
        return self.proj((att @ v).transpose(1, 2).reshape(b, n, self.heads * self.value_depth))


class TinyVit(nn.Module):
    """Patches, class token, positions, blocks, the class token's row to three numbers."""

    def __init__(self, biased=False, dim=16, heads=2, depth=2, tokens=13):
        super().__init__()
        self.patch = nn.Conv2d(1, dim, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, dim) * 0.5)
        self.position = nn.Parameter(torch.randn(1, tokens, dim) * 0.5)
        make = (lambda: BiasedAttention(dim, heads, tokens)) if biased else (lambda: JointAttention(dim, heads))
        self.blocks = nn.Sequential(*[TinyBlock(make(), dim) for _ in range(depth)])
        self.norm, self.head = nn.LayerNorm(dim), nn.Linear(dim, 3)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.position
        return self.head(self.norm(self.blocks(x))[:, 0])


class Mixed(nn.Module):
    """What the other nets leave out: groups, dilation, uneven windows, maximum pool, ReLU6, sigmoid, split."""

    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 12, (3, 5), (1, 2), (2, 3), bias=True)
        self.g = nn.Conv2d(12, 8, 3, padding=2, dilation=2, groups=4)
        self.m = nn.Conv2d(8, 16, 3, padding=1, groups=8)
        self.p = nn.Conv2d(8, 5, 2, 2)

    def forward(self, x):
        x = F.max_pool2d(F.relu6(self.a(x) * 3), 3, 2, 1)
        x = self.m(torch.sigmoid(self.g(x)))
        left, right = x.chunk(2, 1)
        x = F.avg_pool2d(left + right, 3, 1, 1, count_include_pad=False)
        return self.p(F.hardtanh(x, 0, 6)) * 2 - 1


def seeded(net, seed):
    torch.manual_seed(seed)
    net = net()
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            nn.init.uniform_(m.weight, 0.5, 1.5)
            nn.init.normal_(m.bias, 0, 0.2)
            nn.init.normal_(m.running_mean, 0, 0.2)
            nn.init.uniform_(m.running_var, 0.5, 2)
        if isinstance(m, nn.LayerNorm):
            nn.init.uniform_(m.weight, 0.5, 1.5)
            nn.init.normal_(m.bias, 0, 0.2)
    return net.eval()


def export(name, net, shape, opset=OPSET):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, torch.zeros(shape), f"{name}.onnx", input_names=["x"], output_names=["y"],
                          opset_version=opset, dynamo=False)


def depends_on_input(graph, name):
    writers = {out: node for node in graph.node for out in node.output}
    if name not in writers:
        return name == "x"
    node = writers[name]
    return node.op_type != "Shape" and any(depends_on_input(graph, i) for i in node.input)


def with_all_outputs(name):
    model = onnx.shape_inference.infer_shapes(onnx.load(f"{name}.onnx"))
    weights = {i.name for i in model.graph.initializer}
    shaped = {v.name: v for v in model.graph.value_info}
    # The error function exists inside GELU only; what computes shapes holds whole numbers.
    erfs = {node.output[0] for node in model.graph.node if node.op_type == "Erf"}
    for node in model.graph.node:
        out = node.output[0]
        hidden = node.op_type in ("Constant", "Identity") or out in erfs or erfs & set(node.input)
        if not hidden and out not in weights and out in shaped:
            if shaped[out].type.tensor_type.elem_type == TensorProto.FLOAT and depends_on_input(model.graph, out):
                model.graph.output.append(shaped[out])
    onnx.save(model, f"{name}-all.onnx")


class Samples(CalibrationDataReader):
    def __init__(self, shape, count=8):
        rng = np.random.default_rng(5)
        self.samples = iter([{"x": rng.standard_normal(shape, dtype=np.float32)} for _ in range(count)])

    def get_next(self):
        return next(self.samples, None)


def quantized(name, shape):
    quantize_static(f"{name}.onnx", f"{name}-qdq.onnx", Samples(shape), quant_format=QuantFormat.QDQ,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, per_channel=True)


def save(name, nodes, inputs, outputs, weights=()):
    graph = helper.make_graph(nodes, name,
                              [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs],
                              [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs],
                              [numpy_helper.from_array(np.asarray(w, np.float32), n) for n, w in weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.save(model, f"{name}.onnx")


def bad_models():
    node = helper.make_node
    save("bad-operator", [node("Tanh", ["x"], ["y"], "squash")], [("x", [1, 4])], [("y", [1, 4])])
    save("bad-nan", [node("Conv", ["x", "w"], ["y"], "c", kernel_shape=[1, 1])], [("x", [1, 1, 2, 2])],
         [("y", [1, 1, 2, 2])], [("w", [[[[np.nan]]]])])
    save("bad-dynamic", [node("Relu", ["x"], ["y"], "r")], [("x", ["batch", 4])], [("y", ["batch", 4])])
    save("bad-batch", [node("Relu", ["x"], ["y"], "r")], [("x", [2, 4, 3, 3])], [("y", [2, 4, 3, 3])])
    save("bad-shape", [node("Add", ["x", "z"], ["y"], "sum")], [("x", [1, 4]), ("z", [1, 5])], [("y", [1, 4])])
    save("bad-resize", [node("Resize", ["x", "", "s"], ["y"], "r", mode="linear")], [("x", [1, 1, 2, 2])],
         [("y", [1, 1, 4, 4])], [("s", [1, 1, 2, 2])])
    save("bad-attention", [node("MatMul", ["x", "x2"], ["s"], "qk"), node("Relu", ["s"], ["r"], "gate"),
                           node("Softmax", ["r"], ["w"], "soft"), node("MatMul", ["w", "v"], ["y"], "wv")],
         [("x", [1, 2, 5, 4]), ("x2", [1, 2, 4, 5]), ("v", [1, 2, 5, 4])], [("y", [1, 2, 5, 4])])


def main():
    logging.disable(logging.WARNING)
    nets = {"mini-fbnet": (MiniFbnet, (1, 1, 24, 40)), "mini-ritnet": (MiniRitnet, (1, 1, 16, 16)),
            "mini-vit": (MiniVit, (1, 1, 12, 16)), "mixed": (Mixed, (1, 3, 15, 20))}
    for seed, (name, (net, shape)) in enumerate(nets.items()):
        export(name, seeded(net, seed), shape)
        with_all_outputs(name)
    for name in ("mini-fbnet", "mini-ritnet", "mixed"):
        quantized(name, nets[name][1])
    vit = (1, 1, 12, 16)
    export("tiny-vit", seeded(TinyVit, 11), vit)
    export("tiny-vit-14", seeded(TinyVit, 11), vit, opset=14)  # layer normalisation spelled out
    export("tiny-levit", seeded(lambda: TinyVit(biased=True), 12), vit)
    bad_models()


if __name__ == "__main__":
    main()
