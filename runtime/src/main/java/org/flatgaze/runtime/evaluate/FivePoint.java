package org.flatgaze.runtime.evaluate;

import java.util.Arrays;

/**
 * What a five-point user calibration would do: the mean offset over the frames of session 0 nearest to the centre and
 * the four corners, applied to frames that were not used to fit.
 */
final class FivePoint {

    private static final double[][] TARGETS_DEG = {{0, 0}, {-15, -12}, {15, -12}, {-15, 12}, {15, 12}};

    private double yawOffsetDeg;
    private double pitchOffsetDeg;
    private final boolean[] used;

    private FivePoint(int frames) {
        used = new boolean[frames];
    }

    /**
     * Fits on frames {@code members} of one person's session 0.
     *
     * @param members indices of usable frames
     * @return null when there are fewer than ten members: nothing would be left to test on
     */
    static FivePoint fit(int[] members, double[] trueYaw, double[] truePitch, double[] yaw, double[] pitch) {
        if (members.length < 2 * TARGETS_DEG.length) {
            return null;
        }
        FivePoint fit = new FivePoint(trueYaw.length);
        for (double[] target : TARGETS_DEG) {
            int nearest = -1;
            double best = Double.POSITIVE_INFINITY;
            for (int i : members) {
                double distance = Math.hypot(trueYaw[i] - target[0], truePitch[i] - target[1]);
                if (!fit.used[i] && distance < best) {
                    best = distance;
                    nearest = i;
                }
            }
            fit.used[nearest] = true;
            fit.yawOffsetDeg += (trueYaw[nearest] - yaw[nearest]) / TARGETS_DEG.length;
            fit.pitchOffsetDeg += (truePitch[nearest] - pitch[nearest]) / TARGETS_DEG.length;
        }
        return fit;
    }

    /** Errors in degrees of the frames {@code members} that were not used to fit. */
    double[] errors(int[] members, double[] trueYaw, double[] truePitch, double[] yaw, double[] pitch) {
        return Arrays.stream(members)
                .filter(i -> !used[i])
                .mapToDouble(i ->
                        Angles.betweenDeg(trueYaw[i], truePitch[i], yaw[i] + yawOffsetDeg, pitch[i] + pitchOffsetDeg))
                .toArray();
    }
}
