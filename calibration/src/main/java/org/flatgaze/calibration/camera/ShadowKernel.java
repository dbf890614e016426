package org.flatgaze.calibration.camera;

/**
 * One side of a FlatCam as physics has it: every scene pixel casts the same shadow of the mask, shifted by {@code slope} sensor
 * pixels a scene pixel and dimmed by the aperture: {@code Phi[i][j] = t_j k(i - middle - slope (j - sceneMiddle))}.
 *
 * <p>The kernel is a cubic B-spline with knots every half sensor pixel. It is known on all of its length, also between sensor
 * pixels, so it answers for other scene sizes and, by magnification about the axis, for other eye distances. Immutable.
 */
public final class ShadowKernel {

    /** Knots per sensor pixel. */
    static final int KNOTS_PER_PIXEL = 2;

    private final double[] coefficients;
    private final double firstPosition;
    private final double slope;
    private final int sceneSize;
    private final double[] transmission;
    private final double residual;

    ShadowKernel(
            double[] coefficients,
            double firstPosition,
            double slope,
            int sceneSize,
            double[] transmission,
            double residual) {
        this.coefficients = coefficients;
        this.firstPosition = firstPosition;
        this.slope = slope;
        this.sceneSize = sceneSize;
        this.transmission = transmission;
        this.residual = residual;
    }

    /** Shift of the shadow, sensor pixels per scene pixel; negative where the scene runs backwards. */
    public double slope() {
        return slope;
    }

    /** Energy of the measured matrix that this kernel does not explain, as a share: noise, and what is not a shifted shadow. */
    public double residual() {
        return residual;
    }

    /** Dimming of each scene pixel of the size the kernel was made for, by the aperture; smooth. */
    public double[] transmission() {
        return transmission.clone();
    }

    /**
     * The matrix of this side.
     *
     * @param length sensor rows (or columns)
     * @param magnification of the shadow against the distance the kernel was measured at, 1 for that distance: for a mask d
     *     from the sensor, measured at z0 and wanted at z, {@code (1 + d / z) / (1 + d / z0)}
     * @return length x sceneSize, row-major
     */
    public float[] matrix(int length, double magnification) {
        if (!(magnification > 0.5 && magnification < 2)) {
            throw new IllegalArgumentException("magnification=" + magnification + ": expected 0.5..2");
        }
        float[] phi = new float[Math.multiplyExact(length, sceneSize)];
        for (int i = 0; i < length; i++) {
            for (int j = 0; j < sceneSize; j++) {
                double position = i - 0.5 * (length - 1) - slope * (j - 0.5 * (sceneSize - 1));
                phi[i * sceneSize + j] = (float) (transmission[j] * at(position / magnification));
            }
        }
        return phi;
    }

    /** The kernel at a position, sensor pixels from the axis; beyond its ends its last value. */
    public double at(double position) {
        double x = (position - firstPosition) * KNOTS_PER_PIXEL;
        int n = coefficients.length;
        x = Math.clamp(x, 1.0, n - 3.0);
        int first = (int) x - 1;
        double f = x - (int) x;
        return weight(0, f) * coefficients[first]
                + weight(1, f) * coefficients[first + 1]
                + weight(2, f) * coefficients[first + 2]
                + weight(3, f) * coefficients[Math.min(first + 3, n - 1)];
    }

    /** Weights of the four knots about a position, {@code f} past the second of them. */
    static double weight(int knot, double f) {
        double g = 1 - f;
        return switch (knot) {
            case 0 -> g * g * g / 6;
            case 1 -> 2.0 / 3 - 0.5 * f * f * (2 - f);
            case 2 -> 2.0 / 3 - 0.5 * g * g * (2 - g);
            default -> f * f * f / 6;
        };
    }
}
