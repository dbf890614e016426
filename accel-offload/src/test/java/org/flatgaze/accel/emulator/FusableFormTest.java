package org.flatgaze.accel.emulator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.cpu.Runs;
import org.flatgaze.accel.emulator.Quantizer.Granularity;
import org.flatgaze.accel.graph.LayerGraph;
import org.junit.jupiter.api.Test;

final class FusableFormTest {

    @Test
    void shouldAnswerAboutAsWellWithOneScalePerTensor() {
        double severalScales = 0;
        double oneScale = 0;
        int joined = 0;
        for (int seed = 0; seed < 150; seed++) {
            LayerGraph floats = RandomGraphs.of(seed);
            float[][] sample = RandomGraphs.sample(floats, seed);
            LayerGraph graph = Quantizer.quantize(
                    floats,
                    List.of(sample, RandomGraphs.sample(floats, seed + 1)),
                    new Quantizer.Options(seed % 2 == 0 ? Granularity.PER_TENSOR : Granularity.PER_CHANNEL, 100));
            LayerGraph one = FusableForm.of(graph);
            assertFalse(one.tensors().stream()
                    .anyMatch(t -> t.isQuantized() && t.quant().isPerChannel()));
            if (one.equals(graph)) {
                assertSame(graph, one);
                continue;
            }
            joined++;
            severalScales += distance(floats, graph, sample);
            oneScale += distance(floats, one, sample);
            assertSame(one, FusableForm.of(one));
        }
        assertTrue(joined > 30, "joined=" + joined);
        assertTrue(
                oneScale < 2.5 * severalScales,
                "one scale " + oneScale + ", several " + severalScales + " from float32");
    }

    /** Mean distance of the graph's outputs in parts of their size. */
    private static double distance(LayerGraph floats, LayerGraph graph, float[][] sample) {
        float[][] expected = interpreted(floats, sample);
        float[][] actual = interpreted(graph, sample);
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = 0;
            double size = 1e-6;
            for (int e = 0; e < expected[i].length; e++) {
                difference += Math.abs(expected[i][e] - actual[i][e]);
                size += Math.abs(expected[i][e]);
            }
            sum += difference / size;
        }
        return sum;
    }

    private static float[][] interpreted(LayerGraph graph, float[][] sample) {
        try (Program program = new InterpretedProgram(graph)) {
            return Runs.once(program, sample);
        }
    }
}
