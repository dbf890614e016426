package org.flatgaze.calibration.camera;

import java.util.SplittableRandom;
import org.flatgaze.accel.kernels.KernelSet;

/**
 * One side of a {@link PairCalibration}: a kernel with a sample every sensor sample, and the matrix it makes,
 * {@code Phi[i][j] = k(i - slope (j - middle) + offset)}, linear in between.
 */
final class KernelSide {

    private final int rows;
    private final int scene;
    private final int[] shift;
    private final double[] fraction;
    private final int span;
    private final double[] kernel;
    private final KernelSet kernels = KernelSet.best();
    private float[] matrix;

    KernelSide(int rows, int scene, double slope, SplittableRandom random) {
        this.rows = rows;
        this.scene = scene;
        this.shift = new int[scene];
        this.fraction = new double[scene];
        double reach = Math.abs(slope) * 0.5 * (scene - 1);
        int largest = 0;
        for (int j = 0; j < scene; j++) {
            double place = reach - slope * (j - 0.5 * (scene - 1));
            shift[j] = (int) Math.floor(Math.max(0, place));
            fraction[j] = place - shift[j];
            largest = Math.max(largest, shift[j]);
        }
        span = largest + 2;
        kernel = new double[rows + span - 1];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = random.nextDouble() - 0.5;
        }
        build();
    }

    /** Rows x scene, columns of mean 0; do not write. */
    float[] matrix() {
        return matrix;
    }

    private void build() {
        matrix = new float[rows * scene];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < scene; j++) {
                int at = i + shift[j];
                matrix[i * scene + j] = (float) ((1 - fraction[j]) * kernel[at] + fraction[j] * kernel[at + 1]);
            }
        }
        Centring.centreColumns(matrix, rows, scene);
    }

    /**
     * Solves for the kernel with the other side known.
     *
     * @param planes centred, rows x others
     * @param pictures scene x scene, this side's index first
     * @param gains factor of each picture
     * @param other the other side's matrix, others x scene
     */
    void solve(float[][] planes, float[][] pictures, double[] gains, float[] other, int others, double ridge) {
        float[] otherTransposed = RotationSearch.transposed(other, others, scene);
        double[] gram = new double[scene * scene];
        double[] cross = new double[rows * scene];
        float[] light = new float[scene * others];
        float[] product = new float[rows * scene];
        float[] square = new float[scene * scene];
        for (int n = 0; n < planes.length; n++) {
            kernels.sgemm(scene, others, scene, pictures[n], 0, scene, otherTransposed, 0, others, light, 0, others);
            float[] lightTransposed = RotationSearch.transposed(light, scene, others);
            kernels.sgemm(scene, scene, others, light, 0, others, lightTransposed, 0, scene, square, 0, scene);
            kernels.sgemm(rows, scene, others, planes[n], 0, others, lightTransposed, 0, scene, product, 0, scene);
            double g = gains[n];
            for (int i = 0; i < gram.length; i++) {
                gram[i] += g * g * square[i];
            }
            for (int i = 0; i < cross.length; i++) {
                cross[i] += g * product[i];
            }
        }
        double[] normal = normal(gram);
        double[] solution = Cholesky.solve(normal, kernel.length, right(cross), ridge);
        System.arraycopy(solution, 0, kernel, 0, kernel.length);
        normalise();
        build();
    }

    /** The alternation leaves the share of either side open; a unit mean square keeps both in range. */
    private void normalise() {
        double squares = 0;
        for (double k : kernel) {
            squares += k * k;
        }
        double size = Math.sqrt(squares / kernel.length);
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] /= Math.max(size, 1e-30);
        }
    }

    private double[] right(double[] cross) {
        double[] out = new double[kernel.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < scene; j++) {
                double value = cross[i * scene + j];
                out[i + shift[j]] += (1 - fraction[j]) * value;
                out[i + shift[j] + 1] += fraction[j] * value;
            }
        }
        return out;
    }

    private double[] normal(double[] gram) {
        double[] block = new double[span * span];
        for (int j = 0; j < scene; j++) {
            for (int l = 0; l < scene; l++) {
                double value = gram[j * scene + l];
                double a = 1 - fraction[j];
                double b = fraction[j];
                double c = 1 - fraction[l];
                double d = fraction[l];
                int at = shift[j] * span + shift[l];
                block[at] += a * c * value;
                block[at + 1] += a * d * value;
                block[at + span] += b * c * value;
                block[at + span + 1] += b * d * value;
            }
        }
        int n = kernel.length;
        double[] out = new double[n * n];
        for (int i = 0; i < rows; i++) {
            for (int p = 0; p < span; p++) {
                for (int q = 0; q < span; q++) {
                    out[(i + p) * n + i + q] += block[p * span + q];
                }
            }
        }
        // Centring takes off the part that all rows have in common: the block summed once along each of its two
        // indices.
        double[] columnsOfBlock = new double[n * span];
        for (int i = 0; i < rows; i++) {
            for (int p = 0; p < span; p++) {
                for (int q = 0; q < span; q++) {
                    columnsOfBlock[(i + p) * span + q] += block[p * span + q];
                }
            }
        }
        for (int a = 0; a < n; a++) {
            double[] running = new double[n];
            for (int q = 0; q < span; q++) {
                double value = columnsOfBlock[a * span + q] / rows;
                // Row sums reach kernel samples q .. q + rows - 1.
                running[q] += value;
                if (q + rows < n) {
                    running[q + rows] -= value;
                }
            }
            double sum = 0;
            for (int b = 0; b < n; b++) {
                sum += running[b];
                out[a * n + b] -= sum;
            }
        }
        return out;
    }
}
