package org.flatgaze.pipeline.reconstruct;

import java.util.Arrays;
import org.flatgaze.accel.kernels.KernelSet;

/**
 * How far the mask has turned against the sensor since it was calibrated, from ordinary frames of whatever scene.
 *
 * <p>The scene explains what of a frame lies in the calibrated subspace, {@code Y0 = U C V^T}. A mask turned by a small e adds
 * {@code e (r Y0_c - c Y0_r)}, lower indices being derivatives and r, c the coordinates from the middle; what of that lies
 * outside the subspace no scene explains, and e is its share in the frame's residual, by least squares over all frames added.
 * Both terms are separable, {@code A C B^T}, so the sums need three thin products of the frame and else only matrices of
 * the ranks' size. Our own derivation, and a first-order one: simulated eyes 1.03 to 1.14 times the true turn, scenes with
 * sharp edges 1.3 to 1.4, the real rig turned by 0.1 and 0.3 degrees 1.8 and 1.3 times; the sign is right and 0 stays 0.
 *
 * <p>A mask that only moved cannot be told from a scene that moved (tried: eight frames know the shift to 0.13 samples at
 * best, and not without bias); nor need it be: the picture moves with it, and recentring the user's gaze takes care of that.
 * One per thread; {@link #add} allocates nothing.
 */
public final class MaskTurn {

    /**
     * Relative to the squared largest singular values: what is weaker is noise to this estimate. Chosen by trial on the reference
     * device, with 0.001, 0.02, 0.1 tried.
     */
    private static final double LAMBDA = 0.1;

    private static final int PLAIN = 0;
    private static final int LEVERED = 1;
    private static final int DERIVED = 2;
    private static final int FORMS = 3;

    /** Terms of the turn: form of the left basis, form of the right one, sign. */
    private static final int[][] TERMS = {{LEVERED, DERIVED, 1}, {DERIVED, LEVERED, -1}};

    private final KernelSet kernels;
    private final int rows;
    private final int cols;
    private final int p;
    private final int q;
    private final float[] leftForms;
    private final float[][] rightForms = new float[FORMS][];
    private final float[][][] leftGrams = new float[FORMS][FORMS][];
    private final float[][][] rightGrams = new float[FORMS][FORMS][];
    private final float[] projected;
    private final float[] coefficients;
    private final float[] weight;
    private final float[] scene;
    private final float[] small;
    private final float[] product;
    private final float[] inside;
    private final double[] columnSums;
    private double normal;
    private double along;
    private double residual;
    private int frames;

    /**
     * What the frames added say.
     *
     * @param turnDeg turn of the mask since calibration, degrees, as {@link PlaneGeometry#rotationRad()} would undo it
     * @param errorDeg standard error of that from the frames' noise
     * @param frames frames added
     */
    public record Estimate(double turnDeg, double errorDeg, int frames) {}

    /** @param kernels used by this instance alone */
    public MaskTurn(ModelSpectrum spectrum, KernelSet kernels) {
        this.kernels = kernels;
        this.rows = spectrum.model().rows();
        this.cols = spectrum.model().cols();
        this.p = spectrum.rankLeft();
        this.q = spectrum.rankRight();
        float[][] left = forms(spectrum.left(), rows, p);
        float[][] rightSide = forms(spectrum.right(), cols, q);
        leftForms = new float[FORMS * p * rows];
        for (int form = 0; form < FORMS; form++) {
            System.arraycopy(left[form], 0, leftForms, form * p * rows, p * rows);
            rightForms[form] = transposed(rightSide[form], q, cols);
            for (int other = 0; other < FORMS; other++) {
                leftGrams[form][other] = gram(left[form], left[other], p, rows);
                rightGrams[form][other] = gram(rightSide[form], rightSide[other], q, cols);
            }
        }
        projected = new float[FORMS * p * cols];
        coefficients = new float[p * q];
        weight = weight(spectrum);
        scene = new float[p * q];
        small = new float[p * q];
        product = new float[p * q];
        inside = new float[p * q];
        columnSums = new double[cols];
    }

    /** How much of each coefficient is scene: by Tikhonov, without which the noise in weak ones would outweigh the rest. */
    private static float[] weight(ModelSpectrum spectrum) {
        int p = spectrum.rankLeft();
        int q = spectrum.rankRight();
        float[] out = new float[p * q];
        for (int i = 0; i < p; i++) {
            for (int j = 0; j < q; j++) {
                double gain = Math.pow(spectrum.left().s(i) * spectrum.right().s(j), 2);
                out[i * q + j] = (float) (gain / (gain + LAMBDA * spectrum.lambdaUnit()));
            }
        }
        return out;
    }

    /** Basis vectors as they are, times their coordinate, and derived; rank x length each, every vector without its mean. */
    private static float[][] forms(ThinSvd svd, int length, int rank) {
        float[][] out = new float[FORMS][rank * length];
        double[] form = new double[length];
        for (int k = 0; k < rank; k++) {
            double[] u = svd.u(k);
            for (int kind = 0; kind < FORMS; kind++) {
                double mean = 0;
                for (int i = 0; i < length; i++) {
                    form[i] = switch (kind) {
                        case PLAIN -> u[i];
                        case LEVERED -> (i - 0.5 * (length - 1)) * u[i];
                        default -> derivative(u, i);
                    };
                    mean += form[i] / length;
                }
                for (int i = 0; i < length; i++) {
                    out[kind][k * length + i] = (float) (form[i] - mean);
                }
            }
        }
        return out;
    }

    /** Fourth-order central difference; 0 at the ends. */
    private static double derivative(double[] u, int i) {
        return i < 2 || i >= u.length - 2 ? 0 : (8 * (u[i + 1] - u[i - 1]) - (u[i + 2] - u[i - 2])) / 12;
    }

    private static float[] transposed(float[] a, int rows, int cols) {
        float[] out = new float[a.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                out[j * rows + i] = a[i * cols + j];
            }
        }
        return out;
    }

    private static float[] gram(float[] a, float[] b, int rank, int length) {
        float[] out = new float[rank * rank];
        for (int i = 0; i < rank; i++) {
            for (int j = 0; j < rank; j++) {
                double sum = 0;
                for (int k = 0; k < length; k++) {
                    sum += (double) a[i * length + k] * b[j * length + k];
                }
                out[i * rank + j] = (float) sum;
            }
        }
        return out;
    }

    /** Forgets all frames. */
    public void reset() {
        normal = 0;
        along = 0;
        residual = 0;
        frames = 0;
    }

    /** Frames added since the beginning or the last reset. */
    public int frames() {
        return frames;
    }

    /** Takes note of one plane, rows x cols of the model, any linear unit, the same for all frames. */
    public void add(float[] plane) {
        kernels.sgemm(FORMS * p, cols, rows, leftForms, 0, rows, plane, 0, cols, projected, 0, cols);
        onto(PLAIN, PLAIN, coefficients);
        for (int i = 0; i < scene.length; i++) {
            scene[i] = weight[i] * coefficients[i];
        }
        Arrays.fill(inside, 0);
        for (int[] term : TERMS) {
            onto(term[0], term[1], small);
            along += term[2] * dot(small, scene);
            sandwich(leftGrams[PLAIN][term[0]], rightGrams[term[1]][PLAIN]);
            for (int i = 0; i < product.length; i++) {
                inside[i] += term[2] * product[i];
            }
        }
        along -= dot(coefficients, inside);
        normal -= dot(inside, inside);
        for (int[] one : TERMS) {
            for (int[] other : TERMS) {
                sandwich(leftGrams[one[0]][other[0]], rightGrams[other[1]][one[1]]);
                normal += one[2] * other[2] * dot(product, scene);
            }
        }
        residual += Math.max(
                0, SubspaceHealth.centredEnergy(plane, rows, cols, columnSums) - dot(coefficients, coefficients));
        frames++;
    }

    /** {@code A^T Y B} of two forms of the bases. */
    private void onto(int leftForm, int rightForm, float[] out) {
        kernels.sgemm(p, q, cols, projected, leftForm * p * cols, cols, rightForms[rightForm], 0, q, out, 0, q);
    }

    /** {@code product = m scene w}; overwrites {@code small}. */
    private void sandwich(float[] m, float[] w) {
        kernels.sgemm(p, q, p, m, 0, p, scene, 0, q, small, 0, q);
        kernels.sgemm(p, q, q, small, 0, q, w, 0, q, product, 0, q);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /**
     * What the frames say.
     *
     * @throws IllegalStateException if none was added, or none had structure
     */
    public Estimate estimate() {
        if (!(normal > 0)) {
            throw new IllegalStateException("no frame with structure was added");
        }
        double outside = (rows - 1.0) * (cols - 1) - (double) p * q;
        double variance = residual / (frames * outside);
        return new Estimate(Math.toDegrees(along / normal), Math.toDegrees(Math.sqrt(variance / normal)), frames);
    }
}
