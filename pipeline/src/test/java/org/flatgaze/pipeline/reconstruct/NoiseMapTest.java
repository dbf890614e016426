package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoiseMapTest {

    @ParameterizedTest
    @EnumSource(FilterMode.class)
    void shouldPredictTheVarianceOfManyNoisyPictures(FilterMode mode) {
        int draws = 6000;
        double sigma = 0.02;
        FlatCamModel model = SmallModels.random(21, 16, 18, 6, 8);
        SeparableFilter filter = SeparableFilter.of(model, FilterDesign.of(mode, 0.05));
        Reconstructor reconstructor = new Reconstructor(filter);
        SplittableRandom random = new SplittableRandom(77);
        float[] plane = new float[16 * 18];
        float[] out = new float[6 * 8];
        double[] squares = new double[out.length];
        for (int d = 0; d < draws; d++) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = (float) (0.4 + sigma * random.nextGaussian());
            }
            reconstructor.reconstruct(plane, Target.FULL, 0, 0, out);
            for (int i = 0; i < out.length; i++) {
                squares[i] += (double) out[i] * out[i];
            }
        }

        float[] predicted = NoiseMap.variance(filter, sigma);

        // The spread of a variance estimate is sqrt(2 / draws) = 1.8 %; five of these.
        for (int i = 0; i < out.length; i++) {
            assertEquals(1, squares[i] / draws / predicted[i], 0.09);
        }
    }
}
