package org.flatgaze.calibration.camera;

import org.flatgaze.pipeline.reconstruct.FlatCamModel;

/**
 * Singular values and bases of a model's centred matrices, for judging it: condition, effective resolution and the choice of
 * lambda. Immutable.
 */
public final class ModelBases {

    private static final double RANK_TOLERANCE = 1e-5;

    private final int rows;
    private final int cols;
    private final Side left;
    private final Side right;

    private ModelBases(int rows, int cols, Side left, Side right) {
        this.rows = rows;
        this.cols = cols;
        this.left = left;
        this.right = right;
    }

    /** Decomposes both sides; about a second. */
    public static ModelBases of(FlatCamModel model) {
        return new ModelBases(
                model.rows(),
                model.cols(),
                Side.of(model.phiLeft(), model.rows(), model.sceneRows()),
                Side.of(model.phiRight(), model.cols(), model.sceneCols()));
    }

    /** Singular values of the left matrix, falling, down to its numerical rank. */
    public double[] left() {
        return left.values.clone();
    }

    /** Singular values of the right matrix. */
    public double[] right() {
        return right.values.clone();
    }

    /** Ratio of the largest singular value of the whole device to the one that 90 % of the rank reach. */
    public double condition() {
        return left.values[0] * right.values[0] / (at(left.values) * at(right.values));
    }

    private static double at(double[] values) {
        return values[(int) (0.9 * (values.length - 1))];
    }

    /** Number of independent samples down (or across) the picture: singular values above 3 % of the largest. */
    public int effectiveResolution(boolean across) {
        double[] values = across ? right.values : left.values;
        int n = 0;
        while (n < values.length && values[n] > 0.03 * values[0]) {
            n++;
        }
        return n;
    }

    /** {@code U_left^T Y U_right} of a centred plane, rank x rank. */
    double[] coefficients(float[] plane) {
        double[] half = new double[left.values.length * cols];
        for (int k = 0; k < left.values.length; k++) {
            for (int r = 0; r < rows; r++) {
                double u = left.basis[k][r];
                int at = r * cols;
                for (int c = 0; c < cols; c++) {
                    half[k * cols + c] += u * plane[at + c];
                }
            }
        }
        double[] out = new double[left.values.length * right.values.length];
        for (int k = 0; k < left.values.length; k++) {
            for (int l = 0; l < right.values.length; l++) {
                double sum = 0;
                for (int c = 0; c < cols; c++) {
                    sum += half[k * cols + c] * right.basis[l][c];
                }
                out[k * right.values.length + l] = sum;
            }
        }
        return out;
    }

    /** One side: singular values and left vectors. */
    @SuppressWarnings("ArrayRecordComponent") // private carrier
    private record Side(double[] values, double[][] basis) {

        static Side of(float[] phi, int rows, int cols) {
            float[] centred = phi.clone();
            Centring.centreColumns(centred, rows, cols);
            double[][] gram = new double[cols][cols];
            for (int i = 0; i < rows; i++) {
                for (int a = 0; a < cols; a++) {
                    double x = centred[i * cols + a];
                    for (int b = 0; b <= a; b++) {
                        gram[a][b] += x * centred[i * cols + b];
                    }
                }
            }
            for (int a = 0; a < cols; a++) {
                for (int b = 0; b < a; b++) {
                    gram[b][a] = gram[a][b];
                }
            }
            SymmetricEigen eigen = SymmetricEigen.of(gram);
            double[] lambda = eigen.values();
            int rank = 0;
            while (rank < cols && lambda[rank] > RANK_TOLERANCE * RANK_TOLERANCE * lambda[0] * 100) {
                rank++;
            }
            double[] values = new double[rank];
            double[][] basis = new double[rank][rows];
            for (int k = 0; k < rank; k++) {
                values[k] = Math.sqrt(lambda[k]);
                double[] v = eigen.vector(k);
                for (int i = 0; i < rows; i++) {
                    double sum = 0;
                    for (int j = 0; j < cols; j++) {
                        sum += centred[i * cols + j] * v[j];
                    }
                    basis[k][i] = sum / values[k];
                }
            }
            return new Side(values, basis);
        }
    }
}
