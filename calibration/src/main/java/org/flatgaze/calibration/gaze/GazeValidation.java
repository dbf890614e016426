package org.flatgaze.calibration.gaze;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Accuracy and precision on targets that were not used to fit.
 *
 * @param accuracyDeg mean angle between gaze and target over all samples, degrees
 * @param worstDeg largest mean error of a target
 * @param precisionRmsDeg root mean square of the angle from sample to sample inside a target (RMS-S2S)
 * @param precisionSdDeg root mean square distance of the samples from their target's mean
 * @param biasYawDeg mean error of yaw, signed
 * @param biasPitchDeg mean error of pitch, signed
 * @param loss share of the frames without a usable sample
 * @param percentilesDeg error at 50, 75, 90, 95 and 99 % of the samples
 * @param perTarget mean error of each target
 * @param rating where this stands
 */
@SuppressWarnings("ArrayRecordComponent") // a report
public record GazeValidation(
        double accuracyDeg,
        double worstDeg,
        double precisionRmsDeg,
        double precisionSdDeg,
        double biasYawDeg,
        double biasPitchDeg,
        double loss,
        double[] percentilesDeg,
        List<PerTarget> perTarget,
        Rating rating) {

    private static final double[] PERCENTS = {50, 75, 90, 95, 99};

    /** Nearer than this a target is the same one: where a map was fitted it looks better than it is. */
    private static final double SAME_TARGET_DEG = 1;

    /** A step from sample to sample above this is an eye movement, not noise. */
    private static final double CHAIN_BREAK_DEG = 3;

    /** The classes of the EyeLink manual, with two below them for trackers of this size. */
    public enum Rating {
        /** Mean below 1 degree, worst target below 1.5. */
        GOOD,
        /** Mean below 1.5, worst below 2. */
        FAIR,
        /** Mean below 3: usual for a network without a lens; enough to tell which of a dozen fields is meant. */
        COARSE,
        /** More: the next target is nearer than the error. */
        POOR;

        static Rating of(double mean, double worst) {
            if (mean < 1 && worst < 1.5) {
                return GOOD;
            }
            if (mean < 1.5 && worst < 2) {
                return FAIR;
            }
            return mean < 3 ? COARSE : POOR;
        }
    }

    /**
     * One target's account.
     *
     * @param target where it stood
     * @param errorDeg mean error; NaN without samples
     * @param samples usable samples
     */
    public record PerTarget(Direction target, double errorDeg, int samples) {}

    /**
     * Validates a map.
     *
     * @param map null for the bare network
     * @param samples validation targets
     * @param fitted targets the map was fitted on
     * @throws IllegalArgumentException if a validation target was used to fit, or stands within a degree of one that was
     * @throws GazeRefusedException if there is no sample at all
     */
    public static GazeValidation of(GazeMap map, List<TargetSamples> samples, List<Direction> fitted) {
        List<Double> errors = new ArrayList<>();
        List<PerTarget> perTarget = new ArrayList<>();
        double[] sums = new double[6]; // yaw, pitch, step squares, steps, spread squares, worst
        int shown = 0;
        for (TargetSamples target : samples) {
            if (fitted.stream().anyMatch(used -> used.angleTo(target.target()) < SAME_TARGET_DEG)) {
                throw new IllegalArgumentException(
                        "target " + target.target() + " was used to fit: expected validation on other targets only");
            }
            shown += target.shown();
            perTarget.add(account(map, target, errors, sums));
        }
        if (errors.isEmpty()) {
            throw new GazeRefusedException(
                    "validation has no usable sample: the eye was closed or lost on every target");
        }
        double[] sorted =
                errors.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double mean = Arrays.stream(sorted).average().orElseThrow();
        double[] percentiles = new double[PERCENTS.length];
        for (int i = 0; i < percentiles.length; i++) {
            percentiles[i] = sorted[(int) Math.round(PERCENTS[i] / 100 * (sorted.length - 1))];
        }
        int n = sorted.length;
        return new GazeValidation(
                mean,
                sums[5],
                Math.sqrt(sums[2] / Math.max(1, sums[3])),
                Math.sqrt(sums[4] / n),
                sums[0] / n,
                sums[1] / n,
                shown == 0 ? 1 : 1 - n / (double) shown,
                percentiles,
                List.copyOf(perTarget),
                Rating.of(mean, sums[5]));
    }

    private static PerTarget account(GazeMap map, TargetSamples target, List<Double> errors, double[] sums) {
        double sum = 0;
        double meanYaw = 0;
        double meanPitch = 0;
        List<Direction> mapped = new ArrayList<>();
        for (Direction seen : target.directions()) {
            Direction gaze = map == null ? seen : map.apply(seen);
            double error = gaze.angleTo(target.target());
            errors.add(error);
            sum += error;
            sums[0] += gaze.yawDeg() - target.target().yawDeg();
            sums[1] += gaze.pitchDeg() - target.target().pitchDeg();
            meanYaw += gaze.yawDeg();
            meanPitch += gaze.pitchDeg();
            mapped.add(gaze);
        }
        int n = mapped.size();
        if (n == 0) {
            return new PerTarget(target.target(), Double.NaN, 0);
        }
        Direction middle = new Direction(meanYaw / n, meanPitch / n);
        for (int i = 0; i < n; i++) {
            double spread = mapped.get(i).angleTo(middle);
            sums[4] += spread * spread;
            double step = i == 0 ? Double.NaN : mapped.get(i).angleTo(mapped.get(i - 1));
            if (step <= CHAIN_BREAK_DEG) {
                sums[2] += step * step;
                sums[3]++;
            }
        }
        sums[5] = Math.max(sums[5], sum / n);
        return new PerTarget(target.target(), sum / n, n);
    }

    /** The figures by name. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("accuracy_deg", accuracyDeg);
        facts.put("worst_target_deg", worstDeg);
        facts.put("precision_deg", precisionRmsDeg);
        facts.put("precision_sd_deg", precisionSdDeg);
        facts.put("bias_deg", new double[] {biasYawDeg, biasPitchDeg});
        facts.put("loss", loss);
        facts.put("percentiles_deg", percentilesDeg);
        facts.put("per_target", perTargetFacts());
        facts.put("rating", rating.name().toLowerCase(Locale.ROOT));
        return facts;
    }

    private List<Map<String, Object>> perTargetFacts() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (PerTarget target : perTarget) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("yaw_deg", target.target().yawDeg());
            entry.put("pitch_deg", target.target().pitchDeg());
            entry.put("error_deg", Double.isFinite(target.errorDeg()) ? target.errorDeg() : null);
            entry.put("samples", target.samples());
            list.add(entry);
        }
        return list;
    }
}
