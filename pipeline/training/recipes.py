"""What differs between the nets: sizes over time, batches, losses and validation."""
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import data

DEGREES = 180.0 / math.pi
# Where the processor has no bfloat16 arithmetic, emulating it takes ten times as long.
HAS_BFLOAT16 = torch.cpu._is_avx512_bf16_supported()


class GazeRecipe:
    """FBNet-C100: gaze vectors from 96x160 crops."""

    name = "fbnet-c100"
    needs = "gaze"
    key_metric, larger_is_better = "mean_deg", False
    # Small pictures first: 48x80 trains 2.7 times as fast and most of what it learns stays true at full size.
    stages = ((0.35, (48, 80)), (1.01, (96, 160)))
    learning_rate, weight_decay, batch, bf16, clip_norm = 3e-3, 0.02, 32, HAS_BFLOAT16, 20.0
    answers = 3  # what the net that runs gives

    def __init__(self, train_set, camera="flatcam", own_axis=False):
        self.train_set, self.camera, self.own_axis = train_set, camera, own_axis
        self.on_new_pass()

    def on_new_pass(self):
        """Labels of all frames known now: mean-kappa visual axis for open eyes (a person's own where the set knows no
        optical axis), the zero vector for closed ones."""
        eyes = self.train_set
        self.kappa_map = data.mean_kappa_map(eyes)
        own_axis = self.own_axis or self.kappa_map is None
        target = eyes.vectors("gaze") if own_axis else data.apply_kappa_map(self.kappa_map, eyes.vectors("optical"))
        self.targets = np.where(eyes.open_eyes()[:, None], target, 0).astype(np.float32)
        self.centres, self.marks = eyes.iris_centres(), data.marks(eyes)

    def prepare(self, net):
        """Starts the net at the mean gaze, so that the first minutes are not spent on finding it."""
        with torch.no_grad():
            net.fc.bias[:3] = torch.from_numpy(self.targets[self.train_set.open_eyes(), :3].mean(0))

    def batch_of(self, indices, size, rng, g):
        corners = data.crop_corners(self.centres[indices], rng, held=True)
        x = data.gaze_crops(self.train_set, indices, corners, self.camera)
        if size[0] != data.CROP_ROWS:
            x = F.interpolate(x, size=size, mode="area")
        return data.standardize(data.augment(x, g)), torch.from_numpy(self.targets_of(indices, corners))

    def targets_of(self, indices, corners):
        """[n][..] what the net is to answer for the crops at ``corners``: its answers, then landmarks."""
        return np.concatenate([self.targets[indices], data.marks_in_crops(self.marks[indices], corners)], 1)

    def loss(self, output, target):
        """Of the gaze, and of landmarks where the net answers them and the eye shows them."""
        # Distance in degrees, quadratic below one degree: follows the mean angular error, not its square.
        distance = (output[:, :3] - target[:, :3]).square().sum(1).mul(DEGREES ** 2).add(1.0).sqrt() - 1.0
        is_open = target[:, :3].abs().sum(1) > 0
        gaze = (distance * torch.where(is_open, 1.0, 0.25)).mean()
        if output.shape[1] == self.answers:
            return gaze
        # A pixel of distance weighs as a tenth of a degree.
        marks = target[:, -7:]
        known = ~marks.isnan() & is_open[:, None]
        distances = F.smooth_l1_loss(output[:, self.answers:], marks.nan_to_num(), reduction="none", beta=0.1)
        return gaze + 1.6 * (distances * known).mean()

    @torch.no_grad()
    def validate(self, net, eyes, frames, size):
        """Metrics over ``frames`` evenly spread frames; crops as just refreshed, and as held for up to 50 frames. None for
        what the set cannot tell."""
        indices = np.unique(np.linspace(0, eyes.frames - 1, min(frames, eyes.frames)).astype(int))
        centres, rng = eyes.iris_centres()[indices], np.random.default_rng(7)
        is_open = eyes.open_eyes()[indices]
        visual, optical = eyes.vectors("gaze")[indices], eyes.vectors("optical")[indices]
        average = None
        if self.kappa_map is not None and eyes.knows("optical_axis"):
            average = data.apply_kappa_map(self.kappa_map, optical)
        metrics = {"frames": int(is_open.sum()), "kappa_floor_deg": mean_angle(average, visual, is_open)}
        for held in (False, True):
            corners = data.crop_corners(centres, rng, held)
            outputs = []
            for s in range(0, len(indices), 128):
                x = data.gaze_crops(eyes, indices[s:s + 128], corners[s:s + 128], self.camera)
                if size[0] != data.CROP_ROWS:
                    x = F.interpolate(x, size=size, mode="area")
                outputs.append(net(data.standardize(x).contiguous(memory_format=torch.channels_last)).float().numpy())
            outputs, prefix = np.concatenate(outputs), "held_" if held else ""
            metrics.update(gaze_metrics(outputs[:, :3], visual, average, is_open, prefix))
            if outputs.shape[1] == 5:
                metrics.update(self_report_metrics(outputs, visual, eyes.truth("openness")[indices], is_open, prefix))
        return metrics


class SelfReportingGazeRecipe(GazeRecipe):
    """Nets that also answer ln(expected error in degrees) and the eye's openness beside the gaze vector."""

    stages = ((1.01, (96, 160)),)
    learning_rate, weight_decay, batch, clip_norm = 2e-3, 0.02, 64, 20.0
    answers = 5

    def on_new_pass(self):
        super().on_new_pass()
        own, openness = self.train_set.vectors("gaze"), self.train_set.truth("openness")
        self.targets = np.concatenate([self.targets, own, openness[:, None]], 1).astype(np.float32)

    def prepare(self, net):
        super().prepare(net)
        with torch.no_grad():
            net.fc.bias[3:] = torch.tensor([1.0, 0.7])

    def loss(self, output, target):
        """Adds the Gaussian log likelihood of the error against the person's own visual axis, and openness.

        With s the root mean square angle, two independent axes of deviation s / sqrt(2) have the density
        exp(-e^2 / s^2) / (pi s^2). The error itself is a constant there: a net must not be right less often in order to
        know itself better.
        """
        gaze = super().loss(output, target)
        is_open = target[:, :3].abs().sum(1) > 0
        direction = F.normalize(output[:, :3].detach(), dim=1)
        error = torch.acos((direction * target[:, 3:6]).sum(1).clamp(-1 + 1e-7, 1 - 1e-7)).mul(DEGREES).clamp_max(30.0)
        log_s = output[:, 3].clamp(-2.0, 4.0)
        surprise = 2 * log_s + (error / log_s.exp()).square()
        # A set of gaze vectors alone knows no openness.
        openness = (output[:, 4] - target[:, 6].nan_to_num()).square() * ~target[:, 6].isnan()
        return gaze + 0.05 * (surprise * is_open).mean() + openness.mean()


class CompactRecipe(SelfReportingGazeRecipe):
    """CompactGaze: as many people and pictures as there are, at full size throughout."""

    name = "compact"


class VitRecipe(SelfReportingGazeRecipe):
    """VitGaze: the lower rate attention needs."""

    name = "vit"
    learning_rate, weight_decay, bf16, clip_norm = 1e-3, 0.05, False, 5.0


class ShiftAddRecipe(SelfReportingGazeRecipe):
    """ShiftAddGaze: power-of-two weights from the first step; give it ``--from`` a compact run to save most of the time."""

    name = "shiftadd"
    bf16 = False  # its weights are made anew in every step


def mean_angle(a, b, where):
    """Mean angle in degrees of the rows ``where``, or None where a direction is not known."""
    return None if a is None else float(data.angles_deg(a, b)[where].mean())


def gaze_metrics(outputs, visual, average, is_open, prefix=""):
    """Angular errors in degrees of open eyes against the visual axis and (optical) the mean-kappa axis, None if unknown; confidences."""
    error = data.angles_deg(outputs[is_open], visual[is_open])
    metrics = {"mean_deg": float(error.mean()), "median_deg": float(np.median(error)),
               "p95_deg": float(np.percentile(error, 95)),
               "optical_deg": mean_angle(average, outputs, is_open)}
    length = np.linalg.norm(outputs, axis=1)
    # Share of frames that a confidence threshold of one half puts on the right side.
    metrics["confidence_accuracy"] = float(((length > 0.5) == is_open).mean())
    return {prefix + k: v for k, v in metrics.items()}


def self_report_metrics(outputs, visual, openness, is_open, prefix=""):
    """How well a net knows itself: ``surprise`` is the mean of error^2 / predicted error^2, 1 when calibrated."""
    error, predicted = data.angles_deg(outputs[is_open, :3], visual[is_open]), np.exp(outputs[is_open, 3])
    ranks = [np.argsort(np.argsort(v)) for v in (error, predicted)]
    metrics = {"surprise": float(((error / predicted) ** 2).mean()), "uncertainty_deg": float(predicted.mean()),
               "uncertainty_rank_correlation": float(np.corrcoef(ranks)[0, 1]), "openness_error": None}
    if not np.isnan(openness).any():
        metrics["openness_error"] = float(np.abs(np.clip(outputs[:, 4], 0, 1) - openness).mean())
    return {prefix + k: v for k, v in metrics.items()}


class SegmentationRecipe:
    """RITNet: background, sclera, iris, pupil from 128x128 pictures."""

    name = "ritnet-128"
    needs = "segmentation"
    key_metric, larger_is_better = "miou", True
    # 64x64 trains five times as fast as 128x128.
    stages = ((0.40, (64, 64)), (1.01, (128, 128)))
    learning_rate, weight_decay, batch, bf16, clip_norm = 2e-3, 1e-4, 16, HAS_BFLOAT16, 2.0

    def __init__(self, train_set, camera="flatcam"):
        self.train_set, self.camera = train_set, camera

    def on_new_pass(self):
        """Nothing to prepare: labels are read with the pictures."""

    def prepare(self, net):
        """Starts the output at rough class shares."""
        with torch.no_grad():
            net.out.bias.copy_(torch.log(torch.tensor([0.75, 0.12, 0.10, 0.03])))

    def batch_of(self, indices, size, rng, g):
        x, labels = data.segmentation_pair(self.train_set, indices, self.camera)
        x, labels = data.augment_geometry(x, labels, g)
        if size[0] != labels.shape[-1]:
            x, labels = F.interpolate(x, size=size, mode="area"), data.shrink_labels(labels, size[0])
        return data.standardize(data.augment(x, g)), labels

    def loss(self, output, labels):
        """Cross-entropy, five times as heavy along class borders, plus generalised dice over the batch."""
        labels = labels.long()
        plane = labels[:, None].float()
        edge = (F.max_pool2d(plane, 3, 1, 1) + F.max_pool2d(-plane, 3, 1, 1)) > 0
        weight = 1.0 + 4.0 * edge[:, 0].float()
        log_p = F.log_softmax(output, 1)
        cross = (F.nll_loss(log_p, labels, reduction="none") * weight).sum() / weight.sum()
        truth = F.one_hot(labels, 4).permute(0, 3, 1, 2).float()
        p = log_p.exp()
        area = truth.sum((0, 2, 3))
        class_weight = torch.where(area > 0, area.clamp_min(1.0) ** -2, torch.zeros(()))
        shared = (class_weight * (p * truth).sum((0, 2, 3))).sum()
        total = (class_weight * (p + truth).sum((0, 2, 3))).sum()
        return cross + 1.0 - 2.0 * shared / total.clamp_min(1e-12)

    @torch.no_grad()
    def validate(self, net, eyes, frames, size):
        indices = np.unique(np.linspace(0, eyes.frames - 1, min(frames, eyes.frames)).astype(int))
        classes, labels = [], []
        for s in range(0, len(indices), 32):
            x, y = data.segmentation_pair(eyes, indices[s:s + 32], self.camera)
            if size[0] != y.shape[-1]:
                x, y = F.interpolate(x, size=size, mode="area"), data.shrink_labels(y, size[0])
            output = net(data.standardize(x).contiguous(memory_format=torch.channels_last))
            classes.append(output.argmax(1).to(torch.uint8).numpy())
            labels.append(y.numpy())
        return segmentation_metrics(np.concatenate(classes), np.concatenate(labels))


class CompactSegRecipe(SegmentationRecipe):
    """CompactSeg: a small net needs more pictures, and is fast enough to get them."""

    name = "compact-seg"
    stages = ((0.15, (64, 64)), (1.01, (128, 128)))
    learning_rate, weight_decay, batch, clip_norm = 3e-3, 1e-3, 16, 5.0


def segmentation_metrics(classes, labels):
    """Intersection over union per class over all pixels of all frames, its mean, and the iris-and-pupil box centre error."""
    counts = np.bincount(labels.astype(np.int64).ravel() * 4 + classes.ravel(), minlength=16).reshape(4, 4)
    union = counts.sum(0) + counts.sum(1) - counts.diagonal()
    iou = counts.diagonal() / np.maximum(union, 1)
    both = [(c, t) for c, t in zip(map(box_centre, classes), map(box_centre, labels)) if c is not None and t is not None]
    scale = data.PICTURE / labels.shape[-1]
    distance = [math.hypot(c[0] - t[0], c[1] - t[1]) * scale for c, t in both] or [float("nan")]
    return {"frames": len(labels), "miou": float(iou.mean()), "iou_background": float(iou[0]), "iou_sclera": float(iou[1]),
            "iou_iris": float(iou[2]), "iou_pupil": float(iou[3]), "roi_centre_px_mean": float(np.mean(distance)),
            "roi_centre_px_p95": float(np.percentile(distance, 95))}


def box_centre(classes):
    """Centre (x, y) of the box around iris and pupil pixels, or None if there are fewer than 12 of them."""
    eye = classes >= 2
    if eye.sum() < 12:
        return None
    rows, columns = np.flatnonzero(eye.any(1)), np.flatnonzero(eye.any(0))
    return (columns[0] + columns[-1] + 1) / 2, (rows[0] + rows[-1] + 1) / 2


class MixedPrecision:
    """A copy of a net with bfloat16 convolutions that does the work; the float32 net keeps weights and statistics.

    Casting weights once a step beats autocast, which casts activations between every pair of unlike operations.
    Depth-wise convolutions, slow in bfloat16, and linear layers stay in float32.
    """

    def __init__(self, net):
        self.net = net
        self.fast = type(net)().to(memory_format=torch.channels_last)
        own, fast = dict(net.named_modules()), dict(self.fast.named_modules())
        self.pairs = []
        for name, m in fast.items():
            if isinstance(m, nn.Conv2d) and m.groups == 1:
                m.to(torch.bfloat16)
                m.register_forward_pre_hook(lambda _, inputs: (inputs[0].bfloat16(),))
                self.pairs += zip(own[name].parameters(), m.parameters())
            elif isinstance(m, (nn.Conv2d, nn.Linear, nn.BatchNorm2d)):
                if not isinstance(m, nn.BatchNorm2d):
                    m.register_forward_pre_hook(lambda _, inputs: (inputs[0].float(),))
                # Parameters, and statistics, are one in both nets.
                m._parameters, m._buffers = own[name]._parameters, own[name]._buffers
        self.pull()

    @torch.no_grad()
    def pull(self):
        """Rounds the float32 weights into the working copy."""
        torch._foreach_copy_([f for _, f in self.pairs], [w for w, _ in self.pairs])

    def push_gradients(self):
        for w, f in self.pairs:
            w.grad, f.grad = f.grad.float(), None
