package org.flatgaze.pipeline.reconstruct;

/**
 * Variance of every picture pixel under white noise on the sensor: exact, because a picture is linear in the plane. With
 * {@code W} the exact weight, {@code var = sigma^2 (VL^2) (W^2) (VR^2)^T}, squares taken entry by entry; with pairs,
 * {@code var_ij = sigma^2 sum_kl (A_k A_l^T)_ii (B_k^T B_l)_jj}.
 */
public final class NoiseMap {

    private NoiseMap() {}

    /**
     * Computes the map of the whole picture.
     *
     * @param sigma standard deviation of a sample of the plane, share of full scale
     * @return sceneRows x sceneCols, row-major, squared units of the picture
     */
    public static float[] variance(SeparableFilter filter, double sigma) {
        if (!(sigma >= 0)) {
            throw new IllegalArgumentException("sigma=" + sigma + ": expected at least 0");
        }
        int height = filter.model().sceneRows();
        int width = filter.model().sceneCols();
        SeparableFactors f = filter.factors();
        double[] out = f.isExact() ? exact(f, height, width) : pairs(f, height, width);
        float[] variance = new float[out.length];
        for (int i = 0; i < out.length; i++) {
            variance[i] = (float) (sigma * sigma * out[i]);
        }
        return variance;
    }

    private static double[] exact(SeparableFactors f, int height, int width) {
        int rl = f.innerRows();
        int rr = f.innerCols();
        double[] mixed = new double[height * rr];
        for (int i = 0; i < height; i++) {
            for (int k = 0; k < rl; k++) {
                double v = f.left()[i * rl + k];
                for (int j = 0; j < rr; j++) {
                    double w = f.weight()[k * rr + j];
                    mixed[i * rr + j] += v * v * w * w;
                }
            }
        }
        double[] out = new double[height * width];
        for (int i = 0; i < height; i++) {
            for (int k = 0; k < rr; k++) {
                for (int j = 0; j < width; j++) {
                    double v = f.right()[k * width + j];
                    out[i * width + j] += mixed[i * rr + k] * v * v;
                }
            }
        }
        return out;
    }

    private static double[] pairs(SeparableFactors f, int height, int width) {
        double[] out = new double[height * width];
        for (int k = 0; k < f.terms(); k++) {
            for (int l = 0; l < f.terms(); l++) {
                double[] a = new double[height];
                for (int i = 0; i < height; i++) {
                    int row = i * f.terms() * f.innerRows();
                    for (int m = 0; m < f.innerRows(); m++) {
                        a[i] += (double) f.left()[row + k * f.innerRows() + m] * f.left()[row + l * f.innerRows() + m];
                    }
                }
                double[] b = new double[width];
                for (int n = 0; n < f.innerCols(); n++) {
                    int rowK = (k * f.innerCols() + n) * width;
                    int rowL = (l * f.innerCols() + n) * width;
                    for (int j = 0; j < width; j++) {
                        b[j] += (double) f.right()[rowK + j] * f.right()[rowL + j];
                    }
                }
                for (int i = 0; i < height; i++) {
                    for (int j = 0; j < width; j++) {
                        out[i * width + j] += a[i] * b[j];
                    }
                }
            }
        }
        return out;
    }
}
