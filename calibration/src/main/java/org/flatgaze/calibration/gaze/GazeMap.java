package org.flatgaze.calibration.gaze;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.flatgaze.pipeline.gaze.UserCalibration;

/**
 * A user's map: yaw and pitch of the network, each plus a polynomial in both. The offset takes in the angle between optical and
 * visual axis, the affine part gain and roll, the second order the curvature that refraction leaves. Immutable.
 */
public final class GazeMap implements UserCalibration {

    /** Angles are divided by this before powers are taken, so that all coefficients are degrees of like size. */
    static final double SCALE_DEG = 20;

    /** No user is farther off than this; a map that asks for more is held here. */
    private static final double LARGEST_CORRECTION_DEG = 15;

    /** How many terms a map has. */
    public enum Kind {
        /** One offset; from 1 target on. */
        OFFSET(1, 1),
        /** Offset, gain and cross-talk; from 4 targets on. */
        AFFINE(3, 4),
        /** All terms up to the second order; from 8 targets on. */
        QUADRATIC(6, 8);

        private final int terms;
        private final int leastTargets;

        Kind(int terms, int leastTargets) {
            this.terms = terms;
            this.leastTargets = leastTargets;
        }

        /** Coefficients for each of yaw and pitch. */
        public int terms() {
            return terms;
        }

        /** Targets below which a fit would describe noise. */
        public int leastTargets() {
            return leastTargets;
        }
    }

    private final Kind kind;
    private final double[] yaw;
    private final double[] pitch;
    private final String id;

    /**
     * @param yaw coefficients of the correction of yaw, degrees, of the terms 1, y, p, y^2, y p, p^2 with y and p in units of 20
     *     degrees; as many as the kind has
     * @param pitch the same of pitch
     */
    public GazeMap(Kind kind, double[] yaw, double[] pitch) {
        if (yaw.length != kind.terms() || pitch.length != kind.terms()) {
            throw new IllegalArgumentException("yaw.length=" + yaw.length + " pitch.length=" + pitch.length
                    + ": expected " + kind.terms() + " for " + kind);
        }
        for (int i = 0; i < yaw.length; i++) {
            if (!Double.isFinite(yaw[i]) || !Double.isFinite(pitch[i])) {
                throw new IllegalArgumentException(
                        "yaw[" + i + "]=" + yaw[i] + " pitch[" + i + "]=" + pitch[i] + ": expected finite numbers");
            }
        }
        this.kind = kind;
        this.yaw = yaw.clone();
        this.pitch = pitch.clone();
        this.id = kind.name().charAt(0) + hash();
    }

    /** The same map with a further offset, as after a recentring on one target. */
    public GazeMap recentred(double yawDeg, double pitchDeg) {
        double[] newYaw = yaw.clone();
        double[] newPitch = pitch.clone();
        newYaw[0] += yawDeg;
        newPitch[0] += pitchDeg;
        return new GazeMap(kind, newYaw, newPitch);
    }

    public Kind kind() {
        return kind;
    }

    /** Coefficients of yaw; a copy. */
    public double[] yaw() {
        return yaw.clone();
    }

    /** Coefficients of pitch; a copy. */
    public double[] pitch() {
        return pitch.clone();
    }

    @Override
    public String id() {
        return id;
    }

    /** The corrected direction. */
    public Direction apply(Direction from) {
        double y = from.yawDeg() / SCALE_DEG;
        double p = from.pitchDeg() / SCALE_DEG;
        return new Direction(
                Math.clamp(from.yawDeg() + correction(yaw, y, p), -180.0, 180.0),
                Math.clamp(from.pitchDeg() + correction(pitch, y, p), -90.0, 90.0));
    }

    @Override
    public void apply(float[] direction) {
        double yawDeg = Math.toDegrees(Math.atan2(direction[0], -direction[2]));
        double pitchDeg = Math.toDegrees(Math.asin(Math.clamp(direction[1], -1f, 1f)));
        double y = yawDeg / SCALE_DEG;
        double p = pitchDeg / SCALE_DEG;
        double newYaw = Math.toRadians(yawDeg + correction(yaw, y, p));
        double newPitch = Math.toRadians(Math.clamp(pitchDeg + correction(pitch, y, p), -90.0, 90.0));
        direction[0] = (float) (Math.cos(newPitch) * Math.sin(newYaw));
        direction[1] = (float) Math.sin(newPitch);
        direction[2] = (float) (-Math.cos(newPitch) * Math.cos(newYaw));
    }

    private static double correction(double[] c, double y, double p) {
        double sum = c[0];
        if (c.length >= 3) {
            sum += c[1] * y + c[2] * p;
        }
        if (c.length >= 6) {
            sum += c[3] * y * y + c[4] * y * p + c[5] * p * p;
        }
        return Math.clamp(sum, -LARGEST_CORRECTION_DEG, LARGEST_CORRECTION_DEG);
    }

    private String hash() {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * (yaw.length + pitch.length));
        for (double c : yaw) {
            bytes.putDouble(c);
        }
        for (double c : pitch) {
            bytes.putDouble(c);
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()), 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
