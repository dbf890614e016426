package org.flatgaze.runtime.evaluate;

import java.util.Arrays;

/** Directions and their errors in degrees; yaw and pitch as everywhere: {@code atan2(x, -z)}, {@code asin(y)}. */
public final class Angles {

    private Angles() {}

    /** Yaw of a unit vector, degrees, positive right. */
    public static double yawDeg(double x, double z) {
        return Math.toDegrees(Math.atan2(x, -z));
    }

    /** Pitch of a unit vector, degrees, positive up. */
    public static double pitchDeg(double y) {
        return Math.toDegrees(Math.asin(Math.clamp(y, -1.0, 1.0)));
    }

    /** Angle between two directions given as yaw and pitch, degrees. */
    public static double betweenDeg(double yawA, double pitchA, double yawB, double pitchB) {
        double ca = Math.cos(Math.toRadians(pitchA));
        double cb = Math.cos(Math.toRadians(pitchB));
        double dx = ca * Math.sin(Math.toRadians(yawA)) - cb * Math.sin(Math.toRadians(yawB));
        double dy = Math.sin(Math.toRadians(pitchA)) - Math.sin(Math.toRadians(pitchB));
        double dz = ca * Math.cos(Math.toRadians(yawA)) - cb * Math.cos(Math.toRadians(yawB));
        // The chord keeps its precision at small angles, where acos of the dot product has none.
        return Math.toDegrees(2 * Math.asin(Math.min(1, Math.sqrt(dx * dx + dy * dy + dz * dz) / 2)));
    }

    /** Mean of the finite values; NaN if there is none. */
    public static double mean(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite).average().orElse(Double.NaN);
    }

    /** Quantile of the finite values by linear interpolation; NaN if there is none. */
    public static double quantile(double[] values, double q) {
        double[] sorted =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double at = q * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
