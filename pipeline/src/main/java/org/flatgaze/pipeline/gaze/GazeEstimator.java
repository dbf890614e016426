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
 * {@code min(1, |v|)} is how far it believes in an open eye; the direction is {@code v / |v|}. A network with five outputs
 * also answers ln s, where s is the root mean square of its own angular error in degrees, and how far the eye is open; its
 * confidence is then the probability that the eye is open and the direction within {@value #TOLERANCE_DEG} degrees, the two
 * axes of the error taken as independent and normal: {@code min(1, |v|) (1 - exp(-(5 / s)^2))}.
 *
 * <p>One thread; allocates nothing after construction. The execution stays the caller's to close.
 */
public final class GazeEstimator {

    /** Error that the confidence of a network with five outputs is about, degrees: three fingers at arm's length. */
    public static final double TOLERANCE_DEG = 5;

    private static final int COMPONENTS = 3;
    private static final int LOG_ERROR = 3;
    private static final int OPENNESS = 4;
    private static final int SELF_REPORTING = 5;

    private final Execution execution;
    private final float threshold;
    private final PictureInput input;
    private final FloatBuffer output;
    private final boolean selfReporting;
    private float confidence;
    private float uncertaintyDeg = Float.NaN;
    private float openness = Float.NaN;

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
     * @param execution input 0 is 1 x 1 x 96 x 160, output 0 is 1 x 3 or 1 x 5, both float
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
        this.selfReporting = output.limit() == SELF_REPORTING;
        if (input.elements() != Roi.ROWS * Roi.COLUMNS || !(output.limit() == COMPONENTS || selfReporting)) {
            throw new IllegalArgumentException("input=" + input.elements() + " output=" + output.limit()
                    + " elements: expected " + Roi.ROWS * Roi.COLUMNS + " and " + COMPONENTS + " or " + SELF_REPORTING);
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
        uncertaintyDeg = Float.NaN;
        openness = Float.NaN;
        Arrays.fill(direction, Float.NaN);
        if (!input.fill(region)) {
            return Result.BAD_PICTURE;
        }
        execution.run();
        float x = output.get(0);
        float y = output.get(1);
        float z = output.get(2);
        float length = (float) Math.sqrt((double) x * x + (double) y * y + (double) z * z);
        if (!Float.isFinite(length) || (selfReporting && !readSelfReport())) {
            return Result.NOT_FINITE;
        }
        confidence = Math.min(1, length);
        if (selfReporting) {
            double ratio = TOLERANCE_DEG / uncertaintyDeg;
            confidence *= (float) -Math.expm1(-ratio * ratio);
        }
        // A zero vector has no direction, whatever the threshold.
        if (length < threshold || length < Float.MIN_NORMAL) {
            return Result.CLOSED;
        }
        direction[0] = x / length;
        direction[1] = y / length;
        direction[2] = z / length;
        return Result.OPEN;
    }

    /** Answers false if one of the two is not finite; neither is then kept. */
    private boolean readSelfReport() {
        float logError = output.get(LOG_ERROR);
        float open = output.get(OPENNESS);
        if (!Float.isFinite(logError) || !Float.isFinite(open)) {
            return false;
        }
        uncertaintyDeg = (float) Math.clamp(Math.exp(logError), Float.MIN_NORMAL, 180);
        openness = Math.clamp(open, 0f, 1f);
        return true;
    }

    /** Confidence of the last estimate, 0..1. */
    public float confidence() {
        return confidence;
    }

    /** Root mean square error the network expects of its last direction, degrees, over 0..180; NaN if it does not say. */
    public float uncertaintyDeg() {
        return uncertaintyDeg;
    }

    /** How far the eye is open in the last region, 0 closed .. 1 wide open; NaN if the network does not say. */
    public float openness() {
        return openness;
    }
}
