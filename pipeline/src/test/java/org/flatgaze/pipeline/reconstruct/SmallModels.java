package org.flatgaze.pipeline.reconstruct;

import java.util.SplittableRandom;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;

/** Models of a size that tests can solve by brute force. */
final class SmallModels {

    private SmallModels() {}

    /** A device with random matrices that are not centred. */
    static FlatCamModel random(long seed, int rows, int cols, int sceneRows, int sceneCols) {
        return of(
                rows,
                cols,
                sceneRows,
                sceneCols,
                matrix(new SplittableRandom(seed), rows, sceneRows),
                matrix(new SplittableRandom(seed + 1), cols, sceneCols));
    }

    /** A random device whose matrices hold every row twice: nothing is lost by binning. */
    static FlatCamModel coarse(long seed, int rows, int cols, int sceneRows, int sceneCols) {
        FlatCamModel fine = random(seed, rows, cols, sceneRows, sceneCols);
        return of(
                rows, cols, sceneRows, sceneCols, twice(fine.phiLeft(), sceneRows), twice(fine.phiRight(), sceneCols));
    }

    /** A device with matrices as given. */
    static FlatCamModel of(int rows, int cols, int sceneRows, int sceneCols, float[] left, float[] right) {
        SensorFormat sensor = new SensorFormat(cols, rows, 10, Packing.U16_LOW);
        return new FlatCamModel(
                "test", sensor, PlaneGeometry.whole(sensor), sceneRows, sceneCols, left, right, "random", "");
    }

    private static float[] twice(float[] phi, int cols) {
        float[] out = phi.clone();
        for (int i = 1; i < phi.length / cols; i += 2) {
            System.arraycopy(phi, (i - 1) * cols, out, i * cols, cols);
        }
        return out;
    }

    /** The centred measurement {@code phiLeft x phiRight^T} and a constant, rows x cols. */
    static float[] measure(FlatCamModel model, float[] scene, float constant) {
        float[] l = model.phiLeft();
        float[] r = model.phiRight();
        int n = model.sceneRows();
        int w = model.sceneCols();
        double[] half = new double[model.rows() * w];
        for (int i = 0; i < model.rows(); i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < w; j++) {
                    half[i * w + j] += (double) l[i * n + k] * scene[k * w + j];
                }
            }
        }
        float[] plane = new float[model.rows() * model.cols()];
        for (int i = 0; i < model.rows(); i++) {
            for (int c = 0; c < model.cols(); c++) {
                double sum = constant;
                for (int j = 0; j < w; j++) {
                    sum += half[i * w + j] * r[c * w + j];
                }
                plane[i * model.cols() + c] = (float) sum;
            }
        }
        return plane;
    }

    static float[] noise(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[length];
        for (int i = 0; i < length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static float[] matrix(SplittableRandom random, int rows, int cols) {
        float[] phi = new float[rows * cols];
        for (int i = 0; i < phi.length; i++) {
            phi[i] = (float) (0.3 + 0.5 * random.nextGaussian());
        }
        return phi;
    }
}
