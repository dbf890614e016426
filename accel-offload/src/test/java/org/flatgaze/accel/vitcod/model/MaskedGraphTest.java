package org.flatgaze.accel.vitcod.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.cpu.Runs;
import org.flatgaze.accel.emulator.RandomGraphs;
import org.flatgaze.accel.graph.AttentionFusion;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.graph.TestModels;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskRule;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole models with masks in their attention, on our backends. */
final class MaskedGraphTest {

    private static final int TOKENS = 13;

    private static LayerGraph blocks(String model) {
        return AttentionFusion.require(OnnxImport.read(TestModels.small(model)));
    }

    private static float[] run(String backend, LayerGraph graph, long seed) {
        var provider = Accelerators.byId(backend);
        Assumptions.assumeTrue(provider.probe().usable(), provider.probe().detail());
        ModelSource source = new ModelSource(graph.name(), GraphFile.write(graph));
        try (Program program = provider.open().compile(source, CompileOptions.singleThreaded())) {
            return Runs.once(program, RandomGraphs.sample(graph, seed))[0];
        }
    }

    private static MaskStack random(long seed, int layers, int heads, int tokens) {
        Random random = new Random(seed);
        HeadMask[][] masks = new HeadMask[layers][heads];
        for (HeadMask[] layer : masks) {
            for (int head = 0; head < heads; head++) {
                boolean[] kept = new boolean[tokens * tokens];
                for (int i = 0; i < kept.length; i++) {
                    kept[i] = random.nextDouble() < 0.3 || i % tokens == i / tokens;
                }
                layer[head] = new HeadMask(tokens, tokens, kept);
            }
        }
        return new MaskStack(masks);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void shouldAgreeWithPlainLoopsWhenMasked(Variant variant) {
        for (String model : new String[] {"tiny-vit", "tiny-levit"}) {
            Variant[][] variants = {{variant, variant}, {variant, Variant.DENSE}};
            LayerGraph masked = MaskedGraph.apply(blocks(model), random(2, 2, 2, TOKENS), variants);
            float[] expected = run("emulator", masked, 4);
            assertArrayEquals(expected, run("cpu-scalar", masked, 4), 0f, model);
            assertArrayEquals(expected, run("cpu-vector", masked, 4), 1e-5f, model);
            float[] dense = run("emulator", blocks(model), 4);
            assertTrue(Math.abs(dense[0] - expected[0]) > 1e-3, "the masks change what the model says");
        }
    }

    @Test
    void shouldChangeNothingWhenMasksKeepEverything() {
        HeadMask full = HeadMask.full(TOKENS, TOKENS);
        MaskStack masks = new MaskStack(new HeadMask[][] {{full, full}, {full, full}});
        LayerGraph model = blocks("tiny-vit");
        assertArrayEquals(run("cpu-vector", model, 1), run("cpu-vector", MaskedGraph.apply(model, masks, null), 1), 0f);
    }

    @Test
    void shouldAverageWhatTheModelAttendsTo() {
        LayerGraph model = blocks("tiny-levit");
        AttentionRecording recording = new AttentionRecording(model);
        var provider = Accelerators.byId("cpu");
        ModelSource source = new ModelSource("recording", GraphFile.write(recording.graph()));
        try (Program program = provider.open().compile(source, CompileOptions.singleThreaded());
                Execution execution = program.newExecution()) {
            for (int picture = 0; picture < 3; picture++) {
                execution.input(0).asFloatBuffer().put(RandomGraphs.sample(model, picture)[0]);
                execution.run();
                recording.add(execution);
            }
        }
        NpyArray averages = recording.averages();
        assertArrayEquals(new int[] {2, 2, TOKENS, TOKENS}, averages.shape());
        MaskStack masks = new MaskRule(0.5, true).apply(averages); // refuses rows that do not sum to 1
        assertTrue(masks.sparsity() > 0.2 && masks.sparsity() < 0.9, "sparsity " + masks.sparsity());
        LayerGraph masked = MaskedGraph.apply(model, masks, null);
        assertTrue(masked.macs() < model.macs());
    }

    @Test
    void shouldNameLayerAndHeadWhenMasksAreForAnotherModel() {
        LayerGraph model = blocks("tiny-vit");
        assertRefused("layer 1 head 0 (/blocks/blocks.1/", model, random(1, 1, 2, TOKENS));
        assertRefused("layer 2 head 0 of the masks has no block", model, random(1, 3, 2, TOKENS));
        assertRefused("layer 0 head 2", model, random(1, 2, 3, TOKENS));
        assertRefused("mask is 12 x 12, the model has 13 x 13", model, random(1, 2, 2, 12));
        boolean[] kept = new boolean[TOKENS * TOKENS];
        java.util.Arrays.fill(kept, TOKENS, kept.length, true);
        HeadMask empty = new HeadMask(TOKENS, TOKENS, kept);
        HeadMask full = HeadMask.full(TOKENS, TOKENS);
        assertRefused("layer 1 head 0 row 0 keeps nothing", model, new MaskStack(new HeadMask[][] {
            {full, full}, {empty, full}
        }));
        MaskException none = assertThrows(
                MaskException.class, () -> new AttentionRecording(OnnxImport.read(TestModels.small("mini-fbnet"))));
        assertEquals("model mini-fbnet has no attention block", none.getMessage());
    }

    private static void assertRefused(String expected, LayerGraph model, MaskStack masks) {
        MaskException error = assertThrows(MaskException.class, () -> MaskedGraph.apply(model, masks, null));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
    }

    @Test
    void shouldRefuseVariantThatDoesNotExist() {
        LayerGraph model = blocks("tiny-vit");
        byte[] bytes = GraphFile.write(MaskedGraph.apply(model, random(3, 2, 2, TOKENS), new Variant[][] {
            {Variant.CSR, Variant.CSR}, {Variant.CSR, Variant.CSR}
        }));
        LayerGraph renamed = GraphFile.read("m", bytes);
        var provider = Accelerators.byId("cpu-vector");
        Assumptions.assumeTrue(provider.probe().usable(), provider.probe().detail());
        var block = AttentionFusion.blocks(renamed).getFirst();
        var heads = block.form().heads().stream()
                .map(h -> new org.flatgaze.accel.graph.AttentionForm.Head(h.kept(), h.bias(), "warp"))
                .toList();
        var layers = renamed.layers().stream()
                .map(l -> l.name().equals(block.name())
                        ? new org.flatgaze.accel.graph.Layer.Attention(
                                block.name(),
                                block.q(),
                                block.k(),
                                block.v(),
                                block.output(),
                                block.form().withHeads(heads))
                        : l)
                .toList();
        LayerGraph wrong = new LayerGraph("m", renamed.tensors(), layers, renamed.inputs(), renamed.outputs());
        AcceleratorException error = assertThrows(AcceleratorException.class, () -> run("cpu-vector", wrong, 1));
        assertTrue(error.getMessage().contains("head 0: variant=warp"), error.getMessage());
    }
}
