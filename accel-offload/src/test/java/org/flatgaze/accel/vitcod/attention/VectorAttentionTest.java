package org.flatgaze.accel.vitcod.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.incubator.vector.FloatVector;
import org.flatgaze.accel.kernels.VectorSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class VectorAttentionTest extends SparseAttentionContract {

    private SparseAttention kernel;

    @BeforeEach
    void makeKernel() {
        Assumptions.assumeTrue(VectorSupport.isUsable(), VectorSupport.reason());
        kernel = SparseAttention.best();
        assertEquals("vector", kernel.id());
    }

    @Override
    int layersPerFile() {
        return 12;
    }

    @Override
    SparseAttention kernel() {
        return kernel;
    }

    @Test
    void shouldKeepStatedErrorWhenRaisingTwo() {
        float[] in = new float[FastExp.SPECIES.length()];
        float[] out = new float[in.length];
        double worst = 0;
        for (float x = 0; x > -125.9f; x -= 0.00037f) {
            java.util.Arrays.fill(in, x);
            FastExp.powerOfTwo(FloatVector.fromArray(FastExp.SPECIES, in, 0)).intoArray(out, 0);
            assertEquals(out[0], FastExp.powerOfTwo(x), "scalar twin at " + x);
            worst = Math.max(worst, Math.abs(out[0] / Math.pow(2, x) - 1));
        }
        assertTrue(worst < 2e-7, "worst=" + worst);
    }

    @Test
    void shouldAnswerZeroOrNanWhenPowerIsOutOfRange() {
        assertEquals(0f, powerOfTwo(-1e30f));
        assertEquals(0f, powerOfTwo(-127f));
        assertEquals(0f, powerOfTwo(Float.NEGATIVE_INFINITY));
        assertEquals(1f, powerOfTwo(0f));
        assertTrue(Float.isNaN(powerOfTwo(Float.NaN)));
    }

    private static float powerOfTwo(float x) {
        return FastExp.powerOfTwo(FloatVector.broadcast(FastExp.SPECIES, x)).lane(0);
    }
}
