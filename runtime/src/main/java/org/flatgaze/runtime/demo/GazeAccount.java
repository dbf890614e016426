package org.flatgaze.runtime.demo;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.flatgaze.flatcam.replay.FrameTruth;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;

/**
 * Compares published gaze with the truth, frame by frame, and keeps account of what is left out and why.
 *
 * <p>The error is the angle between the published direction and the true visual axis, without any user calibration. It
 * counts frames whose eye is truly open and whose sample is OK. A closed eye without an answer is right and has no error;
 * an open eye without an answer and a closed eye with one are mistakes, counted by themselves. One thread adds (nothing
 * is allocated); another may read {@link #lastErrorDeg()}.
 */
public final class GazeAccount {

    private final float[] errorsDeg;
    private int answered;
    private int eyeClosed;
    private int missed;
    private int answeredAlthoughClosed;
    private int openFrames;
    private double openErrorSum;
    private double heldX;
    private double heldY;
    private double heldZ = -1;
    private int people;
    private int lastPerson = Integer.MIN_VALUE;
    private volatile float lastErrorDeg = Float.NaN;

    /**
     * What came out.
     *
     * @param meanDeg mean error over {@code frames}; NaN when there were none, as the next two
     * @param frames frames that count: eye open, sample OK
     * @param people people seen
     * @param eyeClosed left out: the eye is closed and the sample says no direction
     * @param missed left out: the eye is open, but the sample has no direction
     * @param answeredAlthoughClosed left out: the eye is closed, but the sample has a direction
     * @param everyOpenFrameMeanDeg mean error over every frame with an open eye, a missing answer replaced by the last one
     *     before it, as an application would that holds its last value (straight ahead before the first)
     */
    public record Result(
            double meanDeg,
            double medianDeg,
            double p95Deg,
            int frames,
            int people,
            int eyeClosed,
            int missed,
            int answeredAlthoughClosed,
            double everyOpenFrameMeanDeg) {

        /** The part {@code gaze_error_deg} of the JSON result; what cannot be said is null. */
        public Map<String, Object> toJson() {
            Map<String, Object> excluded = new LinkedHashMap<>();
            excluded.put("eye_closed", eyeClosed);
            excluded.put("missed", missed);
            excluded.put("answered_although_closed", answeredAlthoughClosed);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("mean", finite(meanDeg));
            json.put("median", finite(medianDeg));
            json.put("p95", finite(p95Deg));
            json.put("frames", frames);
            json.put("people", people);
            json.put("excluded", excluded);
            json.put("every_open_frame_mean", finite(everyOpenFrameMeanDeg));
            return json;
        }

        private static Double finite(double value) {
            return Double.isFinite(value) ? value : null;
        }
    }

    /** Makes an empty account of at most {@code frames} frames. */
    public GazeAccount(int frames) {
        this.errorsDeg = new float[frames];
    }

    /** Adds one published sample and what its frame shows; both are only read. */
    public void add(GazeSample sample, FrameTruth truth) {
        if (truth.person != lastPerson) {
            lastPerson = truth.person;
            people++;
        }
        boolean ok = sample.status == FrameStatus.OK;
        if (ok) {
            heldX = sample.dirX;
            heldY = sample.dirY;
            heldZ = sample.dirZ;
        }
        double errorDeg = angleDeg(heldX, heldY, heldZ, truth);
        if (truth.pupilVisible) {
            openFrames++;
            openErrorSum += errorDeg;
        }
        if (ok && truth.pupilVisible) {
            errorsDeg[answered++] = (float) errorDeg;
            lastErrorDeg = (float) errorDeg;
        } else if (ok) {
            answeredAlthoughClosed++;
        } else if (truth.pupilVisible) {
            missed++;
        } else {
            eyeClosed++;
        }
    }

    /** Stable for small angles, where the cosine says nothing. */
    private static double angleDeg(double x, double y, double z, FrameTruth truth) {
        double cx = y * truth.gazeZ - z * truth.gazeY;
        double cy = z * truth.gazeX - x * truth.gazeZ;
        double cz = x * truth.gazeY - y * truth.gazeX;
        double cross = Math.sqrt(cx * cx + cy * cy + cz * cz);
        return Math.toDegrees(Math.atan2(cross, x * truth.gazeX + y * truth.gazeY + z * truth.gazeZ));
    }

    /** Error of the last frame that counted, NaN before the first. Any thread. */
    public float lastErrorDeg() {
        return lastErrorDeg;
    }

    /** The account so far; the adding thread, or any thread once that one has ended. */
    public Result result() {
        float[] sorted = Arrays.copyOf(errorsDeg, answered);
        Arrays.sort(sorted);
        double sum = 0;
        for (float error : sorted) {
            sum += error;
        }
        return new Result(
                answered == 0 ? Double.NaN : sum / answered,
                quantile(sorted, 0.5),
                quantile(sorted, 0.95),
                answered,
                people,
                eyeClosed,
                missed,
                answeredAlthoughClosed,
                openFrames == 0 ? Double.NaN : openErrorSum / openFrames);
    }

    /** Linear between order statistics. */
    private static double quantile(float[] sorted, double q) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double at = q * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
