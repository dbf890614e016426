"""The nets of the eye-tracking pipeline.

The paper's two, with module names equal to the layer ids of the published tables:
RITNet: dense blocks inside a U-net, 32 channels everywhere, 248,900 parameters (published layer listing).
FBNetC100: the published FBNet-C table at width 1.0 with a one-channel stem and a gaze head, 3,592,867 parameters.

Ours. CompactSeg: segmentation with a thirteenth of RITNet's multiply-accumulates. The gaze nets also say how far off they
expect to be and how far the eye is open:
CompactGaze: plain 3x3 convolutions and a flattened head, below 30 M multiply-accumulates.
VitGaze: four attention blocks over 60 patch tokens and a class token, for the sparse attention kernels.
ShiftAddGaze: CompactGaze with power-of-two weights in its inner convolutions, for the shift kernels.

``python nets.py --tables DIR`` runs the paper's nets once and compares every executed layer with the JSON tables in DIR.
"""
import argparse
import json
import math
import os
import sys

import torch
import torch.nn.utils.parametrize
from torch import nn
from torch.nn import functional as F


class Concat(nn.Module):
    """Channel concatenation as a module, so that the layer walk sees it."""

    def forward(self, *parts):
        return torch.cat(parts, 1)


class Add(nn.Module):
    """Residual addition as a module, so that the layer walk sees it."""

    def forward(self, a, b):
        return a + b


class Upsample2(nn.Module):
    """Nearest-neighbour enlargement by two."""

    def forward(self, x):
        return F.interpolate(x, scale_factor=2, mode="nearest")


class ConvLeaky(nn.Module):
    """A 3x3 convolution with bias, then LeakyReLU(0.01)."""

    def __init__(self, cin, cout):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 3, padding=1)

    def forward(self, x):
        return F.leaky_relu(self.conv(x), 0.01, inplace=True)


class DownBlock(nn.Module):
    """Two dense units; the batch normalisation stands last, after the activation, and stays a per-channel affine map."""

    def __init__(self, cin, ch, pool):
        super().__init__()
        if pool:
            self.pool = nn.AvgPool2d(2)
        self.conv1 = ConvLeaky(cin, ch)
        self.cat1 = Concat()
        self.conv21 = nn.Conv2d(cin + ch, ch, 1)
        self.conv22 = ConvLeaky(ch, ch)
        self.cat2 = Concat()
        self.conv31 = nn.Conv2d(cin + 2 * ch, ch, 1)
        self.conv32 = ConvLeaky(ch, ch)
        self.bn = nn.BatchNorm2d(ch)

    def forward(self, x):
        if hasattr(self, "pool"):
            x = self.pool(x)
        c1 = self.cat1(x, self.conv1(x))
        c2 = self.cat2(c1, self.conv22(self.conv21(c1)))
        return self.bn(self.conv32(self.conv31(c2)))


class UpBlock(nn.Module):
    """Enlarges, joins the skip connection and mixes in two units."""

    def __init__(self, ch):
        super().__init__()
        self.up = Upsample2()
        self.cat1 = Concat()
        self.conv11 = nn.Conv2d(2 * ch, ch, 1)
        self.conv12 = ConvLeaky(ch, ch)
        self.cat2 = Concat()
        self.conv21 = nn.Conv2d(3 * ch, ch, 1)
        self.conv22 = ConvLeaky(ch, ch)

    def forward(self, x, skip):
        c1 = self.cat1(self.up(x), skip)
        c2 = self.cat2(c1, self.conv12(self.conv11(c1)))
        return self.conv22(self.conv21(c2))


class RITNet(nn.Module):
    """Segmentation into 4 classes: [n][1][h][w] standardised picture to [n][4][h][w] logits; h and w multiples of 16."""

    def __init__(self, ch=32, classes=4):
        super().__init__()
        self.d1 = DownBlock(1, ch, pool=False)
        for i in range(2, 6):
            setattr(self, f"d{i}", DownBlock(ch, ch, pool=True))
        for i in range(1, 5):
            setattr(self, f"u{i}", UpBlock(ch))
        self.out = nn.Conv2d(ch, classes, 1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                # 1x1 convolutions inside a unit have no activation, so they keep variance with gain 1.
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu" if m.kernel_size[0] == 3 else "linear")
                nn.init.zeros_(m.bias)

    def forward(self, x):
        s1 = self.d1(x)
        s2 = self.d2(s1)
        s3 = self.d3(s2)
        s4 = self.d4(s3)
        y = self.u1(self.d5(s4), s4)
        y = self.u2(y, s3)
        y = self.u3(y, s2)
        return self.out(self.u4(y, s1))


# (kernel, stride of the first block, expansion, channels out, repeats)
FBNET_C = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 1), (3, 1, 1, 24, 2),
    (5, 2, 6, 32, 1), (5, 1, 3, 32, 1), (5, 1, 6, 32, 1), (3, 1, 6, 32, 1),
    (5, 2, 6, 64, 1), (5, 1, 3, 64, 1), (5, 1, 6, 64, 2),
    (5, 1, 6, 112, 3), (5, 1, 3, 112, 1),
    (5, 2, 6, 184, 1), (5, 1, 6, 184, 3), (3, 1, 6, 352, 1),
)


class ConvBn(nn.Module):
    """Convolution without bias, batch normalisation, optional ReLU."""

    def __init__(self, cin, cout, k=1, stride=1, groups=1, act=True):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, k, stride, k // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(cout)
        self.act = act

    def forward(self, x):
        y = self.bn(self.conv(x))
        return F.relu(y, inplace=True) if self.act else y


class Inverted(nn.Module):
    """Inverted residual; with expansion 1 the square 1x1 convolution stays, as in the published parameter count."""

    def __init__(self, cin, cout, k, stride, expansion):
        super().__init__()
        mid = cin * expansion
        self.pw = ConvBn(cin, mid)
        self.dw = ConvBn(mid, mid, k, stride, groups=mid)
        self.pwl = ConvBn(mid, cout, act=False)
        if stride == 1 and cin == cout:
            self.add = Add()

    def forward(self, x):
        y = self.pwl(self.dw(self.pw(x)))
        return self.add(x, y) if hasattr(self, "add") else y


class FBNetC100(nn.Module):
    """Gaze from an eye crop: [n][1][96][160] standardised crop to [n][3], about a unit vector, short when unsure.

    In training it answers CompactGaze's seven landmarks as well, from the means that give the gaze.
    """

    def __init__(self, outputs=3):
        super().__init__()
        self.stem = ConvBn(1, 16, 3, 2)
        cin, self.blocks = 16, []
        for k, stride, expansion, cout, repeats in FBNET_C:
            for j in range(repeats):
                name = f"b{len(self.blocks):02d}"
                setattr(self, name, Inverted(cin, cout, k, stride if j == 0 else 1, expansion))
                self.blocks.append(name)
                cin = cout
        self.head = ConvBn(cin, 1984)
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(1984, outputs)
        self.marks = nn.Linear(1984, 7)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                fan_out = m.kernel_size[0] ** 2 * m.out_channels // m.groups
                nn.init.normal_(m.weight, 0.0, math.sqrt(2.0 / fan_out))
        for name in self.blocks:
            block = getattr(self, name)
            if hasattr(block, "add"):
                # A residual branch that starts closed makes the first minutes of training stable at a high rate.
                nn.init.zeros_(block.pwl.bn.weight)
        for last in (self.fc, self.marks):
            nn.init.normal_(last.weight, 0.0, 0.01)
            nn.init.zeros_(last.bias)

    def forward(self, x):
        x = self.stem(x)
        for name in self.blocks:
            x = getattr(self, name)(x)
        x = self.gap(self.head(x)).flatten(1)
        return torch.cat([self.fc(x), self.marks(x)], 1) if self.training else self.fc(x)


class CompactGaze(nn.Module):
    """Gaze from an eye crop: [n][1][96][160] to [n][5]: the gaze vector as FBNetC100 gives it, ln(expected error in
    degrees), openness.

    Depth-wise layers are slow on a CPU for what they compute and a mean over all positions throws away where the pupil is:
    hence plain 3x3 convolutions, half the size every other layer, and a head that sees all 6x10 positions.

    In training it answers seven numbers more, straight from the last convolution: where the pupil is (x, y), the iris's
    box (left, top, right, bottom), in units of 16 pixels from the crop's centre, and ln of the pupil's radius in pixels.
    They teach the convolutions where to look and are gone from the network that runs.
    """

    # (channels out, stride)
    LAYERS = ((16, 2), (24, 2), (32, 1), (64, 2), (64, 1), (64, 2), (64, 1))

    def __init__(self, outputs=5):
        super().__init__()
        cin, self.blocks = 1, []
        for i, (cout, stride) in enumerate(self.LAYERS):
            name = f"c{i}"
            setattr(self, name, ConvBn(cin, cout, 3, stride))
            self.blocks.append(name)
            cin = cout
        self.hidden = nn.Linear(cin * 60, 96)
        self.fc = nn.Linear(96, outputs)
        self.marks = nn.Linear(cin * 60, 7)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        nn.init.normal_(self.marks.weight, 0.0, 0.001)
        nn.init.zeros_(self.marks.bias)
        nn.init.kaiming_normal_(self.hidden.weight, nonlinearity="relu")
        nn.init.zeros_(self.hidden.bias)
        nn.init.normal_(self.fc.weight, 0.0, 0.01)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        for name in self.blocks:
            x = getattr(self, name)(x)
        # Channels last or not, the head sees the same order.
        x = torch.flatten(x, 1)
        answer = self.fc(F.relu(self.hidden(x)))
        return torch.cat([answer, self.marks(x)], 1) if self.training else answer


class CompactSeg(nn.Module):
    """Segmentation as RITNet's, [n][1][128][128] to [n][4][128][128] logits, small enough to run within one frame.

    Almost all of RITNet's time goes into 32 channels at full size. Here the first layer halves the picture, the widest
    layers see 16x16 positions, and full size comes back in the last layer, which sees the picture itself again so that
    borders stay sharp.
    """

    # name: (channels in, channels out, kernel, stride), in the order of execution
    LAYERS = {"s1": (1, 16, 3, 2),
              "s2a": (16, 24, 3, 2), "s2b": (24, 32, 3, 1),
              "s3a": (32, 64, 3, 2), "s3b": (64, 64, 3, 1),
              "s4a": (64, 64, 3, 2), "s4b": (64, 64, 3, 1), "s4c": (64, 64, 3, 1),
              "u3a": (128, 64, 1, 1), "u3b": (64, 64, 3, 1),
              "u2a": (96, 32, 1, 1), "u2b": (32, 32, 3, 1),
              "u1a": (48, 16, 1, 1), "u1b": (16, 16, 3, 1)}

    def __init__(self, classes=4):
        super().__init__()
        for name, (cin, cout, kernel, stride) in self.LAYERS.items():
            setattr(self, name, ConvBn(cin, cout, kernel, stride))
        self.up, self.join = Upsample2(), Concat()
        self.out = nn.Conv2d(17, classes, 3, padding=1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        nn.init.zeros_(self.out.bias)

    def forward(self, x):
        half = self.s1(x)
        quarter = self.s2b(self.s2a(half))
        eighth = self.s3b(self.s3a(quarter))
        y = self.s4c(self.s4b(self.s4a(eighth)))
        y = self.u3b(self.u3a(self.join(self.up(y), eighth)))
        y = self.u2b(self.u2a(self.join(self.up(y), quarter)))
        y = self.u1b(self.u1a(self.join(self.up(y), half)))
        return self.out(self.join(self.up(y), x))


class PowerOfTwo(nn.Module):
    """Parametrisation of a weight: each output's weights become s 2^p, p in -6..0, s its largest size.

    The rounding is DeepShift-Q's, in the exponent; gradients pass straight through it.
    """

    def forward(self, weight):
        with torch.no_grad():
            largest = weight.abs().amax(tuple(range(1, weight.dim())), keepdim=True).clamp_min(1e-12)
            power = torch.exp2(torch.round(torch.log2((weight.abs() / largest).clamp(2.0 ** -6, 1.0))))
            step = torch.where(weight == 0, torch.zeros(()), torch.sign(weight) * power * largest) - weight
        return weight + step


class ShiftAddGaze(CompactGaze):
    """CompactGaze whose convolutions multiply by powers of two, all but the first; the head stays as it is."""

    def __init__(self, outputs=5):
        super().__init__(outputs)
        for name in self.blocks[1:]:
            nn.utils.parametrize.register_parametrization(getattr(self, name).conv, "weight", PowerOfTwo())


class AttentionBlock(nn.Module):
    """Layer norm, attention, layer norm, two-layer perceptron; both halves residual (DeiT)."""

    def __init__(self, dim, heads, hidden):
        super().__init__()
        self.heads, self.scale = heads, (dim // heads) ** -0.5
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.fc1, self.fc2 = nn.Linear(dim, hidden), nn.Linear(hidden, dim)

    def forward(self, x):
        n, tokens, dim = x.shape
        qkv = self.qkv(self.norm1(x)).reshape(n, tokens, 3, self.heads, dim // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        attention = torch.softmax(torch.matmul(q, k.transpose(2, 3)) * self.scale, -1)
        y = torch.matmul(attention, v).transpose(1, 2).reshape(n, tokens, dim)
        x = x + self.proj(y)
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))

    def macs(self, tokens):
        """Multiply-accumulates of the two attention products, which no module owns."""
        return 2 * tokens * tokens * self.proj.in_features


class VitGaze(nn.Module):
    """Gaze from an eye crop by attention, same output as CompactGaze: 60 patch tokens and a class token.

    Patches come from four strided convolutions and not from one of 16x16: early convolutions make a small transformer
    trainable in an hour (Xiao et al. 2021).
    """

    def __init__(self, outputs=5, dim=96, heads=3, depth=4):
        super().__init__()
        self.stem = nn.Sequential(ConvBn(1, 16, 3, 2), ConvBn(16, 32, 3, 2), ConvBn(32, 64, 3, 2),
                                  ConvBn(64, dim, 3, 2, act=False))
        self.cls = nn.Parameter(torch.zeros(1, 1, dim))
        self.position = nn.Parameter(torch.randn(1, 61, dim) * 0.02)
        self.layers = nn.ModuleList(AttentionBlock(dim, heads, 2 * dim) for _ in range(depth))
        self.norm = nn.LayerNorm(dim)
        self.fc = nn.Linear(dim, outputs)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.trunc_normal_(m.weight, std=0.02 if m is self.fc else m.in_features ** -0.5)
                nn.init.zeros_(m.bias)
            elif isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")

    def forward(self, x):
        x = self.stem(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1) + self.position
        for layer in self.layers:
            x = layer(x)
        return self.fc(self.norm(x)[:, 0])


GAZE_INPUT, SEGMENTATION_INPUT = (96, 160), (128, 128)
NETS = {"ritnet-128": RITNet, "compact-seg": CompactSeg, "fbnet-c100": FBNetC100, "compact": CompactGaze, "vit": VitGaze,
        "shiftadd": ShiftAddGaze}
SEGMENTATION = ("ritnet-128", "compact-seg")
INPUTS = {name: SEGMENTATION_INPUT if name in SEGMENTATION else GAZE_INPUT for name in NETS}
OUTPUTS = {name: ("logits", (1, 4, 128, 128)) if name in SEGMENTATION else ("gaze", (1, 3 if name == "fbnet-c100" else 5))
           for name in NETS}
TABLES = {"ritnet-128": "ritnet_1x128x128.json", "fbnet-c100": "fbnetc100_1x96x160.json"}


# Layers that teach the others and are gone from the network that runs; runs from before they existed lack them.
TEACHING = "marks."


def load_weights(net, weights, source):
    """Loads a state dict in which teaching layers may be missing; ends with one line that names ``source`` when others are
    missing or have another shape."""
    wanted = net.state_dict()
    weights = {**{k: v for k, v in wanted.items() if k.startswith(TEACHING)}, **weights}
    different = sorted(k for k in wanted if k not in weights or weights[k].shape != wanted[k].shape)
    if different:
        raise SystemExit(f"{source}: holds other layers than {type(net).__name__}: {', '.join(different[:3])}")
    net.load_state_dict(weights)


def count_parameters(net):
    """Parameters of the network that runs."""
    return sum(p.numel() for name, p in net.named_parameters() if not name.startswith(TEACHING))


@torch.no_grad()
def count_macs(net, height, width):
    """Multiply-accumulates of one picture, counted while the net runs once on zeros."""
    total, hooks = 0, []

    def hook(m, inputs, output):
        nonlocal total
        if isinstance(m, nn.Conv2d):
            total += m.weight.numel() * output.shape[2] * output.shape[3]
        elif isinstance(m, nn.Linear):
            total += m.weight.numel() * (output.numel() // m.out_features)
        else:
            total += m.macs(inputs[0].shape[1])

    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear, AttentionBlock)):
            hooks.append(m.register_forward_hook(hook))
    was_training = net.training
    net.eval()(torch.zeros(1, 1, height, width))
    net.train(was_training)
    for h in hooks:
        h.remove()
    return total


def fold_batch_norm(net):
    """Returns the net in evaluation form with every ConvBn turned into one convolution with bias (in place)."""
    net.eval()
    for m in list(net.modules()):
        if nn.utils.parametrize.is_parametrized(m):
            nn.utils.parametrize.remove_parametrizations(m, "weight")
    for m in net.modules():
        if isinstance(m, ConvBn) and isinstance(m.bn, nn.BatchNorm2d):
            m.conv = nn.utils.fuse_conv_bn_eval(m.conv, m.bn)
            m.bn = nn.Identity()
    return net


def _kind(m):
    """The table's word for a leaf module, with its convolution and its batch normalisation, or None if not a leaf."""
    if isinstance(m, (ConvBn, ConvLeaky)):
        return _conv_kind(m.conv), m.conv, getattr(m, "bn", None)
    if isinstance(m, nn.Conv2d):
        return _conv_kind(m), m, None
    simple = {nn.Linear: "fc", nn.BatchNorm2d: "batchnorm", nn.AvgPool2d: "avgpool", nn.AdaptiveAvgPool2d: "globalpool",
              Concat: "concat", Add: "add", Upsample2: "upsample"}
    kind = simple.get(type(m))
    return (kind, m, None) if kind else None


def _conv_kind(conv):
    if conv.groups > 1:
        return "dwconv"
    return "pwconv" if conv.kernel_size[0] == 1 else "conv"


def executed_layers(net, height, width):
    """Runs the net once on zeros; returns one record per executed layer in the table's words, in execution order."""
    names, records, hooks = {}, [], []

    def collect(prefix, module):
        for name, child in module.named_children():
            full = f"{prefix}{name}"
            if _kind(child):
                names[child] = full
            else:
                collect(full + ".", child)

    def hook(m, inputs, output):
        kind, core, bn = _kind(m)
        x = inputs[0]
        params = sum(p.numel() for p in m.parameters())
        r = dict(id=names[m], type=kind, cout=output.shape[1], params=params,
                 cin=sum(i.shape[1] for i in inputs) if kind == "concat" else x.shape[1])
        if output.dim() == 4:
            r.update(h_out=output.shape[2], w_out=output.shape[3])
        if x.dim() == 4:
            r.update(h_in=x.shape[2], w_in=x.shape[3])
        r["macs"] = 0
        if kind.endswith("conv"):
            act = "lrelu" if isinstance(m, ConvLeaky) else "relu" if getattr(m, "act", False) else "none"
            r.update(kernel=core.kernel_size[0], stride=core.stride[0], pad=core.padding[0], groups=core.groups,
                     bias=core.bias is not None, bn=bn is not None, act=act)
            r["macs"] = core.weight.numel() * r["h_out"] * r["w_out"]
        elif kind == "fc":
            r.update(bias=core.bias is not None, macs=core.weight.numel())
        records.append(r)

    collect("", net)
    for m in names:
        hooks.append(m.register_forward_hook(hook))
    was_training = net.training
    with torch.no_grad():
        net.eval()(torch.zeros(1, 1, height, width))
    net.train(was_training)
    for h in hooks:
        h.remove()
    return records


def compare_with_table(net, table):
    """Returns the differences between the executed layers and a JSON layer table, as readable lines; empty if equal."""
    executed = executed_layers(net, table["input"][1], table["input"][2])
    expected = [r for r in table["layers"] if r["type"] != "argmax"]  # the arg max belongs to the runtime
    problems = []
    if [r["id"] for r in executed] != [r["id"] for r in expected]:
        problems.append(f"order: executed {[r['id'] for r in executed]}, table {[r['id'] for r in expected]}")
    by_id = {r["id"]: r for r in executed}
    for want in expected:
        have = by_id.get(want["id"])
        if have is None:
            problems.append(f"{want['id']}: not executed")
            continue
        if want["type"] == "batchnorm":
            have = dict(have, bn=True)
        for key, value in have.items():
            if want[key] != value:
                problems.append(f"{want['id']}.{key}={value}: table says {want[key]}")
    params = count_parameters(net)
    if params != table["totals"]["params"]:
        problems.append(f"parameters={params}: table says {table['totals']['params']}")
    macs = sum(r["macs"] for r in executed)
    if macs != table["totals"]["macs"]:
        problems.append(f"macs={macs}: table says {table['totals']['macs']}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", required=True, help="folder with the JSON layer tables")
    args = parser.parse_args()
    failed = False
    for name in TABLES:
        net_class = NETS[name]
        with open(os.path.join(args.tables, TABLES[name]), encoding="utf-8") as f:
            table = json.load(f)
        problems = compare_with_table(net_class(), table)
        print(f"{name}: {len(table['layers'])} layers, {table['totals']['params']:,} parameters, "
              f"{table['totals']['macs']:,} multiply-accumulates: {'equal' if not problems else 'DIFFERENT'}")
        for p in problems:
            print("  " + p)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
