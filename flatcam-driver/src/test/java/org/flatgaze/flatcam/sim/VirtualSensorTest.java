package org.flatgaze.flatcam.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VirtualSensorTest {

    private static final int ROWS = 200;
    private static final int COLS = 300;
    private static final SensorModel CLEAN = new SensorModel(10, 10_000, 5, 0.8, 64.25, 0, 0, 0, 1);

    @Test
    void shouldDrawUnitNormalNoise() {
        SplittableRandom random = new SplittableRandom(2);
        int draws = 300_000;
        double mean = 0;
        double second = 0;
        double fourth = 0;
        int beyondTwo = 0;
        for (int i = 0; i < draws; i++) {
            double u = NormalTable.draw(random.nextLong());
            mean += u / draws;
            second += u * u / draws;
            fourth += u * u * u * u / draws;
            beyondTwo += Math.abs(u) > 2 ? 1 : 0;
        }
        assertEquals(0, mean, 0.01);
        assertEquals(1, second, 0.01);
        assertEquals(3, fourth, 0.1);
        assertEquals(0.0455, beyondTwo / (double) draws, 0.002);
    }

    @Test
    void shouldHaveShotReadAndRoundingNoiseWhenEvenlyLit() {
        for (double electrons : new double[] {0, 400, 6400}) {
            short[] counts = expose(CLEAN, electrons, 3);
            double mean = mean(counts);
            double variance = 0;
            for (short count : counts) {
                variance += (count - mean) * (count - mean) / counts.length;
            }
            double countsPerElectron = (1023 - 64.25) / 10_000.0;
            double expected = (electrons + 25) * countsPerElectron * countsPerElectron + 1 / 12.0;
            assertEquals(64.25 + electrons * countsPerElectron, mean, 0.15, "mean at " + electrons);
            assertEquals(expected, variance, 0.03 * expected, "variance at " + electrons);
        }
    }

    @Test
    void shouldReachTheWhiteLevelUnderAutomaticExposure() {
        float[] irradiance = new float[ROWS * COLS];
        Arrays.fill(irradiance, 0.1f);
        irradiance[77] = 0.5f;
        VirtualSensor sensor = new VirtualSensor(ROWS, COLS, CLEAN);
        assertEquals(0.8 * 10_000 / 0.5, sensor.automaticExposure(irradiance), 1e-3);
        assertEquals(0, sensor.automaticExposure(new float[ROWS * COLS]));
    }

    @Test
    void shouldClipWhenOverExposed() {
        short[] counts = expose(CLEAN, 30_000, 3);
        for (short count : counts) {
            assertEquals(1023, count);
        }
    }

    @Test
    void shouldRepeatItselfOnlyWhenSeedAndDeviceAreTheSame() {
        assertArrayEquals(expose(SensorModel.REFERENCE, 5000, 3), expose(SensorModel.REFERENCE, 5000, 3));
        assertFalse(Arrays.equals(expose(SensorModel.REFERENCE, 5000, 3), expose(SensorModel.REFERENCE, 5000, 4)));
        assertFalse(Arrays.equals(
                expose(SensorModel.REFERENCE, 5000, 3), expose(SensorModel.REFERENCE.withDeviceSeed(2), 5000, 3)));
    }

    @Test
    void shouldKeepRowAndColumnOffsetsFromFrameToFrame() {
        SensorModel model = new SensorModel(10, 10_000, 5, 0.8, 64, 5, 0, 0, 9);
        double[] first = rowMeans(expose(model, 5000, 3));
        double[] second = rowMeans(expose(model, 5000, 4));
        double overall = Arrays.stream(first).average().orElseThrow();
        double shared = 0;
        double spread = 0;
        for (int row = 0; row < ROWS; row++) {
            shared += (first[row] - overall) * (second[row] - overall);
            spread += (first[row] - overall) * (first[row] - overall);
        }
        assertEquals(5, Math.sqrt(spread / ROWS), 1);
        assertTrue(shared > 0.95 * spread, "shared=" + shared + " spread=" + spread);
    }

    private static short[] expose(SensorModel model, double electrons, long seed) {
        float[] irradiance = new float[ROWS * COLS];
        Arrays.fill(irradiance, 1f);
        short[] counts = new short[ROWS * COLS];
        new VirtualSensor(ROWS, COLS, model).expose(irradiance, electrons, new SplittableRandom(seed), counts);
        return counts;
    }

    private static double mean(short[] counts) {
        double sum = 0;
        for (short count : counts) {
            sum += count;
        }
        return sum / counts.length;
    }

    private static double[] rowMeans(short[] counts) {
        double[] means = new double[ROWS];
        for (int i = 0; i < counts.length; i++) {
            means[i / COLS] += counts[i] / (double) COLS;
        }
        return means;
    }
}
