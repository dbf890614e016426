"""Writes a trained net as ONNX with a manifest entry, after measuring it on test people with ONNX Runtime.

    python export.py --run RUN/fbnet-c100 --test DIR --models ../models

Batch normalisation is folded into the convolutions before it. RITNet's stands after the activation, where folding is not exact
at padded borders, so it stays a per-channel affine layer.
"""
import argparse
import hashlib
import json
import os
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import torch

import data
import nets
import recipes

OPSET = 17


class OnnxNet:
    """An ONNX Runtime session that looks like a net to a recipe's ``validate``; one picture at a time, one thread."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def __call__(self, x):
        return torch.cat([torch.from_numpy(self.session.run(None, {"x": np.ascontiguousarray(row[None].numpy())})[0])
                          for row in x])


def write_onnx(name, net, path):
    """Exports at batch 1, float32, fixed shape; returns the largest difference to the net on a random picture."""
    net = net.to(memory_format=torch.contiguous_format).eval()
    reference = torch.randn(1, 1, *nets.INPUTS[name], generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        before = net(reference)
        nets.fold_batch_norm(net)
        with warnings.catch_warnings():
            # The tracing exporter is the older of two; it keeps layer names and needs no further package.
            warnings.simplefilter("ignore")
            torch.onnx.export(net, (reference,), path, input_names=["x"], output_names=[nets.OUTPUTS[name][0]],
                              opset_version=OPSET, dynamo=False)
    model = onnx.load(path)
    constants_to_initializers(model.graph)
    onnx.save(model, path)
    onnx.checker.check_model(model, full_check=True)
    return float((OnnxNet(path)(reference) - before).abs().max())


def constants_to_initializers(graph):
    """Turns Constant nodes (the scales of Resize) into initialisers: fewer kinds of node for a reader to know."""
    for node in [n for n in graph.node if n.op_type == "Constant"]:
        tensor = graph.initializer.add()
        tensor.CopyFrom(next(a.t for a in node.attribute if a.name == "value"))
        tensor.name = node.output[0]
        graph.node.remove(node)


def update_manifest(folder, name, entry):
    path = os.path.join(folder, "manifest.json")
    manifest = {"format": "flatgaze-models", "version": 1, "models": {}}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            manifest = json.load(f)
    manifest["models"][name] = entry
    with open(path + ".tmp", "w", encoding="utf-8") as f:
        json.dump(manifest, f, indent=2)
        f.write("\n")
    os.replace(path + ".tmp", path)


def rounded(metrics):
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in metrics.items()}


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--run", required=True, help="run folder of train.py")
    p.add_argument("--test", help="test set folder, people of neither training nor validation")
    p.add_argument("--test-frames", type=int, default=2000)
    p.add_argument("--models", required=True, help="folder of the ONNX files and manifest.json")
    p.add_argument("--checkpoint", action="store_true", help="export checkpoint.pt of an unfinished run (says so)")
    args = p.parse_args(argv)
    state = torch.load(os.path.join(args.run, "checkpoint.pt" if args.checkpoint else "final.pt"), weights_only=True)
    name = state["net_name"]
    net = nets.NETS[name]()
    nets.load_weights(net, state["average"], args.run)
    parameters = nets.count_parameters(net)
    camera = state["options"].get("camera", "flatcam")
    model = name if camera == "flatcam" else f"{name}-{camera}"
    os.makedirs(args.models, exist_ok=True)
    path = os.path.join(args.models, model + ".onnx")
    difference = write_onnx(name, net, path)
    print(f"{path}: largest difference to the trained net {difference:.2e}")
    if difference > 1e-2:
        raise SystemExit(f"difference={difference}: expected below 1e-2")
    if args.checkpoint:
        training = {"unfinished": True, "minutes": round(state["elapsed"] / 60, 2), "images_seen": state["images"],
                    "seed": state["options"]["seed"]}
        train_set = data.EyeSet(state["options"]["train"])
        training.update(filter_id=train_set.manifest.get("filter_id"), people=int(train_set.people), frames=train_set.frames)
    else:
        training = dict(state["summary"])
    metrics = {}
    if args.test:
        torch.set_num_threads(1)
        test_set = data.EyeSet(args.test)
        test_set.require("segmentation" if name in nets.SEGMENTATION else "gaze", name)
        recipe = recipes.SegmentationRecipe(None, camera)
        if name not in nets.SEGMENTATION:
            recipe = recipes.GazeRecipe.__new__(recipes.GazeRecipe)
            recipe.camera = camera
            stored = state.get("kappa_map")
            recipe.kappa_map = (np.array(stored) if stored is not None
                                else data.mean_kappa_map(data.EyeSet(state["options"]["train"])))
        metrics = recipe.validate(OnnxNet(path), test_set, args.test_frames, nets.INPUTS[name])
        metrics["people"] = int(test_set.people)
        metrics["set"] = os.path.basename(os.path.normpath(args.test))
    with open(path, "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    output, shape = nets.OUTPUTS[name]
    entry = {"file": model + ".onnx", "sha256": digest,
             "input": {"name": "x", "shape": [1, 1, *nets.INPUTS[name]], "normalisation": "standardize"},
             "output": {"name": output, "shape": list(shape)}, "parameters": parameters,
             "macs": nets.count_macs(net, *nets.INPUTS[name]),
             "filter_id": training.pop("filter_id", None), "training": training, "metrics": rounded(metrics),
             "licence": "Apache-2.0"}
    update_manifest(args.models, model, entry)
    print(json.dumps(entry, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
