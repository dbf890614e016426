package org.flatgaze.flatcam.sim;

import java.util.SplittableRandom;

/**
 * One individual sensor: turns a clean frame into noisy counts.
 *
 * <p>Electrons get shot noise (the Gaussian limit of Poisson, right from some tens of electrons up) and read noise; counts get
 * the fixed offsets of their row and column and the black level, and are rounded and clipped. Immutable and shared; allocates
 * nothing after construction.
 */
public final class VirtualSensor {

    private static final int DRAWS_PER_LONG = Long.SIZE / NormalTable.BITS_PER_DRAW;

    private final int rows;
    private final int cols;
    private final SensorModel model;
    private final float[] rowOffset;
    private final float[] columnOffset;
    private final float[] response;

    public VirtualSensor(int rows, int cols, SensorModel model) {
        this.rows = rows;
        this.cols = cols;
        this.model = model;
        SplittableRandom device = new SplittableRandom(model.deviceSeed());
        this.rowOffset = normals(device.split(), rows, model.blackLevelCounts(), model.rowOffsetCounts());
        this.columnOffset = normals(device.split(), cols, 0.5, model.columnOffsetCounts()); // 0.5 rounds to nearest
        this.response = normals(device.split(), Math.multiplyExact(rows, cols), 1, model.responseSpread());
    }

    public SensorModel model() {
        return model;
    }

    /**
     * Electrons per unit of irradiance that bring the brightest pixel of {@code irradiance} to the white level.
     *
     * @param irradiance rows x cols
     * @return 0 for a frame without any light
     */
    public double automaticExposure(float[] irradiance) {
        float brightest = 0;
        for (float value : irradiance) {
            brightest = Math.max(brightest, value);
        }
        return brightest > 0 ? model.whiteFraction() * model.fullWellElectrons() / brightest : 0;
    }

    /**
     * Exposes once.
     *
     * @param irradiance clean frame, rows x cols, not negative
     * @param electronsPerUnit exposure
     * @param noise source of this frame's noise; the same state gives the same frame
     * @param counts result, rows x cols, 0..2^bits - 1 (as unsigned short for 16 bits)
     */
    public void expose(float[] irradiance, double electronsPerUnit, SplittableRandom noise, short[] counts) {
        int pixels = rows * cols;
        if (irradiance.length < pixels || counts.length < pixels) {
            throw new IllegalArgumentException("irradiance.length=" + irradiance.length + " counts.length="
                    + counts.length + ": expected " + rows + " x " + cols);
        }
        float scale = (float) electronsPerUnit;
        float readVariance = (float) (model.readNoiseElectrons() * model.readNoiseElectrons());
        float countsPerElectron = (float) model.countsPerElectron();
        int max = model.maxValue();
        long bits = 0;
        int left = 0;
        for (int row = 0, at = 0; row < rows; row++) {
            float offset = rowOffset[row];
            for (int col = 0; col < cols; col++, at++) {
                if (left == 0) {
                    bits = noise.nextLong();
                    left = DRAWS_PER_LONG;
                }
                float normal = NormalTable.draw(bits);
                bits >>>= NormalTable.BITS_PER_DRAW;
                left--;
                float electrons = irradiance[at] * scale * response[at];
                electrons += (float) Math.sqrt(electrons + readVariance) * normal;
                int value = (int) (electrons * countsPerElectron + offset + columnOffset[col]);
                counts[at] = (short) Math.clamp(value, 0, max);
            }
        }
    }

    private static float[] normals(SplittableRandom random, int length, double mean, double sigma) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (mean + sigma * random.nextGaussian());
        }
        return values;
    }
}
