"""Run with ``python -m unittest`` in this folder. Needs no data set; the layer tables are looked up in a sibling shared/."""
import json
import os
import pathlib
import tempfile
import unittest

import numpy as np
import onnx
import torch

import data
import export
import nets
import recipes
import train


def shared_folder():
    """FLATGAZE_SHARED, else the shared/ folder beside the repository, else None."""
    if os.environ.get("FLATGAZE_SHARED"):
        return pathlib.Path(os.environ["FLATGAZE_SHARED"])
    for parent in pathlib.Path(__file__).resolve().parents:
        if (parent.parent / "shared" / "DESIGN.md").exists():
            return parent.parent / "shared"
    return None


def write_set(folder, people=4, frames=24, seed=0, known=None):
    """A tiny set of drawn eyes: a dark disc in a grey ring, gaze proportional to its position; ``known`` is all it tells."""
    rng = np.random.default_rng(seed)
    shard = os.path.join(folder, "shard-00000")
    os.makedirs(shard)
    n = people * frames
    recon, labels = np.full((n, 256, 256), 110, np.uint8), np.zeros((n, 128, 128), np.uint8)
    truth = np.zeros((n, len(data.COLUMNS)), np.float32)
    yy, xx = np.mgrid[:256, :256]
    for i in range(n):
        x, y = rng.uniform(90, 166), rng.uniform(100, 156)
        r = np.hypot(xx - x, yy - y)
        recon[i][r < 40], recon[i][r < 18] = 80, 30
        small = r[::2, ::2]
        labels[i][small < 60], labels[i][small < 40], labels[i][small < 18] = 1, 2, 3
        v = np.array([(x - 128) / 100, (y - 128) / 100, 1.0])
        v /= np.linalg.norm(v)
        row = {"person": i // frames, "openness": 1, "pupil_visible": 0.0 if i % 8 == 0 else 1.0,
               "iris_left": x - 40, "iris_top": y - 40, "iris_right": x + 40, "iris_bottom": y + 40}
        row.update({f"{axis}_{c}": v[k] for axis in ("gaze", "optical") for k, c in enumerate("xyz")})
        for key, value in row.items():
            truth[i, data.COLUMNS.index(key)] = value
    if known is not None:
        unknown = ["optical_x", "optical_y", "optical_z"]
        unknown += ["openness", "pupil_visible"] if "segmentation" not in known else ["gaze_x", "gaze_y", "gaze_z"]
        truth[:, [data.COLUMNS.index(c) for c in unknown]] = np.nan
    if known == ["gaze"]:
        labels[:] = 0
    for key, value in (("recon256", recon), ("lens256", recon), ("labels128", labels), ("truth", truth)):
        np.save(os.path.join(shard, key + ".npy"), value)
    with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as f:
        json.dump({"format": "flatgaze-dataset", "version": 1, "filter_id": "test", "seed": seed,
                   "label_columns": data.COLUMNS} | ({} if known is None else {"truth": known}), f)


class LayerTableTest(unittest.TestCase):

    def test_should_equal_published_table_layer_by_layer(self):
        shared = shared_folder()
        if shared is None:
            self.skipTest("no shared/ folder with layer tables")
        for name in nets.TABLES:
            net_class = nets.NETS[name]
            with self.subTest(name), open(shared / "data/eyecod/layers" / nets.TABLES[name], encoding="utf-8") as f:
                self.assertEqual([], nets.compare_with_table(net_class(), json.load(f)))

    def test_should_report_difference_when_a_layer_differs(self):
        net = nets.RITNet()
        layers = [dict(r, bn=r["type"] == "batchnorm") for r in nets.executed_layers(net, 128, 128)]
        total = {"params": 248_900, "macs": nets.count_macs(net, 128, 128)}
        table = {"input": [1, 128, 128], "totals": total, "layers": layers}
        self.assertEqual([], nets.compare_with_table(net, table))
        layers[3]["cout"] = 31
        self.assertEqual(1, len(nets.compare_with_table(net, table)))


class NetTest(unittest.TestCase):

    def test_should_stay_below_budget_and_answer_five_numbers(self):
        for name in ("compact", "shiftadd", "vit"):
            with self.subTest(name):
                net = nets.NETS[name]().eval()
                self.assertEqual((2, 5), tuple(net(torch.zeros(2, 1, 96, 160)).shape))
        self.assertLessEqual(nets.count_macs(nets.CompactGaze(), 96, 160), 30_000_000)

    def test_should_segment_within_a_thirteenth_of_ritnet(self):
        small = nets.CompactSeg().eval()
        self.assertEqual((2, 4, 128, 128), tuple(small(torch.zeros(2, 1, 128, 128)).shape))
        self.assertLess(13 * nets.count_macs(small, 128, 128), nets.count_macs(nets.RITNet(), 128, 128))

    def test_should_use_powers_of_two_only_when_folded(self):
        net = nets.ShiftAddGaze()
        before = net.eval()(torch.ones(1, 1, 96, 160))
        nets.fold_batch_norm(net)
        torch.testing.assert_close(before, net(torch.ones(1, 1, 96, 160)), atol=1e-4, rtol=1e-4)
        for name in net.blocks[1:]:
            weight = getattr(net, name).conv.weight.flatten(1).abs()
            power = torch.log2(weight / weight.amax(1, keepdim=True))
            self.assertLess(float((power - power.round()).abs().max()), 1e-4)
            self.assertGreaterEqual(float(power.min()), -6.001)

    def test_should_pass_gradients_through_power_of_two(self):
        w = torch.tensor([[0.9, -0.3, 0.0, 0.01]], requires_grad=True)
        rounded = nets.PowerOfTwo()(w)
        torch.testing.assert_close(rounded, torch.tensor([[0.9, -0.225, 0.0, 0.9 / 64]]))
        rounded.sum().backward()
        torch.testing.assert_close(w.grad, torch.ones(1, 4))


class DataTest(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        write_set(self.folder.name)
        self.eyes = data.EyeSet(self.folder.name)

    def test_should_keep_crops_inside_picture(self):
        centres = np.array([[0.0, 0.0], [255.0, 255.0], [np.nan, np.nan]])
        corners = data.crop_corners(centres, np.random.default_rng(1), held=True)
        self.assertTrue((corners >= 0).all() and (corners <= (96, 160)).all())
        self.assertEqual((3, 1, 96, 160), tuple(data.gaze_crops(self.eyes, [0, 1, 2], corners).shape))

    def test_should_standardize_each_picture_by_itself(self):
        x = data.standardize(torch.randn(3, 1, 20, 30) * torch.tensor([1.0, 5, 20]).view(3, 1, 1, 1) + 7)
        self.assertLess(float(x.mean((1, 2, 3)).abs().max()), 1e-4)
        self.assertLess(float((x.std((1, 2, 3), correction=0) - 1).abs().max()), 1e-4)

    def test_should_recover_average_kappa(self):
        turned = data.apply_kappa_map(data.mean_kappa_map(self.eyes), self.eyes.vectors("optical"))
        self.assertLess(data.angles_deg(turned, self.eyes.vectors("gaze")).max(), 0.1)

    def test_should_see_new_shard_after_rescan(self):
        before = self.eyes.frames
        with tempfile.TemporaryDirectory() as other:
            write_set(other, people=1, seed=9)
            os.rename(os.path.join(other, "shard-00000"), os.path.join(self.folder.name, "shard-00001"))
        self.assertEqual(before + 24, self.eyes.rescan())
        self.assertEqual(before + 24, self.eyes.rescan())

    def test_should_move_labels_with_picture(self):
        x, labels = data.segmentation_pair(self.eyes, [1, 2, 3])
        moved, moved_labels = data.augment_geometry(x, labels, torch.Generator().manual_seed(2))
        dark = moved[:, 0] < (45 - 96) / 32
        agree = (dark == (moved_labels == 3)).float().mean()
        self.assertGreater(float(agree), 0.99)

    def test_should_measure_angles(self):
        a = np.array([[0, 0, 1.0], [0, 0, 2.0], [0, 0, 0]])
        b = np.array([[0, 0, 1.0], [0, 1.0, 0], [0, 0, 1.0]])
        np.testing.assert_allclose(data.angles_deg(a, b), [0, 90, 90], atol=1e-9)


class RecipeTest(unittest.TestCase):

    def test_should_score_perfect_segmentation_as_one(self):
        labels = np.random.default_rng(0).integers(0, 4, (2, 32, 32)).astype(np.uint8)
        metrics = recipes.segmentation_metrics(labels, labels)
        self.assertEqual(1.0, metrics["miou"])
        self.assertEqual(0.0, metrics["roi_centre_px_mean"])

    def test_should_round_weights_into_working_copy(self):
        net = nets.RITNet().to(memory_format=torch.channels_last)
        mixed = recipes.MixedPrecision(net)
        x = torch.randn(2, 1, 32, 32).to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
        mixed.fast(x).float().square().mean().backward()
        mixed.push_gradients()
        self.assertTrue(all(p.grad is not None and p.grad.dtype == torch.float32 for p in net.parameters()))
        self.assertIs(mixed.fast.d1.bn.weight, net.d1.bn.weight)
        self.assertIs(mixed.fast.d1.bn.running_mean, net.d1.bn.running_mean)

    def test_should_know_itself_when_error_is_as_predicted(self):
        rng = np.random.default_rng(5)
        visual = np.zeros((20_000, 3))
        visual[:, 2] = -1
        deviation = np.radians(3.0) / np.sqrt(2)
        outputs = np.zeros((len(visual), 5), np.float32)
        outputs[:, :3] = visual
        outputs[:, :2] = np.tan(rng.normal(0, deviation, (len(visual), 2)))
        outputs[:, 3], outputs[:, 4] = np.log(3.0), 0.6
        metrics = recipes.self_report_metrics(outputs, visual, np.full(len(visual), 0.5), np.ones(len(visual), bool))
        self.assertAlmostEqual(1.0, metrics["surprise"], delta=0.03)
        self.assertAlmostEqual(0.1, metrics["openness_error"], delta=1e-6)

    def test_should_find_least_loss_where_predicted_error_is_the_error(self):
        recipe = recipes.CompactRecipe.__new__(recipes.CompactRecipe)
        ahead = torch.tensor([[0.0, 0.0, -1.0]])
        off = torch.tensor([[np.sin(np.radians(2.0)), 0.0, -np.cos(np.radians(2.0))]], dtype=torch.float32)
        target = torch.cat([ahead, off, torch.tensor([[0.5]])], 1)
        losses = [float(recipe.loss(torch.cat([ahead, torch.tensor([[np.log(s), 0.5]], dtype=torch.float32)], 1), target))
                  for s in (1.0, 2.0, 4.0)]
        self.assertLess(losses[1], min(losses[0], losses[2]))


    def test_should_teach_where_pupil_and_iris_are_in_the_crop(self):
        marks = np.array([[130, 120, 100, 100, 170, 150, 2.5], [np.nan] * 7], np.float32)
        inside = data.marks_in_crops(marks, np.array([[50, 72], [0, 0]]))
        np.testing.assert_allclose(inside[0], [0, 0, -30 / 16, -20 / 16, 40 / 16, 30 / 16, 2.5])
        recipe = recipes.CompactRecipe.__new__(recipes.CompactRecipe)
        target = torch.cat([torch.tensor([[0.0, 0, -1, 0, 0, -1, 1], [0.0, 0, 0, 0, 0, -1, 0]]), torch.from_numpy(inside)], 1)
        answer = torch.cat([torch.tensor([[0.0, 0, -1, 0, 1]]).repeat(2, 1), torch.from_numpy(inside).nan_to_num()], 1)
        right, wrong = answer.clone(), answer.clone()
        wrong[0, 5] += 1.0
        hidden = answer.clone()
        hidden[1, 5] += 1.0
        self.assertLess(float(recipe.loss(right, target)), float(recipe.loss(wrong, target)))
        self.assertEqual(float(recipe.loss(right, target)), float(recipe.loss(hidden, target)))


class EndToEndTest(unittest.TestCase):

    def test_should_train_resume_and_export(self):
        for name in nets.NETS:
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                write_set(os.path.join(folder, "set"))
                options = [name, "--train", folder + "/set", "--val", folder + "/set", "--run", folder + "/run", "--batch", "8",
                           "--threads", "1", "--val-frames", "16", "--settle-minutes", "0.01"]
                trainer = train.Trainer(train.parse(options + ["--minutes", "1"]))
                first = np.mean([trainer.step(trainer.recipe.stages[0][1], 1e-3) for _ in range(3)])
                self.assertTrue(np.isfinite(first))
                trainer.elapsed = 61.0
                trainer.save("checkpoint.pt")
                resumed = train.Trainer(train.parse(options + ["--minutes", "1"]))
                self.assertEqual(24, resumed.images)
                resumed.train()
                self.assertEqual(0, export.main(["--run", folder + "/run", "--test", folder + "/set", "--test-frames", "8",
                                                 "--models", folder + "/models"]))
                model = onnx.load(folder + f"/models/{name}.onnx")
                if name != "vit":
                    allowed = {"Conv", "Relu", "LeakyRelu", "Add", "Concat", "AveragePool", "Resize", "BatchNormalization",
                               "GlobalAveragePool", "Flatten", "Gemm"}
                    self.assertLessEqual({n.op_type for n in model.graph.node}, allowed)
                with open(folder + "/models/manifest.json", encoding="utf-8") as f:
                    entry = json.load(f)["models"][name]
                self.assertEqual("test", entry["filter_id"])
                self.assertEqual(64, len(entry["sha256"]))
                further = [o if o != folder + "/run" else folder + "/further" for o in options]
                further += ["--minutes", "1", "--from", folder + f"/models/{name}.onnx"]
                if name == "vit":  # its linear layers are exported transposed
                    with self.assertRaisesRegex(SystemExit, "holds other layers"):
                        train.Trainer(train.parse(further))
                    continue
                trainer = train.Trainer(train.parse(further))
                x = torch.randn(1, 1, *nets.INPUTS[name], generator=torch.Generator().manual_seed(2))
                expected = export.OnnxNet(folder + f"/models/{name}.onnx")(x)
                torch.testing.assert_close(trainer.average.eval()(x), expected, rtol=1e-3, atol=1e-3)
                taught = name in ("compact", "shiftadd", "fbnet-c100")
                before = trainer.net.marks.weight.clone() if taught else None
                self.assertTrue(np.isfinite(trainer.step(trainer.recipe.stages[-1][1], 1e-4)))
                if taught:
                    self.assertFalse(torch.equal(before, trainer.net.marks.weight))
                trainer.save("checkpoint.pt")
                resumed = train.Trainer(train.parse(further[:-2]))
                self.assertEqual(trainer.recipe.learning_rate / 3, resumed.peak)

    def test_should_give_an_exported_network_norms_that_work(self):
        with tempfile.TemporaryDirectory() as folder:
            write_set(os.path.join(folder, "set"))
            options = ["compact", "--train", folder + "/set", "--val", folder + "/set", "--batch", "8", "--threads", "1", "--minutes",
                       "1", "--val-frames", "16"]
            first = train.Trainer(train.parse(options + ["--run", folder + "/run"]))
            first.step((96, 160), 1e-3)
            first.save("checkpoint.pt")
            self.assertEqual(0, export.main(["--run", folder + "/run", "--models", folder + "/models", "--checkpoint"]))
            net = train.Trainer(train.parse(options + ["--run", folder + "/on", "--from", folder + "/models/compact.onnx"])).net
            deviations = []
            net.c3.conv.register_forward_hook(lambda m, i, y: deviations.append(y.std((0, 2, 3))))
            eyes = data.EyeSet(folder + "/set")
            x = data.standardize(data.gaze_crops(eyes, range(8), np.full((8, 2), 40)))
            torch.testing.assert_close(net.eval()(x), export.OnnxNet(folder + "/models/compact.onnx")(x), rtol=1e-3, atol=1e-3)
            self.assertLess(abs(float(deviations[0].mean()) - 1), 0.3)
            # A run from before norms were given back is a start, but not one to resume.
            first.save("checkpoint.pt", folded=True)
            with self.assertRaisesRegex(SystemExit, "norms are folded.* --from .*/run$"):
                train.Trainer(train.parse(options + ["--run", folder + "/run"]))
            train.Trainer(train.parse(options + ["--run", folder + "/again", "--from", folder + "/run"]))

    def test_should_train_what_the_set_knows_and_refuse_the_rest_in_one_line(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, known in (("masks", ["segmentation"]), ("gaze", ["gaze"]), ("all", None)):
                write_set(os.path.join(folder, name), known=known)
            def trainer(net, train_set, val_set):
                return train.Trainer(train.parse([net, "--train", f"{folder}/{train_set}", "--val", f"{folder}/{val_set}",
                                                  "--run", f"{folder}/{net}-{train_set}-{val_set}", "--batch", "8",
                                                  "--threads", "1", "--minutes", "1", "--val-frames", "16"]))
            masks = trainer("ritnet-128", "masks", "all")
            self.assertTrue(np.isfinite(masks.step((64, 64), 1e-3)))
            for net, train_set, val_set, lacks in (("compact", "masks", "all", "masks: knows no gaze, only segmentation"),
                                                   ("compact", "all", "masks", "masks: knows no gaze"),
                                                   ("ritnet-128", "gaze", "all", "gaze: knows no segmentation")):
                with self.subTest(net + train_set), self.assertRaisesRegex(SystemExit, lacks) as refusal:
                    trainer(net, train_set, val_set)
                self.assertNotIn("\n", str(refusal.exception))

    def test_should_train_on_own_axis_when_the_set_knows_gaze_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            write_set(os.path.join(folder, "gaze"), known=["gaze"])
            options = ["compact", "--train", folder + "/gaze", "--val", folder + "/gaze", "--run", folder + "/run", "--batch",
                       "8", "--threads", "1", "--minutes", "1", "--val-frames", "16"]
            trainer = train.Trainer(train.parse(options))
            self.assertTrue(all(np.isfinite(trainer.step((96, 160), 1e-3)) for _ in range(2)))
            self.assertTrue(all(torch.isfinite(p).all() for p in trainer.net.parameters()))
            trainer.give_own_statistics((96, 160))
            trainer.validate((96, 160), 1.0)
            trainer.save("checkpoint.pt")
            self.assertEqual(0, export.main(["--run", folder + "/run", "--test", folder + "/gaze", "--test-frames", "8",
                                             "--models", folder + "/models", "--checkpoint"]))
            with open(folder + "/models/manifest.json", encoding="utf-8") as f:
                metrics = json.load(f)["models"]["compact"]["metrics"]
            self.assertTrue(np.isfinite(metrics["mean_deg"]))
            for unknown in ("optical_deg", "kappa_floor_deg", "openness_error"):
                self.assertIsNone(metrics[unknown])

    def test_should_train_lens_twin_under_its_own_name(self):
        with tempfile.TemporaryDirectory() as folder:
            write_set(os.path.join(folder, "set"))
            options = ["compact", "--camera", "lens", "--train", folder + "/set", "--val", folder + "/set", "--run",
                       folder + "/run", "--batch", "8", "--threads", "1", "--val-frames", "16", "--minutes", "1"]
            trainer = train.Trainer(train.parse(options))
            trainer.step((96, 160), 1e-3)
            trainer.elapsed = 61.0
            trainer.settling = True
            trainer.args.settle_minutes = 0
            trainer.train()
            self.assertEqual(0, export.main(["--run", folder + "/run", "--models", folder + "/models"]))
            self.assertTrue(os.path.exists(folder + "/models/compact-lens.onnx"))
            with self.assertRaisesRegex(SystemExit, "trained on lens pictures"):
                train.Trainer(train.parse([o if o != "lens" else "flatcam" for o in options]))

    def test_should_resume_and_export_run_from_before_landmarks(self):
        with tempfile.TemporaryDirectory() as folder:
            write_set(os.path.join(folder, "set"))
            options = ["compact", "--train", folder + "/set", "--val", folder + "/set", "--run", folder + "/run", "--batch", "8",
                       "--threads", "1", "--minutes", "1", "--val-frames", "16", "--settle-minutes", "0"]
            trainer = train.Trainer(train.parse(options))
            trainer.step((96, 160), 1e-3)
            state = trainer.state()
            for part in ("net", "average"):
                state[part] = {k: v for k, v in state[part].items() if not k.startswith("marks.")}
            torch.save(state, folder + "/run/checkpoint.pt")
            resumed = train.Trainer(train.parse(options))
            torch.testing.assert_close(resumed.net.fc.weight, trainer.net.fc.weight)
            self.assertTrue(np.isfinite(resumed.step((96, 160), 1e-3)))
            self.assertEqual(0, export.main(["--run", folder + "/run", "--models", folder + "/models", "--checkpoint"]))

    def test_should_start_shift_net_from_compact_run(self):
        with tempfile.TemporaryDirectory() as folder:
            write_set(os.path.join(folder, "set"))
            options = ["--train", folder + "/set", "--val", folder + "/set", "--batch", "8", "--threads", "1", "--minutes", "1"]
            compact = train.Trainer(train.parse(["compact", "--run", folder + "/compact"] + options))
            compact.save("checkpoint.pt")
            shift = train.Trainer(train.parse(["shiftadd", "--run", folder + "/shift", "--from", folder + "/compact"] + options))
            torch.testing.assert_close(shift.net.c0.conv.weight, compact.net.c0.conv.weight)
            torch.testing.assert_close(shift.net.c3.conv.parametrizations.weight.original, compact.net.c3.conv.weight)
            with self.assertRaisesRegex(SystemExit, "holds other layers"):
                train.Trainer(train.parse(["vit", "--run", folder + "/vit", "--from", folder + "/compact"] + options))


if __name__ == "__main__":
    unittest.main()
