package org.flatgaze.calibration.gaze;

/**
 * A direction in OpenXR view space.
 *
 * @param yawDeg {@code atan2(x, -z)}, positive right
 * @param pitchDeg {@code asin(y)}, positive up
 */
public record Direction(double yawDeg, double pitchDeg) {

    public Direction {
        if (!(Math.abs(yawDeg) <= 180 && Math.abs(pitchDeg) <= 90)) {
            throw new IllegalArgumentException(
                    "yawDeg=" + yawDeg + " pitchDeg=" + pitchDeg + ": expected -180..180 and -90..90");
        }
    }

    /** Direction of a unit vector. */
    public static Direction of(double x, double y, double z) {
        return new Direction(Math.toDegrees(Math.atan2(x, -z)), Math.toDegrees(Math.asin(Math.clamp(y, -1.0, 1.0))));
    }

    /** Angle between two directions, degrees. */
    public double angleTo(Direction other) {
        double[] a = unit();
        double[] b = other.unit();
        double squares = 0;
        for (int i = 0; i < 3; i++) {
            squares += (a[i] - b[i]) * (a[i] - b[i]);
        }
        // The chord keeps its precision at small angles, where the cosine has none.
        return Math.toDegrees(2 * Math.asin(Math.min(1, Math.sqrt(squares) / 2)));
    }

    /** The unit vector. */
    public double[] unit() {
        double yaw = Math.toRadians(yawDeg);
        double pitch = Math.toRadians(pitchDeg);
        return new double[] {Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch), -Math.cos(pitch) * Math.cos(yaw)};
    }
}
