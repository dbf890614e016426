package org.flatgaze.pipeline.reconstruct;

import java.util.Objects;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * Raw frame to the plane that a model is for, and whether there is light to work with. Of a Bayer sensor the plane is the
 * mean of the two greens. One per thread; allocates nothing after construction.
 */
public final class FrameUnpacker {

    /** Light is measured on two neighbouring rows, as those of a Bayer sensor differ, of every so many. */
    private static final int LIGHT_STEP = 16;

    private static final int LIGHT_ROWS = 2;

    private final SensorFormat format;
    private final KernelSet kernels;
    private final PlaneCutter cutter;
    private final BayerPattern pattern;
    private final float[] whole;
    private final float scale;
    private final float fullScale;
    private float mean;
    private float saturatedFraction;
    private float deviation;

    /** For a mono device whose plane is the whole frame; {@code kernels} are used on the calling thread alone. */
    public FrameUnpacker(SensorFormat format, KernelSet kernels) {
        this(format, PlaneGeometry.whole(format), kernels);
    }

    /** For a model's sensor and geometry; {@code kernels} are used on the calling thread alone. */
    public FrameUnpacker(FlatCamModel model, KernelSet kernels) {
        this(model.sensor(), model.geometry(), kernels);
    }

    private FrameUnpacker(SensorFormat format, PlaneGeometry geometry, KernelSet kernels) {
        this.format = Objects.requireNonNull(format, "format");
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.cutter = new PlaneCutter(format, geometry);
        this.pattern = geometry.pattern();
        // Without a crop or a turn the samples go straight into the plane.
        this.whole = geometry.isWhole(format) ? new float[0] : new float[format.samples()];
        this.scale = 1f / format.maxValue();
        // Half a count below full scale: rounding of the scale must not hide a saturated sample.
        this.fullScale = 1f - 0.5f * scale;
    }

    /**
     * Unpacks a frame and measures its light: {@link #mean()}, {@link #deviation()}, {@link #saturatedFraction()}. An eighth
     * of the rows is looked at: a mask spreads every point of the scene over the whole sensor, so they stand for all.
     *
     * @param frame of this unpacker's format
     * @param plane rows x cols of the geometry, receives the share of full scale, 0..1
     * @throws IllegalArgumentException if the frame is of another format or the plane too short
     */
    public void unpack(SensorFrame frame, float[] plane) {
        if (!frame.format().equals(format)) {
            throw new IllegalArgumentException("frame.format=" + frame.format() + ": expected " + format);
        }
        boolean direct = whole.length == 0;
        float[] samples = direct ? plane : whole;
        unpackInto(frame.data(), samples);
        if (!direct) {
            cut(plane);
        }
        measure(samples);
    }

    private void unpackInto(byte[] data, float[] to) {
        int samples = format.samples();
        switch (format.packing()) {
            case U8 -> kernels.unpackU8(data, 0, samples, scale, to, 0);
            case U16_LOW -> kernels.unpackU16(data, 0, samples, 0, scale, to, 0);
            case U16_HIGH -> kernels.unpackU16(data, 0, samples, 16 - format.bitDepth(), scale, to, 0);
            case RAW10 -> kernels.unpackRaw10(data, 0, samples, scale, to, 0);
        }
    }

    private void cut(float[] plane) {
        if (pattern == BayerPattern.MONO) {
            cutter.cut(whole, 0, 1, false, plane);
        } else {
            cutter.cut(whole, pattern.cell('G', 0), 0.5f, false, plane);
            cutter.cut(whole, pattern.cell('G', 1), 0.5f, true, plane);
        }
    }

    /** Mean of the rows looked at in the last frame, share of full scale. */
    public float mean() {
        return mean;
    }

    /**
     * Mean absolute deviation from the mean, of the rows looked at in the last frame, share of full scale. A lit frame
     * shows at least its shot noise here, an unlit one only the read noise, whatever the black level.
     */
    public float deviation() {
        return deviation;
    }

    /** Share of the samples at full scale among the rows looked at in the last frame, 0..1. */
    public float saturatedFraction() {
        return saturatedFraction;
    }

    /**
     * Sums whole numbers, because the compiler turns integer sums into vector code and floating-point sums or comparisons
     * not: four times faster. The conversion to int answers "at full scale?" with 1 or 0. Two rows of 16-bit counts
     * add up in an int up to 16,384 columns.
     */
    private void measure(float[] values) {
        int width = format.width();
        float toCounts = format.maxValue();
        float toSaturated = 1f / fullScale;
        long sum = 0;
        int saturated = 0;
        int samples = 0;
        for (int row = 0; row < format.height(); row += LIGHT_STEP) {
            int from = row * width;
            int end = from + lightRows(row) * width;
            int rowsSum = 0;
            for (int i = from; i < end; i++) {
                rowsSum += (int) (values[i] * toCounts + 0.5f);
            }
            for (int i = from; i < end; i++) {
                saturated += (int) (values[i] * toSaturated);
            }
            sum += rowsSum;
            samples += end - from;
        }
        mean = (float) ((double) sum / samples / format.maxValue());
        saturatedFraction = (float) saturated / samples;
        int level = (int) (mean * toCounts + 0.5f);
        long deviations = 0;
        for (int row = 0; row < format.height(); row += LIGHT_STEP) {
            int from = row * width;
            int end = from + lightRows(row) * width;
            int rowsDeviations = 0;
            for (int i = from; i < end; i++) {
                rowsDeviations += Math.abs((int) (values[i] * toCounts + 0.5f) - level);
            }
            deviations += rowsDeviations;
        }
        deviation = (float) ((double) deviations / samples / format.maxValue());
    }

    private int lightRows(int row) {
        return Math.min(LIGHT_ROWS, format.height() - row);
    }
}
