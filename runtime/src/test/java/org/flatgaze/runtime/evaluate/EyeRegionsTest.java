package org.flatgaze.runtime.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.flatgaze.accel.graph.AttentionFusion;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.command.DatasetCommand;
import org.flatgaze.runtime.vitcod.ModelComparison;
import org.flatgaze.runtime.vitcod.ModelPictures;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The regions of one simulated person, and what the committed attention network makes of them. */
final class EyeRegionsTest {

    private static final Path MODELS = Installation.models(null);
    private static final int ELEMENTS = 96 * 160;

    @TempDir
    private static Path folder;

    private static EyeRegions regions;

    @BeforeAll
    static void makeSet() throws IOException {
        Path set = folder.resolve("set");
        CommandLine line = new CommandLine(new DatasetCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        String[] dataset = {"--people", "1", "--frames", "6", "--split", "test", "--seed", "5", "--out", set.toString()
        };
        assertEquals(0, line.execute(dataset));
        regions = EyeRegions.of(set, MODELS, 5);
    }

    @Test
    void shouldTakeSoManyFramesAndLabelOpenEyesOnly() throws IOException {
        assertEquals(5, regions.count());
        ModelPictures pictures = ModelPictures.of(regions, ELEMENTS);
        assertTrue(pictures.isLabelled() && !pictures.isNoise());
        assertEquals(IntStream.range(0, regions.count()).filter(regions::isOpen).count(), pictures.count());
        for (int i = 0; i < regions.count(); i++) {
            float[] axis = regions.visualAxis(i);
            assertEquals(1, Math.hypot(Math.hypot(axis[0], axis[1]), axis[2]), 1e-6);
            assertTrue(axis[2] < 0, "the eye looks ahead");
        }
    }

    @Test
    void shouldRefuseWhenTheModelTakesOtherPictures() {
        String message = assertThrows(IOException.class, () -> ModelPictures.of(regions, 224 * 224))
                .getMessage();
        assertTrue(message.contains("expected a gaze network"), message);
    }

    @Test
    void shouldBeSeenAlikeByOurDenseAttentionAndOnnxRuntimeWhenTheNetworkIsAVit() throws IOException {
        ModelStore store = ModelStore.open(MODELS);
        assumeTrue(store.ids().contains("vit"), "no attention network among the models");
        LayerGraph dense = AttentionFusion.require(OnnxImport.read(store.load("vit")));
        try (ModelComparison comparison = ModelComparison.open(store.load("vit"), dense)) {
            ModelComparison.Accuracy accuracy = comparison.accuracy(ModelPictures.of(regions, ELEMENTS));
            assertTrue(accuracy.onnxLargest() < 1e-4, () -> "" + accuracy);
            assertTrue(accuracy.denseErrorDeg() < 15, () -> "" + accuracy);
            assertEquals(accuracy.denseErrorDeg(), accuracy.prunedErrorDeg(), 1e-3);
        }
    }
}
