package org.flatgaze.calibration.camera;

import java.util.Arrays;

/**
 * Fits a {@link ShadowKernel} to a measured matrix by least squares: kernel and aperture in turn, the slope by search. The
 * columns of the matrix are compared without their means, which a calibration does not know.
 */
final class ShadowKernelFit {

    /** Weight of the penalty; relative to the mean diagonal. */
    private static final double RIDGE = 1e-5;

    /**
     * Weight of second differences. Lit together, neighbouring scene pixels hide the kernel's finest detail, and undoing that without
     * restraint fills the matrix with noise that predicts nothing wrong but spoils every inverse. On the reference device, one frame:
     * picture against that of the true matrices 0.875 at 0, 0.99993 at 100, 0.99997 at 1000 and at 10,000; the forward error is least
     * between 100 and 1000.
     */
    private static final double ROUGHNESS = 1000;

    private static final int STEPS = 30;
    private static final int APERTURE_ORDER = 6;
    private static final double GOLDEN = 0.5 * (Math.sqrt(5) - 1);

    private final float[] phi;
    private final int rows;
    private final int cols;
    private final int factor;
    private double[] aperture;
    private double[] coefficients;
    private double firstPosition;

    private ShadowKernelFit(float[] phi, int rows, int cols, int factor) {
        this.phi = phi;
        this.rows = rows;
        this.cols = cols;
        this.factor = factor;
        this.aperture = new double[cols];
        Arrays.fill(aperture, 1);
    }

    /**
     * Fits.
     *
     * @param phi rows x cols, columns of mean 0; each stands for {@code factor} neighbouring scene pixels lit together
     * @param factor scene pixels per column, at least 1
     * @return the kernel for a scene of cols x factor pixels
     */
    static ShadowKernel of(float[] phi, int rows, int cols, int factor) {
        ShadowKernelFit fit = new ShadowKernelFit(phi, rows, cols, factor);
        double slope = fit.refine(ShadowSlope.perColumn(phi, rows, cols) / factor);
        double residual = 1;
        for (int round = 0; round < 3; round++) {
            residual = fit.solve(slope, STEPS);
            fit.fitAperture(slope);
        }
        double[] transmission = new double[cols * factor];
        for (int j = 0; j < transmission.length; j++) {
            double at = Math.clamp((j + 0.5) / factor - 0.5, 0.0, cols - 1.0);
            int low = Math.min((int) at, cols - 2);
            transmission[j] = fit.aperture[low] + (at - low) * (fit.aperture[low + 1] - fit.aperture[low]);
        }
        return new ShadowKernel(fit.coefficients, fit.firstPosition, slope, cols * factor, transmission, residual);
    }

    /** Golden section about a first guess that is right within one part in 50. */
    private double refine(double guess) {
        double low = guess - Math.abs(guess) / 50;
        double high = guess + Math.abs(guess) / 50;
        double a = high - GOLDEN * (high - low);
        double b = low + GOLDEN * (high - low);
        double fa = solve(a, 12);
        double fb = solve(b, 12);
        for (int i = 0; i < 12; i++) {
            if (fa < fb) {
                high = b;
                b = a;
                fb = fa;
                a = high - GOLDEN * (high - low);
                fa = solve(a, 12);
            } else {
                low = a;
                a = b;
                fa = fb;
                b = low + GOLDEN * (high - low);
                fb = solve(b, 12);
            }
        }
        return 0.5 * (low + high);
    }

    /** Conjugate gradients on the normal equations; answers the share of energy left over. */
    private double solve(double slope, int steps) {
        double reach = 0.5 * (rows - 1) + Math.abs(slope) * 0.5 * (cols * factor - 1);
        firstPosition = -reach - 2;
        int n = (int) Math.ceil((2 * reach + 4) * ShadowKernel.KNOTS_PER_PIXEL) + 4;
        if (coefficients == null || coefficients.length != n) {
            coefficients = new double[n];
        }
        double[] target = new double[rows * cols];
        double total = 0;
        for (int i = 0; i < target.length; i++) {
            target[i] = phi[i];
            total += target[i] * target[i];
        }
        double[] model = new double[rows * cols];
        apply(coefficients, slope, model);
        for (int i = 0; i < target.length; i++) {
            target[i] -= model[i];
        }
        double ridge = RIDGE * rows * cols * factor * factor / n;
        double[] r = applyTransposed(target, slope, n);
        penalise(coefficients, -ridge, r);
        double[] p = r.clone();
        double rr = dot(r, r);
        double first = rr;
        for (int step = 0; step < steps && rr > 1e-16 * first; step++) {
            apply(p, slope, model);
            double[] penalty = new double[n];
            penalise(p, ridge, penalty);
            double alpha = rr / (dot(model, model) + dot(p, penalty));
            for (int i = 0; i < n; i++) {
                coefficients[i] += alpha * p[i];
            }
            for (int i = 0; i < target.length; i++) {
                target[i] -= alpha * model[i];
            }
            r = applyTransposed(target, slope, n);
            penalise(coefficients, -ridge, r);
            double next = dot(r, r);
            double beta = next / rr;
            for (int i = 0; i < n; i++) {
                p[i] = r[i] + beta * p[i];
            }
            rr = next;
        }
        return dot(target, target) / total;
    }

    /** Adds {@code factor} times the gradient of the penalty: a little on size, more on second differences. */
    private static void penalise(double[] k, double factor, double[] out) {
        for (int i = 0; i < k.length; i++) {
            out[i] += factor * k[i];
        }
        double roughness = factor * ROUGHNESS;
        for (int i = 1; i < k.length - 1; i++) {
            double second = roughness * (k[i - 1] - 2 * k[i] + k[i + 1]);
            out[i - 1] += second;
            out[i] -= 2 * second;
            out[i + 1] += second;
        }
    }

    /** Matrix of the kernel {@code k}, columns of mean 0. */
    private void apply(double[] k, double slope, double[] out) {
        Arrays.fill(out, 0);
        for (int j = 0; j < cols; j++) {
            for (int m = 0; m < factor; m++) {
                double x = place(slope, j, m);
                int first = (int) Math.floor(x) - 1;
                double f = x - Math.floor(x);
                double w0 = aperture[j] * ShadowKernel.weight(0, f);
                double w1 = aperture[j] * ShadowKernel.weight(1, f);
                double w2 = aperture[j] * ShadowKernel.weight(2, f);
                double w3 = aperture[j] * ShadowKernel.weight(3, f);
                for (int i = 0, at = first; i < rows; i++, at += ShadowKernel.KNOTS_PER_PIXEL) {
                    out[i * cols + j] += w0 * k[at] + w1 * k[at + 1] + w2 * k[at + 2] + w3 * k[at + 3];
                }
            }
        }
        centreColumns(out);
    }

    private double[] applyTransposed(double[] residual, double slope, int n) {
        double[] out = new double[n];
        // Residuals are centred already: centring is a projection.
        for (int j = 0; j < cols; j++) {
            for (int m = 0; m < factor; m++) {
                double x = place(slope, j, m);
                int first = (int) Math.floor(x) - 1;
                double f = x - Math.floor(x);
                double w0 = aperture[j] * ShadowKernel.weight(0, f);
                double w1 = aperture[j] * ShadowKernel.weight(1, f);
                double w2 = aperture[j] * ShadowKernel.weight(2, f);
                double w3 = aperture[j] * ShadowKernel.weight(3, f);
                for (int i = 0, at = first; i < rows; i++, at += ShadowKernel.KNOTS_PER_PIXEL) {
                    double value = residual[i * cols + j];
                    out[at] += w0 * value;
                    out[at + 1] += w1 * value;
                    out[at + 2] += w2 * value;
                    out[at + 3] += w3 * value;
                }
            }
        }
        return out;
    }

    /** Place of row 0 among the knots. Rows are whole pixels apart, so all rows of a column share their weights. */
    private double place(double slope, int column, int part) {
        double scene = column * (double) factor + part - 0.5 * (cols * (double) factor - 1);
        return (-0.5 * (rows - 1) - slope * scene - firstPosition) * ShadowKernel.KNOTS_PER_PIXEL;
    }

    /** Each column's own gain, then a smooth curve through them: a real aperture has no bright or dark lines. */
    private void fitAperture(double slope) {
        double[] model = new double[rows * cols];
        apply(coefficients, slope, model);
        double[] gain = new double[cols];
        for (int j = 0; j < cols; j++) {
            double mm = 0;
            double mp = 0;
            for (int i = 0; i < rows; i++) {
                mm += model[i * cols + j] * model[i * cols + j];
                mp += model[i * cols + j] * phi[i * cols + j];
            }
            gain[j] = mm > 0 ? aperture[j] * mp / mm : aperture[j];
        }
        double[] smooth = SmoothCurve.fit(gain, APERTURE_ORDER);
        double mean = Arrays.stream(smooth).average().orElse(1);
        for (int j = 0; j < cols; j++) {
            aperture[j] = smooth[j] / mean;
        }
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] *= mean;
        }
    }

    private void centreColumns(double[] a) {
        double[] mean = new double[cols];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                mean[j] += a[i * cols + j] / rows;
            }
        }
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                a[i * cols + j] -= mean[j];
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
