package org.flatgaze.runtime.command.calibrate;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.command.NetworkNames;

/**
 * What a recovered camera calibration does to the gaze: the same simulated frames of the reference device through the whole pipeline
 * twice, once with the true matrices and once with the recovered ones.
 *
 * @param frames frames that both answered
 * @param onlyOne frames that only one of them answered
 * @param trueDeg mean error with the true matrices
 * @param recoveredDeg mean error with the recovered ones
 * @param meanShiftDeg mean angle between both answers
 * @param uncertaintyDeg standard error of {@code recoveredDeg - trueDeg}, from the frames' differences
 */
record CameraEffect(
        int frames, int onlyOne, double trueDeg, double recoveredDeg, double meanShiftDeg, double uncertaintyDeg) {

    /** Passes up to here. */
    static final double LIMIT_DEG = 0.05;

    private static final double YAW_MOST = 18;
    private static final double PITCH_MOST = 14;
    private static final double OPENNESS = 0.97;

    /**
     * Measures.
     *
     * @param models folder of the networks
     * @param progress hears the number of people done
     * @throws IllegalArgumentException if no frame was answered, or a count is below 1
     */
    static CameraEffect measure(
            Path models,
            String model,
            ReferenceDevice device,
            SeparableFilter recovered,
            int people,
            int framesEach,
            long seed,
            IntConsumer progress) {
        if (people < 1 || framesEach < 1) {
            throw new IllegalArgumentException("people=" + people + " frames=" + framesEach + ": expected at least 1");
        }
        SplittableRandom random = new SplittableRandom(seed);
        int both = 0;
        int one = 0;
        double sumTrue = 0;
        double sumRecovered = 0;
        double sumShift = 0;
        double squares = 0;
        // Same seed, same people, same noise: whatever differs comes from the matrices.
        try (PipelineTracker reference =
                        new PipelineTracker(models, NetworkNames.of(model), device.filter(), device.newOptics(), seed);
                PipelineTracker tried =
                        new PipelineTracker(models, NetworkNames.of(model), recovered, device.newOptics(), seed)) {
            for (int person = 0; person < people; person++) {
                reference.begin(person, 0);
                tried.begin(person, 0);
                for (int i = 0; i < framesEach; i++) {
                    Direction gaze = new Direction(
                            YAW_MOST * (2 * random.nextDouble() - 1), PITCH_MOST * (2 * random.nextDouble() - 1));
                    Direction a = reference.estimate(gaze, OPENNESS);
                    Direction b = tried.estimate(gaze, OPENNESS);
                    if (a == null || b == null) {
                        one += a == null && b == null ? 0 : 1;
                        continue;
                    }
                    double errorTrue = a.angleTo(gaze);
                    double errorRecovered = b.angleTo(gaze);
                    both++;
                    sumTrue += errorTrue;
                    sumRecovered += errorRecovered;
                    sumShift += a.angleTo(b);
                    squares += (errorRecovered - errorTrue) * (errorRecovered - errorTrue);
                }
                progress.accept(person + 1);
            }
        }
        if (both == 0) {
            throw new IllegalArgumentException("no frame was answered with both calibrations: this file is not of the"
                    + " reference device, or its scene is elsewhere");
        }
        double mean = (sumRecovered - sumTrue) / both;
        double variance = Math.max(0, squares / both - mean * mean);
        return new CameraEffect(
                both, one, sumTrue / both, sumRecovered / both, sumShift / both, Math.sqrt(variance / both));
    }

    /** Mean error with the recovered matrices less that with the true ones. */
    double differenceDeg() {
        return recoveredDeg - trueDeg;
    }

    boolean passes() {
        return Math.abs(differenceDeg()) <= LIMIT_DEG;
    }

    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("frames", frames);
        facts.put("answered_by_one_only", onlyOne);
        facts.put("gaze_error_true_deg", trueDeg);
        facts.put("gaze_error_deg", recoveredDeg);
        facts.put("difference_deg", differenceDeg());
        facts.put("difference_uncertainty_deg", uncertaintyDeg);
        facts.put("mean_shift_deg", meanShiftDeg);
        facts.put("limit_deg", LIMIT_DEG);
        return facts;
    }
}
