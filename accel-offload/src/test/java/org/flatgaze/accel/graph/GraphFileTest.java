package org.flatgaze.accel.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.emulator.RandomGraphs;
import org.junit.jupiter.api.Test;

final class GraphFileTest {

    @Test
    void shouldKeepEveryGraphAsItIs() {
        for (int seed = 0; seed < 100; seed++) {
            LayerGraph graph = RandomGraphs.of(seed);
            LayerGraph quantized = Quantizer.quantize(
                    graph, List.<float[][]>of(RandomGraphs.sample(graph, seed)), Quantizer.Options.standard());
            for (LayerGraph each : List.of(graph, quantized)) {
                byte[] bytes = GraphFile.write(each);
                LayerGraph back = OnnxImport.read(new ModelSource("back", bytes));
                assertArrayEquals(bytes, GraphFile.write(back), "seed=" + seed);
            }
        }
    }

    @Test
    void shouldRefuseInOneLineWhenBytesAreDamaged() {
        byte[] bytes = GraphFile.write(RandomGraphs.of(1));
        for (int i = 8; i < bytes.length; i += 13) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            refuse(damaged);
            refuse(Arrays.copyOf(bytes, i + 1));
        }
    }

    private static void refuse(byte[] bytes) {
        AcceleratorException refusal =
                assertThrows(AcceleratorException.class, () -> OnnxImport.read(new ModelSource("bad", bytes)));
        assertTrue(refusal.getMessage().startsWith("model bad: "), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
    }
}
