package org.flatgaze.flatcam.sim;

/** Rotations as row-major 3x3 matrices, and directions in OpenXR's convention. Stateless; nothing but {@code of…} allocates. */
final class Rotations {

    private Rotations() {}

    /** First about z (roll), then about x (pitch), then about y (yaw), degrees. */
    static double[] ofAngles(double yawDeg, double pitchDeg, double rollDeg) {
        double[] yaw = about(1, yawDeg);
        double[] pitch = about(0, pitchDeg);
        double[] roll = about(2, rollDeg);
        double[] inner = new double[9];
        double[] out = new double[9];
        multiply(pitch, roll, inner);
        multiply(yaw, inner, out);
        return out;
    }

    private static double[] about(int axis, double deg) {
        double c = Math.cos(Math.toRadians(deg));
        double s = Math.sin(Math.toRadians(deg));
        int i = (axis + 1) % 3;
        int j = (axis + 2) % 3;
        double[] m = new double[9];
        m[4 * axis] = 1;
        m[4 * i] = c;
        m[4 * j] = c;
        m[3 * i + j] = -s;
        m[3 * j + i] = s;
        return m;
    }

    static void multiply(double[] a, double[] b, double[] out) {
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                out[3 * row + column] =
                        a[3 * row] * b[column] + a[3 * row + 1] * b[3 + column] + a[3 * row + 2] * b[6 + column];
            }
        }
    }

    /** {@code out = m v}; must not alias. */
    static void apply(double[] m, double[] v, double[] out) {
        for (int row = 0; row < 3; row++) {
            out[row] = m[3 * row] * v[0] + m[3 * row + 1] * v[1] + m[3 * row + 2] * v[2];
        }
    }

    /** {@code out = m^T v}; must not alias. */
    static void applyInverse(double[] m, double[] v, double[] out) {
        for (int row = 0; row < 3; row++) {
            out[row] = m[row] * v[0] + m[3 + row] * v[1] + m[6 + row] * v[2];
        }
    }

    /** Unit vector of a direction: +X right, +Y up, -Z forward. */
    static void direction(double yawDeg, double pitchDeg, double[] out) {
        double yaw = Math.toRadians(yawDeg);
        double pitch = Math.toRadians(pitchDeg);
        out[0] = Math.sin(yaw) * Math.cos(pitch);
        out[1] = Math.sin(pitch);
        out[2] = -Math.cos(yaw) * Math.cos(pitch);
    }

    /**
     * The shortest rotation that takes straight ahead (-Z) to a unit vector. Applied to the whole eye this is Listing's law:
     * no torsion about the line of sight.
     */
    static void fromForward(double[] to, double[] out) {
        // Rodrigues with w = forward x to = (to.y, -to.x, 0) and cosine -to.z.
        double x = to[1];
        double y = -to[0];
        double f = 1 / (1 - to[2]);
        out[0] = 1 - y * y * f;
        out[1] = x * y * f;
        out[2] = y;
        out[3] = x * y * f;
        out[4] = 1 - x * x * f;
        out[5] = -x;
        out[6] = -y;
        out[7] = x;
        out[8] = 1 - (x * x + y * y) * f;
    }
}
