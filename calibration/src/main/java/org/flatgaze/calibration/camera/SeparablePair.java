package org.flatgaze.calibration.camera;

import org.flatgaze.accel.kernels.KernelSet;

/**
 * The two matrices of a FlatCam, and what they predict: {@code Y = left X right^T}, share of full scale for a scene whose white
 * is 1. Immutable; do not write to the arrays.
 *
 * @param rows of a plane, and of {@code left}
 * @param cols of a plane, and rows of {@code right}
 * @param scene rows and columns of the scene
 * @param left rows x scene
 * @param right cols x scene
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of matrices: compared by nobody
public record SeparablePair(int rows, int cols, int scene, float[] left, float[] right) {

    public SeparablePair {
        if (left.length != rows * scene || right.length != cols * scene) {
            throw new IllegalArgumentException("left.length=" + left.length + " right.length=" + right.length
                    + ": expected " + rows + " and " + cols + " x " + scene);
        }
    }

    /** The capture of a scene (scene x scene), without row and column means. */
    public float[] predict(float[] x) {
        KernelSet kernels = KernelSet.best();
        float[] rightTransposed = RotationSearch.transposed(right, cols, scene);
        float[] product = new float[scene * cols];
        float[] y = new float[rows * cols];
        kernels.sgemm(scene, cols, scene, x, 0, scene, rightTransposed, 0, cols, product, 0, cols);
        kernels.sgemm(rows, cols, scene, left, 0, scene, product, 0, cols, y, 0, cols);
        Centring.centre(y, rows, cols);
        return y;
    }

    /**
     * Relative error of the prediction of one capture, the capture's own noise taken off.
     *
     * @param x scene
     * @param y its capture, rows x cols; copied and centred
     * @param sigma standard deviation of a sample of the capture, 0 for a clean one
     */
    public double forwardError(float[] x, float[] y, double sigma) {
        float[] centred = y.clone();
        Centring.centre(centred, rows, cols);
        double noise = sigma * sigma * (rows - 1) * (cols - 1);
        double wrong = Math.max(0, Centring.distance(predict(x), centred) - noise);
        return Math.sqrt(wrong / Math.max(1e-30, Centring.energy(centred) - noise));
    }
}
