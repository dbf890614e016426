package org.flatgaze.pipeline.gaze;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.models.Normalisation;
import org.flatgaze.pipeline.models.PictureInput;
import org.flatgaze.pipeline.roi.Roi;

/**
 * The gaze network with what surrounds it: a 96 x 160 region in, a unit vector and a confidence out.
 *
 * <p>The network answers a vector v. It is trained on unit vectors for open eyes and on zero for closed ones, so that
 * {@code min(1, |v|)} is how far it believes in an open eye; the direction is {@code v / |v|}. One thread; allocates
 * nothing after construction. The execution stays the caller's to close.
 */
public final class GazeEstimator {

    private static final int COMPONENTS = 3;

    private final Execution execution;
    private final float threshold;
    private final PictureInput input;
    private final FloatBuffer output;
    private float confidence;

    /** What an estimate came to. */
    public enum Result {
        /** The direction is valid. */
        OPEN,
        /** The vector is shorter than the threshold: the eye is closed or the pupil hidden. */
        CLOSED,
        /** The network answered something that is not finite. */
        NOT_FINITE,
        /** The picture holds something that is not finite; the network did not run. */
        BAD_PICTURE
    }

    /**
     * Surrounds an execution.
     *
     * @param execution input 0 is 1 x 1 x 96 x 160, output 0 is 1 x 3, both float
     * @param threshold length of the vector below which the eye counts as closed, 0..1
     * @param kernels used on the calling thread alone
     * @throws IllegalArgumentException if the execution has other sizes or the threshold is out of range
     */
    public GazeEstimator(Execution execution, Normalisation normalisation, float threshold, KernelSet kernels) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("threshold=" + threshold + ": expected 0..1");
        }
        this.execution = execution;
        this.threshold = threshold;
        this.input = new PictureInput(execution.input(0), normalisation, kernels);
        this.output = execution.output(0).asFloatBuffer();
        if (input.elements() != Roi.ROWS * Roi.COLUMNS || output.limit() != COMPONENTS) {
            throw new IllegalArgumentException("input=" + input.elements() + " output=" + output.limit()
                    + " elements: expected " + Roi.ROWS * Roi.COLUMNS + " and " + COMPONENTS);
        }
    }

    /**
     * Estimates the direction.
     *
     * @param region 96 x 160, row-major; copied
     * @param direction receives the unit vector (x, y, z) in OpenXR view space, NaN unless the result is OPEN
     * @throws org.flatgaze.accel.AcceleratorException if the backend fails; {@code direction} is then NaN
     */
    public Result estimate(float[] region, float[] direction) {
        confidence = 0;
        Arrays.fill(direction, Float.NaN);
        if (!input.fill(region)) {
            return Result.BAD_PICTURE;
        }
        execution.run();
        float x = output.get(0);
        float y = output.get(1);
        float z = output.get(2);
        float length = (float) Math.sqrt((double) x * x + (double) y * y + (double) z * z);
        if (!Float.isFinite(length)) {
            return Result.NOT_FINITE;
        }
        confidence = Math.min(1, length);
        // A zero vector has no direction, whatever the threshold.
        if (length < threshold || length < Float.MIN_NORMAL) {
            return Result.CLOSED;
        }
        direction[0] = x / length;
        direction[1] = y / length;
        direction[2] = z / length;
        return Result.OPEN;
    }

    /** Confidence of the last estimate, 0..1. */
    public float confidence() {
        return confidence;
    }
}
