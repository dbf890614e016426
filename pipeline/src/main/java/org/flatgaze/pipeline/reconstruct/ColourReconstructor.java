package org.flatgaze.pipeline.reconstruct;

import java.util.Objects;
import org.flatgaze.accel.kernels.KernelSet;

/**
 * Pictures of every colour of a frame: a Bayer sensor gives red, green (the mean of its two planes: a picture is linear in
 * the plane, so one reconstruction serves both) and blue, a mono sensor one grey picture. One per thread; allocates nothing
 * after construction.
 */
public final class ColourReconstructor {

    private static final char[] COLOURS = {'R', 'G', 'B'};

    private final PlaneCutter cutter;
    private final BayerPattern pattern;
    private final Reconstructor reconstructor;
    private final float[] plane;

    /** @param kernels used by this instance alone */
    public ColourReconstructor(SeparableFilter filter, KernelSet kernels) {
        FlatCamModel model = filter.model();
        if (filter.design().binning() != 1) {
            throw new IllegalArgumentException(
                    "filter.design.binning=" + filter.design().binning() + ": expected 1");
        }
        this.cutter = new PlaneCutter(model.sensor(), model.geometry());
        this.pattern = model.geometry().pattern();
        this.reconstructor = new Reconstructor(filter, kernels);
        this.plane = new float[model.rows() * model.cols()];
    }

    /** 3 of a Bayer sensor (red, green, blue), 1 of a mono sensor. */
    public int colours() {
        return pattern == BayerPattern.MONO ? 1 : COLOURS.length;
    }

    /** Sizes of the pictures. */
    public Reconstructor reconstructor() {
        return reconstructor;
    }

    /**
     * Cuts the plane of a colour.
     *
     * @param frame unpacked samples, sensor.height x sensor.width, share of full scale
     * @param colour 0..colours-1
     * @return rows x cols of the model, owned by this instance and overwritten by the next call
     */
    public float[] plane(float[] frame, int colour) {
        Objects.checkIndex(colour, colours());
        if (pattern == BayerPattern.MONO) {
            cutter.cut(frame, 0, 1, false, plane);
        } else if (COLOURS[colour] == 'G') {
            cutter.cut(frame, pattern.cell('G', 0), 0.5f, false, plane);
            cutter.cut(frame, pattern.cell('G', 1), 0.5f, true, plane);
        } else {
            cutter.cut(frame, pattern.cell(COLOURS[colour], 0), 1, false, plane);
        }
        return plane;
    }

    /** Makes the picture of one colour; arguments as in {@link #plane} and {@link Reconstructor#reconstruct}. */
    public void reconstruct(float[] frame, int colour, Target target, int roiX, int roiY, float[] out) {
        reconstructor.reconstruct(plane(frame, colour), target, roiX, roiY, out);
    }
}
