#!/usr/bin/env python3
"""FlatGaze and the Python program in turn on the same machine, and the ratio between neighbours.

Two programs measured on different days, or at the same time on two cores, do not compare. Here one runs after the other,
several times; each pair of neighbours gives a ratio, and the middle one is reported.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = os.path.dirname(os.path.dirname(HERE))
NETWORKS = {"paper": ("fbnet-c100", "ritnet-128"), "compact": ("compact", "compact-seg")}


def figures(command, file):
    """Runs a program that writes its figures to a file; returns them."""
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except OSError as e:
        sys.exit(f"side_by_side: {command[0]} cannot be run: {e.strerror}")
    if done.returncode != 0:
        sys.exit(f"side_by_side: {' '.join(command)} failed: {done.stderr.strip().splitlines()[-1:]}")
    with open(file, encoding="utf-8") as text:
        return json.load(text)


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as text:
            names = [line.split(":", 1)[1].strip() for line in text if line.startswith("model name")]
        return f"{len(names)} x {names[0]}"
    except (OSError, IndexError):
        return "unknown"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", choices=sorted(NETWORKS), default="paper", help="networks of both")
    parser.add_argument("--python-model", choices=sorted(NETWORKS), help="networks of the Python program, where not the same")
    parser.add_argument("--segmentation", metavar="ID", help="another segmentation network for both, where the models are the same")
    parser.add_argument("--accelerator", metavar="ID", default="onnx", help="FlatGaze's backend; Python's is float32")
    parser.add_argument("--fps", type=float, default=0, help="forced rate (default: as fast as it goes)")
    parser.add_argument("--runs", type=int, default=5, help="pairs of runs")
    parser.add_argument("--frames", type=int, default=2000, help="frames of one run")
    parser.add_argument("--flatgaze", default=os.path.join(HOME, "flatgaze"), help="the launcher")
    parser.add_argument("--models", default=os.path.join(HOME, "pipeline", "models"), help="folder of the models")
    parser.add_argument("--json", help="write all figures to this file")
    args = parser.parse_args()
    if args.runs < 1 or args.frames < 1:
        sys.exit("side_by_side: --runs and --frames: expected at least 1")
    rate = ["--mode", "paced", "--fps", str(args.fps)] if args.fps else ["--mode", "throughput"]
    gaze, segmentation = NETWORKS[args.model]
    segmentation = args.segmentation or segmentation
    python_model = args.python_model or args.model
    python_gaze, python_segmentation = NETWORKS[python_model]
    if python_model == args.model:
        python_segmentation = segmentation
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(args.runs):
            file = os.path.join(folder, "figures.json")
            ours = figures(
                [args.flatgaze, "bench", "--model", gaze, "--segmentation", segmentation, "--frames", str(args.frames)]
                + ["--no-mqtt", "--models", args.models, "--accelerator", args.accelerator, "--json", file] + rate,
                file,
            )
            theirs = figures(
                [sys.executable, os.path.join(HERE, "python_pipeline.py"), "--models", args.models, "--gaze", python_gaze]
                + ["--segmentation", python_segmentation, "--count", str(args.frames), "--fps", str(args.fps), "--json", file],
                file,
            )
            pair = {
                "flatgaze": {"fps": ours["fps"], "latency_ms": ours["latency_ms"]},
                "python": {"fps": theirs["fps"], "latency_ms": theirs["latency_ms"]},
                "fps_ratio": ours["fps"] / theirs["fps"],
                "p99_ratio": theirs["latency_ms"]["p99"] / ours["latency_ms"]["p99"],
                "load": os.getloadavg()[0],
            }
            pairs.append(pair)
            print(
                f"{run + 1}: FlatGaze {ours['fps']:.1f} frames/s, p99 {ours['latency_ms']['p99']:.2f} ms;"
                f" Python {theirs['fps']:.1f}, p99 {theirs['latency_ms']['p99']:.2f} ms;"
                f" {pair['fps_ratio']:.2f} times the rate, p99 {pair['p99_ratio']:.2f} times lower"
                f" (load of the machine {pair['load']:.1f})",
                flush=True,
            )
    result = {
        "model": args.model,
        "python_model": python_model,
        "segmentation": segmentation,
        "accelerator": args.accelerator,
        "fps_asked": args.fps or None,
        "frames": args.frames,
        "machine": processor(),
        "fps_ratio": round(statistics.median(pair["fps_ratio"] for pair in pairs), 3),
        "p99_ratio": round(statistics.median(pair["p99_ratio"] for pair in pairs), 3),
        "runs": pairs,
    }
    print(
        f"middle of {args.runs}: {result['fps_ratio']:.2f} times the rate, p99 {result['p99_ratio']:.2f} times lower;"
        f" {args.model}{'' if python_model == args.model else ' against ' + python_model}, {'%g frames/s asked' % args.fps if args.fps else 'as fast as it goes'}, {result['machine']}"
    )
    if args.json:
        with open(args.json, "w", encoding="utf-8") as text:
            json.dump(result, text, indent=2)


if __name__ == "__main__":
    main()
