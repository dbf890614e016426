#!/usr/bin/env python3
"""The frame path of FlatGaze as one would write it in Python: NumPy and ONNX Runtime, one process, one thread each.

Same networks, same schedule (segmentation every 50th frame), same sizes: frame in, unit gaze vector out. Nothing is
published. Every frame is timed from the moment it is taken; with --fps, from the moment it was due.
"""

import argparse
import json
import os
import sys
import time

# Before NumPy is loaded: one thread in its matrix products too.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402

ROWS, COLS = 480, 640
PICTURE, MAP = 256, 128
ROI_ROWS, ROI_COLS = 96, 160
PERIOD = 50
FULL_SCALE = 1023


def session(folder, model):
    """Opens a network; returns a function from one picture to the raw output."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        entry = json.load(file)["models"].get(model)
    if entry is None:
        sys.exit(f"python_pipeline: model {model} is not in {folder}/manifest.json")
    network = ort.InferenceSession(
        os.path.join(folder, entry["file"]), options, providers=["CPUExecutionProvider"]
    )
    name = network.get_inputs()[0].name
    standardise = entry["input"].get("normalisation") == "standardize"

    def run(picture):
        if standardise:
            picture = (picture - picture.mean()) / max(picture.std(), 1e-6)
        return network.run(None, {name: picture[None, None].astype(np.float32)})[0]

    return run


class Pipeline:
    """Raw counts in, gaze out; keeps the region of interest between frames."""

    def __init__(self, models, gaze, segmentation, left, right):
        self.gaze = session(models, gaze)
        self.segment = session(models, segmentation)
        self.left, self.right = left, right
        # Mean of pairs of rows and columns: the picture at half size in the same two products.
        self.half_left = np.ascontiguousarray(left.reshape(MAP, 2, ROWS).mean(1))
        self.half_right = np.ascontiguousarray(right.reshape(COLS, MAP, 2).mean(2))
        self.top, self.edge = (PICTURE - ROI_ROWS) // 2, (PICTURE - ROI_COLS) // 2

    def locate(self, plane):
        """Segments the whole picture and centres the region on iris and pupil."""
        labels = self.segment(self.half_left @ plane @ self.half_right)[0].argmax(0)
        rows, cols = np.nonzero(labels >= 2)
        if rows.size:
            self.top = int(np.clip(rows.min() + rows.max() + 1 - ROI_ROWS // 2, 0, PICTURE - ROI_ROWS))
            self.edge = int(np.clip(cols.min() + cols.max() + 1 - ROI_COLS // 2, 0, PICTURE - ROI_COLS))

    def process(self, counts, refresh):
        plane = counts.astype(np.float32) * np.float32(1 / FULL_SCALE)
        if refresh:
            self.locate(plane)
        rows = self.left[self.top : self.top + ROI_ROWS]
        cols = self.right[:, self.edge : self.edge + ROI_COLS]
        vector = self.gaze(rows @ plane @ cols)[0]
        length = float(np.linalg.norm(vector))
        return vector / length if length >= 0.5 else None


def matrix(path, shape, rng):
    if path is None:
        return (rng.standard_normal(shape) / np.sqrt(shape[0] * shape[1])).astype(np.float32)
    loaded = np.load(path)
    if loaded.shape != shape:
        sys.exit(f"python_pipeline: {path}: shape {loaded.shape}, expected {shape}")
    return np.ascontiguousarray(loaded, dtype=np.float32)


def load_frames(path, rng):
    if path is None:
        return rng.integers(0, FULL_SCALE + 1, (16, ROWS, COLS), dtype=np.uint16)
    frames = np.load(path, mmap_mode="r")
    if frames.ndim != 3 or frames.shape[1:] != (ROWS, COLS):
        sys.exit(f"python_pipeline: {path}: shape {frames.shape}, expected (frames, {ROWS}, {COLS})")
    return frames


def measure(pipeline, frames, count, fps):
    """Returns seconds per frame and the length of the whole run."""
    times = np.empty(count)
    start = time.perf_counter()
    for i in range(count):
        begun = time.perf_counter()
        if fps:
            due = start + i / fps
            if begun < due:
                time.sleep(max(0.0, due - begun))
            begun = due
        pipeline.process(frames[i % len(frames)], i % PERIOD == 0)
        times[i] = time.perf_counter() - begun
    return times, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", required=True, help="folder with manifest.json, as FlatGaze's pipeline/models")
    parser.add_argument("--gaze", default="fbnet-c100", help="id of the gaze network")
    parser.add_argument("--segmentation", default="ritnet-128", help="id of the segmentation network")
    parser.add_argument("--frames", help=".npy of counts, uint16, frames x 480 x 640 (default: seeded noise)")
    parser.add_argument("--left", help=".npy of the left matrix, 256 x 480 (default: seeded noise; time is the same)")
    parser.add_argument("--right", help=".npy of the right matrix, 640 x 256 (default: seeded noise)")
    parser.add_argument("--count", type=int, default=2000, help="frames to time")
    parser.add_argument("--fps", type=float, default=0, help="forced rate (default: as fast as it goes)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write the figures to this file")
    args = parser.parse_args()
    if args.count < 1:
        sys.exit(f"python_pipeline: --count {args.count}: expected at least 1")
    rng = np.random.default_rng(args.seed)
    left = matrix(args.left, (PICTURE, ROWS), rng)
    right = matrix(args.right, (COLS, PICTURE), rng)
    frames = load_frames(args.frames, rng)
    pipeline = Pipeline(args.models, args.gaze, args.segmentation, left, right)
    measure(pipeline, frames, 2 * PERIOD, 0)
    times, seconds = measure(pipeline, frames, args.count, args.fps)
    at = {"p50": 50, "p90": 90, "p99": 99, "p999": 99.9, "max": 100}
    latency = {name: round(float(np.percentile(times, p)) * 1e3, 4) for name, p in at.items()}
    result = {
        "peer": "python",
        "frames": args.count,
        "fps": round(args.count / seconds, 2),
        "latency_ms": latency,
        "gaze": args.gaze,
        "environment": {
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "onnxruntime": ort.__version__,
        },
    }
    print(json.dumps(result, indent=2))
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=2)


if __name__ == "__main__":
    main()
