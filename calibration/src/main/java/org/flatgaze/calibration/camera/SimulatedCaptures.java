package org.flatgaze.calibration.camera;

import java.util.SplittableRandom;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.FlatCamOptics;

/**
 * A virtual device in front of a virtual screen at a given distance. The exposure is fixed, as it must be: the white
 * screen reaches the sensor's white level, whatever is shown. Hot pixels are put on top, the simulator has none.
 */
public final class SimulatedCaptures implements CaptureSource {

    /** Share of the pixels that are hot. */
    private static final double HOT_SHARE = 1e-4;

    private final FlatCamOptics optics;
    private final PatternPlan plan;
    private final double depthMm;
    private final long seed;
    private final int frames;
    private final SensorFormat sensor;
    private final double electronsPerUnit;
    private final int[] hotPixels;
    private final float[] irradiance;
    private int projected = -1;

    /**
     * Sets the device up and fixes the exposure.
     *
     * @param optics this thread's own
     * @param depthMm from mask to screen
     * @param seed of noise and hot pixels
     * @param frames frames per shot, at least 1
     */
    public SimulatedCaptures(FlatCamOptics optics, PatternPlan plan, double depthMm, long seed, int frames) {
        if (frames < 1) {
            throw new IllegalArgumentException("frames=" + frames + ": expected at least 1");
        }
        this.optics = optics;
        this.plan = plan;
        this.depthMm = depthMm;
        this.seed = seed;
        this.frames = frames;
        int rows = optics.geometry().rows();
        int cols = optics.geometry().cols();
        int bits = optics.sensor().model().bits();
        boolean reference =
                new SensorFormat(cols, rows, bits, Packing.U16_LOW).samples() == SensorFormat.REFERENCE.samples()
                        && bits == SensorFormat.REFERENCE.bitDepth();
        this.sensor = reference ? SensorFormat.REFERENCE : new SensorFormat(cols, rows, bits, Packing.U16_LOW);
        this.irradiance = new float[rows * cols];
        project(plan.position(Shot.Kind.LEFT, 0, true));
        this.electronsPerUnit = optics.sensor().automaticExposure(irradiance);
        this.hotPixels = new SplittableRandom(seed ^ 0x407L)
                .ints((long) Math.ceil(HOT_SHARE * rows * cols), 0, rows * cols)
                .distinct()
                .sorted()
                .toArray();
    }

    private SimulatedCaptures(SimulatedCaptures from) {
        this.optics = from.optics.newInstance();
        this.plan = from.plan;
        this.depthMm = from.depthMm;
        this.seed = from.seed;
        this.frames = from.frames;
        this.sensor = from.sensor;
        this.electronsPerUnit = from.electronsPerUnit;
        this.hotPixels = from.hotPixels;
        this.irradiance = new float[from.irradiance.length];
    }

    @Override
    public SensorFormat sensor() {
        return sensor;
    }

    @Override
    public int frames() {
        return frames;
    }

    /** Electrons per unit of irradiance, the same for every shot. */
    public double electronsPerUnit() {
        return electronsPerUnit;
    }

    /** Indices of the pixels that are hot, rising. */
    public int[] hotPixels() {
        return hotPixels.clone();
    }

    @Override
    public void read(Shot shot, int position, int frame, short[] counts) {
        project(position);
        SplittableRandom noise = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + (((long) position << 16) | frame));
        optics.sensor().expose(irradiance, electronsPerUnit, noise, counts);
        for (int pixel : hotPixels) {
            int glow = sensor.maxValue() / 4 + pixel % (sensor.maxValue() / 2);
            counts[pixel] = (short) Math.min(sensor.maxValue(), counts[pixel] + glow);
        }
    }

    private void project(int position) {
        if (position != projected) {
            int pixels = optics.geometry().scenePixels();
            optics.projectScreen(plan.screen(plan.shots().get(position), pixels), depthMm, irradiance);
            projected = position;
        }
    }

    @Override
    public SimulatedCaptures newInstance() {
        return new SimulatedCaptures(this);
    }
}
