package org.flatgaze.accel.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AttentionFusionTest {

    private static LayerGraph fused(String model) {
        return AttentionFusion.require(OnnxImport.read(TestModels.small(model)));
    }

    @Test
    void shouldReadAllOperandsFromOneProjectionWhenTheyComeFromIt() {
        LayerGraph graph = fused("tiny-vit");
        List<Layer.Attention> blocks = AttentionFusion.blocks(graph);
        assertEquals(2, blocks.size());
        Layer.Attention block = blocks.getFirst();
        assertEquals(block.q(), block.k());
        assertEquals(block.q(), block.v());
        AttentionForm form = block.form();
        assertEquals(new AttentionForm.Rows(0, 8, 48), form.q());
        assertEquals(new AttentionForm.Rows(16, 8, 48), form.k());
        assertEquals(new AttentionForm.Rows(32, 8, 48), form.v());
        assertEquals(new AttentionForm.Rows(0, 8, 16), form.out());
        assertEquals((float) Math.sqrt(1 / 8.0), form.scale(), 1e-6f);
        assertTrue(
                graph.layers().stream()
                        .noneMatch(l -> l instanceof Layer.Softmax
                                || l instanceof Layer.MatMul
                                || (l instanceof Layer.Transpose transpose
                                        && transpose.permutation().size() > 3)),
                "everything between the projections is gone");
    }

    @Test
    void shouldTakeBiasAndDepthsWhenBlockHasThem() {
        AttentionForm form =
                AttentionFusion.blocks(fused("tiny-levit")).getFirst().form();
        assertEquals(4, form.depth());
        assertEquals(12, form.valueDepth());
        assertEquals(0.5f, form.scale(), 1e-6f);
        assertEquals(13 * 13, form.heads().get(1).bias().length);
        assertTrue(form.heads().get(0).bias()[5] != form.heads().get(1).bias()[5]);
    }

    @Test
    void shouldJoinSpelledOutLayerNormalisation() {
        LayerGraph spelled = OnnxImport.read(TestModels.small("tiny-vit-14"));
        LayerGraph whole = OnnxImport.read(TestModels.small("tiny-vit"));
        assertEquals(whole.layers().size(), spelled.layers().size());
        Layer.LayerNorm a = norm(whole);
        Layer.LayerNorm b = norm(spelled);
        assertArrayEquals(a.scale(), b.scale(), 1e-6f);
        assertArrayEquals(a.shift(), b.shift(), 1e-6f);
        assertEquals(a.epsilon(), b.epsilon(), 1e-9f);
    }

    private static Layer.LayerNorm norm(LayerGraph graph) {
        return graph.layers().stream()
                .filter(Layer.LayerNorm.class::isInstance)
                .map(Layer.LayerNorm.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-vit", "tiny-levit"})
    void shouldComeBackTheSameWhenWrittenToAFile(String model) {
        byte[] bytes = GraphFile.write(fused(model));
        assertArrayEquals(bytes, GraphFile.write(GraphFile.read(model, bytes)));
    }

    @Test
    void shouldNameLayerHeadsAndNodeWhenAttentionIsNotFound() {
        LayerGraph gated = OnnxImport.read(TestModels.small("bad-attention"));
        AcceleratorException error = assertThrows(AcceleratorException.class, () -> AttentionFusion.require(gated));
        assertEquals(
                "model bad-attention: layer 0 heads 0..1: attention not found at node soft: it reads layer gate"
                        + " (Activate); expected q k^T, scaled by one number, with a constant bias at most",
                error.getMessage());
        assertSame(gated, AttentionFusion.fuse(gated));

        LayerGraph none = OnnxImport.read(TestModels.small("mini-fbnet"));
        error = assertThrows(AcceleratorException.class, () -> AttentionFusion.require(none));
        assertTrue(error.getMessage().contains("layer 0 head 0: attention not found: none of its"), error.getMessage());

        LayerGraph quantised = OnnxImport.read(TestModels.small("mini-fbnet-qdq"));
        error = assertThrows(AcceleratorException.class, () -> AttentionFusion.require(quantised));
        assertTrue(error.getMessage().contains("give the float32 model"), error.getMessage());
    }

    @Test
    void shouldRefuseFormThatDoesNotFitItsTensors() {
        LayerGraph graph = fused("tiny-vit");
        Layer.Attention block = AttentionFusion.blocks(graph).getFirst();
        AttentionForm form = block.form();
        assertRefused(graph, block, form.withHeads(List.of(head(new boolean[7], null), head(null, null))), "keeps 7");
        assertRefused(
                graph,
                block,
                form.withHeads(List.of(head(null, null), head(new boolean[169], null))),
                "head 1 row 0 keeps nothing");
        float[] bias = new float[169];
        bias[20] = Float.NaN;
        assertRefused(
                graph, block, form.withHeads(List.of(head(null, bias), head(null, null))), "head 0 bias of row 1");
        assertRefused(
                graph,
                block,
                form.withHeads(List.of(head(null, null), head(null, null), head(null, null), head(null, null))),
                "expected to lie inside");
    }

    private static AttentionForm.Head head(boolean[] kept, float[] bias) {
        return new AttentionForm.Head(kept, bias, "");
    }

    private static void assertRefused(LayerGraph graph, Layer.Attention block, AttentionForm form, String expected) {
        List<Layer> layers = graph.layers().stream()
                .map(l -> l.name().equals(block.name())
                        ? new Layer.Attention(block.name(), block.q(), block.k(), block.v(), block.output(), form)
                        : l)
                .toList();
        AcceleratorException error = assertThrows(
                AcceleratorException.class,
                () -> new LayerGraph(graph.name(), graph.tensors(), layers, graph.inputs(), graph.outputs()));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
        assertTrue(error.getMessage().contains(block.name()), error.getMessage());
    }
}
