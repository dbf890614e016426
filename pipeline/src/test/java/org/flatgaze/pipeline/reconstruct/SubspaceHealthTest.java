package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.flatgaze.accel.kernels.KernelSet;
import org.junit.jupiter.api.Test;

class SubspaceHealthTest {

    @Test
    void shouldBeOneForTheOwnDeviceAndLowForAnother() {
        FlatCamModel own = SmallModels.random(31, 64, 80, 16, 20);
        FlatCamModel other = SmallModels.random(33, 64, 80, 16, 20);
        float[] plane = SmallModels.measure(own, SmallModels.noise(1, 16 * 20), 100);

        double right = new SubspaceHealth(ModelSpectrum.of(own), KernelSet.best()).measure(plane);
        double wrong = new SubspaceHealth(ModelSpectrum.of(other), KernelSet.best()).measure(plane);

        assertEquals(1, right, 1e-3);
        // A random subspace holds its share of the dimensions, 16/63 * 20/79 = 6 %.
        assertTrue(wrong < 0.15, "wrong=" + wrong);
    }

    @Test
    void shouldBeZeroWhenPlaneIsFlat() {
        float[] plane = new float[64 * 80];
        Arrays.fill(plane, 0.3f);

        assertEquals(
                0,
                new SubspaceHealth(ModelSpectrum.of(SmallModels.random(31, 64, 80, 16, 20)), KernelSet.best())
                        .measure(plane));
    }
}
