"""Trains one net on a set until a wall-clock deadline.

    python train.py fbnet-c100 --train DIR --val DIR --run DIR --minutes 45
    python train.py ritnet-128 --train DIR --val DIR --run DIR --minutes 25

The run folder gets checkpoint.pt (replaced atomically, training resumes from it), log.csv, curves.png, log.txt, and at
the end final.pt. The learning rate falls as a cosine over training time, so the deadline is part of the recipe. It can be
moved while training: write the new total of minutes into RUN/minutes. SIGTERM and SIGINT save and stop.
"""
import argparse
import copy
import csv
import ctypes
import json
import math
import os
import signal
import sys
import time

import numpy as np
import torch

import data
import nets
import recipes

RECIPES = {r.name: r for r in (recipes.GazeRecipe, recipes.SegmentationRecipe, recipes.CompactSegRecipe,
                               recipes.CompactRecipe, recipes.VitRecipe, recipes.ShiftAddRecipe)}


def parse(argv):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("net", choices=sorted(RECIPES))
    p.add_argument("--train", required=True, help="training set folder (may still be growing)")
    p.add_argument("--val", required=True, help="validation set folder, other people")
    p.add_argument("--run", required=True, help="run folder, created or resumed")
    p.add_argument("--minutes", type=float, required=True, help="training time in all, resumed parts included")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=os.cpu_count())
    p.add_argument("--batch", type=int, help="pictures a step")
    p.add_argument("--lr", type=float, help="peak learning rate")
    p.add_argument("--small-share", type=float, help="share of the time at half resolution")
    p.add_argument("--val-frames", type=int, default=512)
    p.add_argument("--val-minutes", type=float, default=4, help="time between validations")
    p.add_argument("--save-minutes", type=float, default=3)
    p.add_argument("--ema", type=float, default=0.998, help="decay of the averaged weights a step")
    p.add_argument("--settle-minutes", type=float, default=5, help="time in float32 with frozen batch statistics at the end")
    p.add_argument("--camera", choices=sorted(data.PICTURES), default="flatcam",
                   help="pictures to train on; lens makes the twin that a FlatCam net is compared with")
    p.add_argument("--from", dest="start", metavar="RUN|FILE.onnx",
                   help="start from the averaged weights of another run's checkpoint, or from an exported network")
    p.add_argument("--own-axis", action="store_true", help="train on each person's own visual axis (more label noise)")
    return p.parse_args(argv)


class Trainer:
    """State of one run; ``train`` returns when the deadline or a stop signal has come."""

    def __init__(self, args):
        self.args = args
        os.makedirs(args.run, exist_ok=True)
        self.train_set, self.val_set = data.EyeSet(args.train), data.EyeSet(args.val)
        for eyes in (self.train_set, self.val_set):
            eyes.require(RECIPES[args.net].needs, args.net)
        self.wait_for_frames()
        extra = {} if args.net in nets.SEGMENTATION else {"own_axis": args.own_axis}
        self.recipe = RECIPES[args.net](self.train_set, args.camera, **extra)
        self.batch = args.batch or self.recipe.batch
        torch.manual_seed(args.seed)
        self.net = nets.NETS[args.net]()
        self.recipe.prepare(self.net)
        self.net = self.net.to(memory_format=torch.channels_last)
        self.peak = args.lr or self.recipe.learning_rate
        if args.start:
            self.start_from(args.start)
        decay = [p for p in self.net.parameters() if p.dim() > 1]
        plain = [p for p in self.net.parameters() if p.dim() <= 1]
        self.optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": self.recipe.weight_decay},
                                            {"params": plain, "weight_decay": 0.0}], fused=True)
        self.average = copy.deepcopy(self.net).eval()
        for p in self.average.parameters():
            p.requires_grad_(False)
        # The optimiser began at step 'begun': its first steps are small.
        self.steps = self.images = self.begun = 0
        self.elapsed = 0.0
        self.history = []
        self.stop = False
        self.settling = False
        self.resume()
        # The random state follows from the seed and the progress, so a resumed run needs no stored generator.
        self.rng = np.random.default_rng([args.seed, self.images])
        self.generator = torch.Generator().manual_seed(args.seed * 1_000_003 + self.images)
        self.stream = data.FrameStream(self.train_set, self.batch, self.rng)
        self.stream.on_new_pass = self.recipe.on_new_pass
        self.mixed = recipes.MixedPrecision(self.net) if self.recipe.bf16 else None

    def start_from(self, source):
        """Begins with the weights of a run or of an exported network, the latter at a third of the usual rate."""
        folded = start(self.net, source)
        if source.endswith(".onnx") and not self.args.lr:
            self.peak /= 3
        if folded:
            rng, generator = np.random.default_rng(self.args.seed), torch.Generator().manual_seed(self.args.seed)
            stream, size = data.FrameStream(self.train_set, self.batch, rng), nets.INPUTS[self.args.net]
            stream.on_new_pass = self.recipe.on_new_pass  # the set may have grown
            restore_norms(self.net, lambda: self.recipe.batch_of(stream.next(), size, rng, generator)[0], 30)

    def wait_for_frames(self):
        for eyes in (self.train_set, self.val_set):
            while eyes.rescan() < 64:
                self.log(f"waiting for shards in {eyes.folder}")
                time.sleep(5)

    def log(self, text):
        line = time.strftime("%H:%M:%S ") + text
        print(line, flush=True)
        with open(os.path.join(self.args.run, "log.txt"), "a", encoding="utf-8") as f:
            f.write(line + "\n")

    def minutes(self):
        """The deadline; RUN/minutes overrides the option."""
        try:
            with open(os.path.join(self.args.run, "minutes"), encoding="utf-8") as f:
                return float(f.read())
        except (OSError, ValueError):
            return self.args.minutes

    def size_at(self, progress):
        stages = self.recipe.stages
        first = stages[0][0] if self.args.small_share is None else self.args.small_share
        return stages[0][1] if progress < first else stages[-1][1]

    def rate_at(self, progress):
        warm_up = min(1.0, (self.steps - self.begun + 1) / 300)
        return self.peak * warm_up * max(0.003, 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))

    def train(self):
        self.log(f"{self.args.net}: {self.train_set.frames} frames of {self.train_set.people} people, validation "
                 f"{self.val_set.frames} frames; {self.minutes():g} minutes, batch {self.batch}, peak rate {self.peak:g}, "
                 f"{torch.get_num_threads()} threads, {self.images} images seen before")
        last = logged = saved = validated = time.monotonic()
        logged_images, losses, size = self.images, [], None
        while not self.stop:
            progress = self.elapsed / 60 / self.minutes()
            if progress >= 1:
                break
            if self.size_at(progress) != size:
                size = self.size_at(progress)
                self.log(f"pictures of {size[0]}x{size[1]} from here")
            losses.append(self.step(size, self.rate_at(progress)))
            now = time.monotonic()
            self.elapsed, last = self.elapsed + now - last, now
            if now - logged > 20:
                speed = (self.images - logged_images) / (now - logged)
                self.log(f"{self.elapsed / 60:6.2f} min  loss {np.mean(losses):.4f}  {speed:6.1f} img/s  images {self.images}  "
                         f"frames {self.train_set.frames}  pass {self.stream.passes}  rate {self.rate_at(progress):.2e}")
                logged, logged_images, mean_loss, losses = now, self.images, float(np.mean(losses)), []
                if now - validated > self.args.val_minutes * 60:
                    self.give_own_statistics(size, batches=20)
                    self.validate(size, mean_loss)
                    validated = time.monotonic()
                if now - saved > self.args.save_minutes * 60:
                    self.save("checkpoint.pt")
                    saved = time.monotonic()
        self.save("checkpoint.pt")
        if not self.stop:
            self.finish()

    def step(self, size, rate):
        x, target = self.recipe.batch_of(self.stream.next(), size, self.rng, self.generator)
        # A one-channel tensor has no layout of its own; writing it into a channels-last one keeps all layers in that layout.
        dtype = torch.bfloat16 if self.mixed else torch.float32
        x = torch.empty(x.shape, dtype=dtype, memory_format=torch.channels_last).copy_(x)
        worker = self.mixed.fast if self.mixed else self.net
        worker.train()
        if self.settling:
            freeze_statistics(worker)
        loss = self.recipe.loss(worker(x).float(), target)
        loss.backward()
        if self.mixed:
            self.mixed.push_gradients()
        norm = torch.nn.utils.clip_grad_norm_(self.net.parameters(), self.recipe.clip_norm)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        if math.isfinite(norm.item()):
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if self.mixed:
            self.mixed.pull()
        self.steps += 1
        self.images += len(x)
        self.update_average()
        return loss.item()

    @torch.no_grad()
    def update_average(self):
        share = 1 - min(self.args.ema, (1 + self.steps) / (20 + self.steps))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.net.parameters()), share)
        for a, b in zip(self.average.buffers(), self.net.buffers()):
            a.copy_(b) if not a.is_floating_point() else a.lerp_(b, share)

    def give_own_statistics(self, size, batches=60):
        """Gives the averaged weights batch statistics of their own: those averaged on the way belong to many different
        weights, and made compact look 0.25 degrees worse than it was."""
        refresh_statistics(
            self.average, lambda: self.recipe.batch_of(self.stream.next(), size, self.rng, self.generator)[0], batches)

    def validate(self, size, loss):
        metrics = self.recipe.validate(self.average, self.val_set, self.args.val_frames, size)
        self.history.append({"minutes": self.elapsed / 60, "images": self.images, "rows": size[0], "loss": loss, **metrics})
        self.log("val " + "  ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in metrics.items()))
        with open(os.path.join(self.args.run, "log.csv"), "w", newline="", encoding="utf-8") as f:
            writer = csv.DictWriter(f, fieldnames=list(self.history[-1]))
            writer.writeheader()
            writer.writerows(self.history)
        draw_curves(self.history, self.recipe, os.path.join(self.args.run, "curves.png"))
        return metrics

    def state(self):
        return {"net_name": self.args.net, "net": self.net.state_dict(), "average": self.average.state_dict(),
                "optimizer": self.optimizer.state_dict(), "steps": self.steps, "images": self.images,
                "elapsed": self.elapsed, "history": self.history, "peak": self.peak, "options": vars(self.args)}

    def save(self, name, **extra):
        path = os.path.join(self.args.run, name)
        torch.save({**self.state(), **extra}, path + ".tmp")
        os.replace(path + ".tmp", path)

    def resume(self):
        path = os.path.join(self.args.run, "checkpoint.pt")
        if not os.path.exists(path):
            return
        state = torch.load(path, weights_only=True)
        if state["net_name"] != self.args.net:
            raise SystemExit(f"{path}: holds {state['net_name']}, expected {self.args.net}")
        if state["options"].get("camera", "flatcam") != self.args.camera:
            raise SystemExit(f"{path}: trained on {state['options'].get('camera', 'flatcam')} pictures, "
                             f"expected {self.args.camera}; choose another --run folder")
        if state.get("folded"):
            raise SystemExit(f"{path}: its batch norms are folded, which no longer trains; start another --run with --from {self.args.run}")
        nets.load_weights(self.net, state["net"], path)
        nets.load_weights(self.average, state["average"], path)
        if state["net"].keys() == self.net.state_dict().keys():
            self.optimizer.load_state_dict(state["optimizer"])
        else:
            self.log("the run is from before landmarks: the optimiser starts anew")
            self.begun = state["steps"]
        for key in ("steps", "images", "elapsed", "history"):
            setattr(self, key, state[key])
        self.peak = self.args.lr or state.get("peak", self.peak)
        self.log(f"resumed at {self.elapsed / 60:.2f} minutes")

    def finish(self):
        """Batch statistics of the averaged weights themselves, then the last validation."""
        size = nets.INPUTS[self.args.net]
        self.give_own_statistics(size)
        if self.args.settle_minutes > 0:
            self.settle(size)
        frames, self.args.val_frames = self.args.val_frames, max(4 * self.args.val_frames, 2048)
        last_loss = self.history[-1]["loss"] if self.history else float("nan")
        metrics = self.validate(size, last_loss)
        self.args.val_frames = frames
        summary = {"dataset": self.train_set.manifest.get("name", os.path.basename(os.path.normpath(self.args.train))),
                   "camera": self.args.camera,
                   "filter_id": self.train_set.manifest.get("filter_id"), "dataset_seed": self.train_set.manifest.get("seed"),
                   "people": int(self.train_set.people), "frames": int(self.train_set.frames), "seed": self.args.seed,
                   "minutes": round(self.elapsed / 60, 2), "images_seen": self.images, "threads": torch.get_num_threads()}
        kappa = getattr(self.recipe, "kappa_map", None)
        self.save("final.pt", summary=summary, val_metrics=metrics, kappa_map=None if kappa is None else kappa.tolist())
        with open(os.path.join(self.args.run, "final.json"), "w", encoding="utf-8") as f:
            json.dump({"training": summary, "validation": metrics}, f, indent=1)
        self.log("done: " + json.dumps(summary))


    def settle(self, size):
        """Goes on from the averaged weights in float32 with batch statistics frozen, as they are at inference. A channel that
        seldom fires is tamed by its own batch in training and by nothing afterwards: without this, a few pictures in a
        hundred with the eye turned far to one side gave vectors ten times too long."""
        self.log(f"settling for {self.args.settle_minutes:g} minutes with frozen batch statistics")
        self.net.load_state_dict(self.average.state_dict())
        self.mixed = None
        self.settling, begun, logged = True, time.monotonic(), 0
        while not self.stop:
            progress = (time.monotonic() - begun) / 60 / self.args.settle_minutes
            if progress >= 1:
                break
            loss = self.step(size, 0.1 * self.peak * max(0.01, 0.5 * (1 + math.cos(math.pi * progress))))
            if time.monotonic() - logged > 20:
                logged = time.monotonic()
                self.log(f"settling {100 * progress:3.0f} %  loss {loss:.4f}  images {self.images}")
        self.elapsed += time.monotonic() - begun


def start(net, source):
    """Loads the averaged weights of another run, of the same net or of one that shares its layers (compact, shiftadd), or
    those of an exported network. Answers whether batch norms are folded into the convolutions there."""
    is_export = source.endswith(".onnx")
    path = source if is_export else os.path.join(source, "checkpoint.pt")
    if not os.path.exists(path):
        raise SystemExit(f"{path}: not found; give --from the folder of a run or an exported network")
    if is_export:
        weights, folded = exported_weights(net, path)
    else:
        state = torch.load(path, weights_only=True)
        # Runs from before norms were given back have them folded, too.
        weights, folded = state["average"], state.get("folded", False)
    wanted = net.state_dict()
    # A parametrised weight has another name for the values it is made from.
    weights = {k.replace(".weight", ".parametrizations.weight.original")
               if k not in wanted and k.endswith("conv.weight") else k: v for k, v in weights.items()}
    nets.load_weights(net, weights, path)
    return folded


def exported_weights(net, path):
    """Weights of an ONNX file by the names of ``net``, with the norms that change nothing where the file has folded them;
    and whether it has."""
    import onnx
    weights = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in onnx.load(path).graph.initializer}
    known, folded = net.state_dict(), False
    for name, norm in net.named_modules():
        if isinstance(norm, torch.nn.BatchNorm2d) and name + ".weight" not in weights:
            bias = weights.pop(name.removesuffix("bn") + "conv.bias", None)
            if bias is not None:
                folded = True
                weights.update({name + ".weight": torch.ones_like(bias), name + ".bias": bias,
                                name + ".running_mean": torch.zeros_like(bias),
                                name + ".running_var": torch.full_like(bias, 1 - norm.eps)})
    weights.update({k: v for k, v in known.items() if k.endswith("num_batches_tracked")})
    return {k: v for k, v in weights.items() if k in known or k.endswith("conv.weight")}, folded


def freeze_statistics(net):
    """Batch norms as they are at inference. The rest of the net goes on training: its mode also decides what it answers."""
    for m in net.modules():
        if isinstance(m, torch.nn.BatchNorm2d):
            m.eval()


@torch.no_grad()
def restore_norms(net, next_batch, batches):
    """Gives folded batch norms back what was folded: statistics measured on batches, weights of unit deviation, and scales
    and shifts with which the net answers as before. Without them a net learns at a tenth of the rate, if at all."""
    blocks = [m for m in net.modules() if isinstance(m, nets.ConvBn)]
    sums = {m: [0.0, 0.0] for m in blocks}

    def measure(m, inputs, output):
        x = output.double()
        sums[m][0] = sums[m][0] + x.mean((0, 2, 3))
        sums[m][1] = sums[m][1] + x.square().mean((0, 2, 3))

    hooks = [m.conv.register_forward_hook(lambda _, i, o, m=m: measure(m, i, o)) for m in blocks]
    net.eval()
    for _ in range(batches):
        net(next_batch().contiguous(memory_format=torch.channels_last))
    for hook in hooks:
        hook.remove()
    for m in blocks:
        mean, square = (s / batches for s in sums[m])
        variance = (square - mean.square()).clamp_min(0)
        # A channel that is never anything else than constant keeps its weights.
        unit = torch.where(variance > 1e-8, variance.sqrt(), 1.0)
        conv, norm = m.conv, m.bn
        is_parametrised = torch.nn.utils.parametrize.is_parametrized(conv)
        weight = conv.parametrizations.weight.original if is_parametrised else conv.weight
        weight.div_(unit.float().view(-1, 1, 1, 1))
        norm.running_mean.copy_(mean / unit)
        norm.running_var.copy_(variance / unit.square())
        norm.weight.copy_(unit * (variance / unit.square() + norm.eps).sqrt())
        norm.bias.add_(mean.float())


@torch.no_grad()
def refresh_statistics(net, next_batch, batches):
    """Replaces running batch-norm statistics by plain means over fresh batches (precise batch norm)."""
    norms = [m for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for m in norms:
        m.reset_running_stats()
        m.momentum = None
    net.train()
    for _ in range(batches):
        net(next_batch().contiguous(memory_format=torch.channels_last))
    net.eval()
    for m in norms:
        m.momentum = 0.1


def draw_curves(history, recipe, path):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    minutes = [h["minutes"] for h in history]
    left.plot(minutes, [h["loss"] for h in history], marker=".")
    left.set(xlabel="minutes", ylabel="training loss", title=recipe.name)
    for key in (("mean_deg", "held_mean_deg", "optical_deg", "kappa_floor_deg") if recipe.key_metric == "mean_deg"
                else ("miou", "iou_sclera", "iou_iris", "iou_pupil")):
        right.plot(minutes, [h.get(key) for h in history], marker=".", label=key)
    right.set(xlabel="minutes", title="validation, people not trained on")
    right.legend()
    for axis in (left, right):
        axis.grid(alpha=0.3)
    figure.savefig(path, dpi=90)
    plt.close(figure)


def keep_memory():
    """Keeps freed memory for the next step instead of giving it back to the system (glibc): large layers gain a third."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    for option, value in ((-4, 0), (-1, 2 ** 31 - 1), (-2, 2 ** 29)):  # mmap_max, trim_threshold, top_pad; malloc.h
        mallopt(option, value)


def main(argv=None):
    args = parse(argv)
    # Before any worker thread exists, since threads inherit it: denormal gradients made some steps 30 times slower.
    torch.set_flush_denormal(True)
    keep_memory()
    torch.set_num_threads(args.threads)
    trainer = Trainer(args)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(trainer, "stop", True))
    trainer.train()
    return 0


if __name__ == "__main__":
    sys.exit(main())
