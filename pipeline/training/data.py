"""Reads the labelled sets written by ``flatgaze dataset`` and turns frames into training batches.

A set is a folder with manifest.json and shard folders; a shard appears by rename when it is complete, so a set can be
read while it is still being written: call ``EyeSet.rescan`` now and then. Pictures are memory-mapped, never loaded whole.
"""
import glob
import json
import os

import numpy as np
import torch
from torch.nn import functional as F

PICTURE = 256  # rows and columns of a reconstruction
CROP_ROWS, CROP_COLUMNS = 96, 160
OPEN_PUPIL_VISIBLE = 0.15  # below this share of visible pupil the gaze target is the zero vector
COLUMNS = ("person session gaze_x gaze_y gaze_z optical_x optical_y optical_z openness pupil_visible pupil_x pupil_y "
           "pupil_major pupil_minor pupil_angle_deg iris_left iris_top iris_right iris_bottom").split()
TRUTH = ("segmentation", "gaze", "optical_axis")  # what a set can know; one of simulated people knows everything
RECON_MEAN, RECON_SCALE = 96.0, 32.0  # u8 = clamp(96 + 32 z) of the z-scored reconstruction


class EyeSet:
    """One labelled set. ``frames`` counts what the last ``rescan`` found; ``truth(name)`` is one label column of all frames."""

    def __init__(self, folder):
        self.folder = folder
        path = os.path.join(folder, "manifest.json")
        if not os.path.exists(path):
            raise SystemExit(f"{path}: expected a set written by 'flatgaze dataset'")
        with open(path, encoding="utf-8") as f:
            self.manifest = json.load(f)
        if self.manifest.get("format") != "flatgaze-dataset" or self.manifest.get("version") != 1:
            raise SystemExit(f"{path}: expected format flatgaze-dataset, version 1")
        self.columns = {name: i for i, name in enumerate(self.manifest["label_columns"])}
        missing = [c for c in COLUMNS if c not in self.columns]
        if missing:
            raise SystemExit(f"{path}: label_columns lacks {', '.join(missing)}")
        self.known = tuple(self.manifest.get("truth", TRUTH))
        self._shards, self._names = [], set()
        self.rescan()

    def knows(self, what):
        """Whether the set says something of its eyes, see ``TRUTH``; columns of the rest are NaN, label maps zero."""
        return what in self.known

    def require(self, what, purpose):
        if not self.knows(what):
            raise SystemExit(f"{self.folder}: knows no {what}, only {', '.join(self.known)}; {purpose} needs a set that does")

    def rescan(self):
        """Adds shards that appeared since the last call, in name order; returns the number of frames now known."""
        for path in sorted(glob.glob(os.path.join(self.folder, "shard-*"))):
            name = os.path.basename(path)
            if name in self._names or not os.path.isfile(os.path.join(path, "truth.npy")):
                continue
            arrays = {k: np.load(os.path.join(path, k + ".npy"), mmap_mode="r")
                      for k in ("recon256", "lens256", "labels128")}
            arrays["truth"] = np.load(os.path.join(path, "truth.npy")).astype(np.float32)
            n = len(arrays["truth"])
            if arrays["recon256"].shape != (n, PICTURE, PICTURE) or arrays["labels128"].shape != (n, 128, 128):
                raise SystemExit(f"{path}: recon256 {arrays['recon256'].shape}, labels128 {arrays['labels128'].shape}, "
                                 f"expected {n} pictures of 256x256 and 128x128")
            self._names.add(name)
            self._shards.append(arrays)
        if self._shards:
            self._truth = np.concatenate([s["truth"] for s in self._shards])
            self._where = np.concatenate([np.stack([np.full(len(s["truth"]), i), np.arange(len(s["truth"]))], 1)
                                          for i, s in enumerate(self._shards)])
        return self.frames

    @property
    def frames(self):
        return len(self._truth) if self._shards else 0

    @property
    def people(self):
        return len(np.unique(self.truth("person")))

    def truth(self, name):
        return self._truth[:, self.columns[name]]

    def vectors(self, axis):
        """[frames][3] unit vectors of the ``gaze`` (visual) or ``optical`` axis."""
        return np.stack([self.truth(f"{axis}_{c}") for c in "xyz"], 1)

    def picture(self, kind, i):
        shard, row = self._where[i]
        return self._shards[shard][kind][row]

    def open_eyes(self):
        """[frames] bool; where nobody knows how far the eye is open, it is if somebody knows where it looks."""
        visible = self.truth("pupil_visible")
        return np.where(np.isnan(visible), ~np.isnan(self.truth("gaze_x")), visible >= OPEN_PUPIL_VISIBLE)

    def iris_centres(self):
        """[frames][2] centre (x, y) of the visible iris and pupil box in 256-pixels; NaN where no iris is visible."""
        left, top, right, bottom = (self.truth("iris_" + side) for side in ("left", "top", "right", "bottom"))
        centre = np.stack([(left + right) / 2, (top + bottom) / 2], 1)
        centre[~((right > left) & (bottom > top))] = np.nan
        return centre


def marks(eyes):
    """[frames][7] pupil x, y, iris left, top, right, bottom in pixels of the whole picture, ln(pupil radius); NaN if unseen."""
    names = ("pupil_x", "pupil_y", "iris_left", "iris_top", "iris_right", "iris_bottom")
    with np.errstate(divide="ignore", invalid="ignore"):
        size = 0.5 * np.log(eyes.truth("pupil_major") * eyes.truth("pupil_minor"))
    all_marks = np.stack([*(eyes.truth(name) for name in names), size], 1).astype(np.float32)
    all_marks[~np.isfinite(size) | ~eyes.open_eyes()] = np.nan
    all_marks[np.isnan(eyes.iris_centres()[:, 0]), 2:6] = np.nan
    return all_marks


def marks_in_crops(marks, corners):
    """The same for gaze crops at ``corners`` (x, y): positions in units of 16 pixels from the crop's centre."""
    centre = corners + (CROP_COLUMNS / 2, CROP_ROWS / 2)
    inside = marks.copy()
    inside[:, :6] = (marks[:, :6] - np.tile(centre, 3)) / 16
    return inside.astype(np.float32)


def mean_kappa_map(eyes):
    """Least-squares map from the optical to the visual axis of the average person, quadratic in x and y.

    The angle between the two axes (kappa) is a person's own and cannot be seen in a picture, so the best a net can say is
    the visual axis of the average person. Training on that, not on each person's own axis, removes label noise. None if
    the set knows no optical axis.
    """
    if not eyes.knows("optical_axis"):
        return None
    keep = eyes.open_eyes()
    a = _quadratic(eyes.vectors("optical")[keep])
    return np.linalg.lstsq(a, eyes.vectors("gaze")[keep].astype(np.float64), rcond=None)[0]


def apply_kappa_map(coefficients, optical):
    v = _quadratic(optical) @ coefficients
    return (v / np.linalg.norm(v, axis=1, keepdims=True)).astype(np.float32)


def _quadratic(v):
    x, y = v[:, 0].astype(np.float64), v[:, 1].astype(np.float64)
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], 1)


def angles_deg(a, b):
    """Angle between rows of two [n][3] arrays, degrees; a zero row counts as 90."""
    na, nb = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
    cos = (a * b).sum(1) / np.maximum(na * nb, 1e-9)
    sin = np.linalg.norm(np.cross(a, b), axis=1) / np.maximum(na * nb, 1e-9)
    return np.where((na > 1e-9) & (nb > 1e-9), np.degrees(np.arctan2(sin, cos)), 90.0)


def crop_corners(centres, rng, held):
    """Top-left corners [n][2] (x, y) of gaze crops around ``centres``.

    A fresh region of interest is off by a few pixels (normal, 3 px). A held one was set up to 50 frames ago, saccades
    happen meanwhile: with ``held``, 40 % are off by up to 45 px across and 30 px down. Closed eyes: around the centre.
    """
    n = len(centres)
    offset = rng.normal(0, 3, (n, 2))
    if held:
        far = rng.random(n) < 0.4
        offset[far] = (rng.uniform(-1, 1, (n, 2)) * (45, 30))[far]
    closed = np.isnan(centres[:, 0])
    offset[closed] = rng.uniform(-25, 25, (n, 2))[closed]
    centre = np.where(closed[:, None], PICTURE / 2, centres) + offset
    corner = np.rint(centre - (CROP_COLUMNS / 2, CROP_ROWS / 2)).astype(int)
    return np.clip(corner, 0, (PICTURE - CROP_COLUMNS, PICTURE - CROP_ROWS))


PICTURES = {"flatcam": "recon256", "lens": "lens256"}


def z_scored(pictures, camera):
    """Stored bytes [n][1][h][w] as values of about unit deviation: reconstructions hold z-scores, lens pictures light."""
    x = pictures.float()
    return (x - RECON_MEAN) / RECON_SCALE if camera == "flatcam" else standardize(x)


def gaze_crops(eyes, indices, corners, camera="flatcam"):
    """[n][1][96][160] float tensor of values of about unit deviation."""
    out = np.empty((len(indices), 1, CROP_ROWS, CROP_COLUMNS), np.uint8)
    for j, (i, (x, y)) in enumerate(zip(indices, corners)):
        out[j, 0] = eyes.picture(PICTURES[camera], i)[y:y + CROP_ROWS, x:x + CROP_COLUMNS]
    return z_scored(torch.from_numpy(out), camera)


def segmentation_pair(eyes, indices, camera="flatcam"):
    """[n][1][128][128] float pictures (2x2 means) of about unit deviation and [n][128][128] uint8 classes."""
    pictures = np.stack([eyes.picture(PICTURES[camera], i) for i in indices])
    labels = np.stack([eyes.picture("labels128", i) for i in indices])
    return F.avg_pool2d(z_scored(torch.from_numpy(pictures)[:, None], camera), 2), torch.from_numpy(labels)


def standardize(x):
    """Each picture by its own mean and standard deviation; the runtime does the same."""
    std, mean = torch.std_mean(x, dim=(1, 2, 3), keepdim=True, correction=0)
    return (x - mean) / std.clamp_min(1e-6)


def augment(x, g):
    """Changes what another device, light or noise level would change; [n][1][h][w] values of about unit deviation."""
    n, _, h, w = x.shape
    def uniform(lo, hi):
        return torch.empty(n, 1, 1, 1).uniform_(lo, hi, generator=g)
    # Gamma on values brought into 0..1 (z-scored pictures span -3..5), standardised again afterwards.
    some = uniform(0, 1) < 0.5
    gamma = torch.where(some, torch.exp(uniform(-0.25, 0.25)), torch.ones(1))
    x = standardize(((x + 3) / 8).clamp_(1e-3, 1) ** gamma)
    # A linear shading, as from a light that moved.
    u, v = torch.linspace(-1, 1, w).view(1, 1, 1, w), torch.linspace(-1, 1, h).view(1, 1, h, 1)
    shade = torch.randn(2, n, 1, 1, 1, generator=g) * 0.12
    x = x + shade[0] * u + shade[1] * v
    # A little blur on one picture in five.
    blend = torch.where(uniform(0, 1) < 0.2, uniform(0.2, 0.9), torch.zeros(1))
    x = torch.lerp(x, F.avg_pool2d(x, 3, 1, 1, count_include_pad=False), blend)
    # White noise for all, and noise twice as coarse for some: the reconstruction colours sensor noise.
    x = x + torch.randn(x.shape, generator=g) * uniform(0.02, 0.15)
    coarse = torch.randn(n, 1, (h + 1) // 2, (w + 1) // 2, generator=g)
    strength = torch.where(uniform(0, 1) < 0.3, uniform(0.0, 0.15), torch.zeros(1))
    return x + F.interpolate(coarse, size=(h, w), mode="bilinear", align_corners=False) * strength


def augment_geometry(x, labels, g):
    """Shifts (up to 15 px of 128), turns (8 degrees) and scales (15 %) two pictures in three, labels alike."""
    n = len(x)
    def uniform(lo, hi):
        return torch.empty(n).uniform_(lo, hi, generator=g)
    some = (uniform(0, 1) < 0.67).float()
    angle, scale = uniform(-0.14, 0.14) * some, torch.exp(uniform(-0.15, 0.15) * some)
    dx, dy = uniform(-0.24, 0.24) * some, uniform(-0.24, 0.24) * some
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    theta = torch.stack([torch.stack([cos, -sin, dx], 1), torch.stack([sin, cos, dy], 1)], 1)
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=False)
    moved = F.grid_sample(labels[:, None].float(), grid, mode="nearest", padding_mode="border", align_corners=False)
    return x, moved[:, 0].to(torch.uint8)


def shrink_labels(labels, size):
    """Majority class of each block; [n][128][128] to [n][size][size], where size divides 128."""
    one_hot = F.one_hot(labels.long(), 4).permute(0, 3, 1, 2).float()
    return F.avg_pool2d(one_hot, labels.shape[-1] // size).argmax(1).to(torch.uint8)


class FrameStream:
    """Endless shuffled frame numbers in batches; looks for new shards at the start of every pass."""

    def __init__(self, eyes, batch, rng):
        self.eyes, self.batch, self.rng = eyes, batch, rng
        self.passes, self._queue = 0, np.empty(0, int)
        self.on_new_pass = None

    def next(self):
        if len(self._queue) < self.batch:
            self.eyes.rescan()
            if self.eyes.frames < self.batch:
                raise SystemExit(f"{self.eyes.folder}: {self.eyes.frames} frames, expected at least {self.batch}")
            self._queue = self.rng.permutation(self.eyes.frames)
            self.passes += 1
            if self.on_new_pass:
                self.on_new_pass()
        taken, self._queue = self._queue[:self.batch], self._queue[self.batch:]
        return taken
