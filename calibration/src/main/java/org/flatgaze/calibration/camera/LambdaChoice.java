package org.flatgaze.calibration.camera;

/**
 * The Tikhonov parameter a capture asks for, relative to {@code (sL_1 sR_1)^2} as everywhere.
 *
 * <p>With known noise, Morozov's discrepancy principle: the picture may leave unexplained what noise is, no more and no less. Without,
 * generalised cross-validation (Golub, Heath and Wahba, Technometrics 1979).
 */
public final class LambdaChoice {

    private static final double SMALLEST = 1e-8;
    private static final double LARGEST = 1e2;

    private final ModelBases bases;
    private final double[] coefficients;
    private final double[] squares;
    private final double outside;
    private final double samples;

    /**
     * Prepares the choice for one capture.
     *
     * @param plane rows x cols of the model; copied
     */
    public LambdaChoice(ModelBases bases, float[] plane, int rows, int cols) {
        this.bases = bases;
        float[] centred = plane.clone();
        Centring.centre(centred, rows, cols);
        coefficients = bases.coefficients(centred);
        double[] l = bases.left();
        double[] r = bases.right();
        squares = new double[coefficients.length];
        double inside = 0;
        for (int i = 0; i < squares.length; i++) {
            double s = l[i / r.length] * r[i % r.length] / (l[0] * r[0]);
            squares[i] = s * s;
            inside += coefficients[i] * coefficients[i];
        }
        outside = Math.max(0, Centring.energy(centred) - inside);
        samples = (double) (rows - 1) * (cols - 1);
    }

    /** The bases this was made with. */
    public ModelBases bases() {
        return bases;
    }

    /** Relative lambda at which the residual inside the subspace is the noise's, for a given standard deviation of a sample. */
    public double byDiscrepancy(double sigma) {
        double wanted = sigma * sigma * coefficients.length;
        double low = Math.log(SMALLEST);
        double high = Math.log(LARGEST);
        for (int i = 0; i < 60; i++) {
            double middle = 0.5 * (low + high);
            if (residual(Math.exp(middle)) > wanted) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return Math.exp(0.5 * (low + high));
    }

    /** Relative lambda that generalised cross-validation finds. */
    public double byCrossValidation() {
        double best = SMALLEST;
        double least = Double.POSITIVE_INFINITY;
        for (double lambda = SMALLEST; lambda <= LARGEST; lambda *= 1.1) {
            double free = samples;
            for (double s : squares) {
                free -= s / (s + lambda);
            }
            double score = (outside + residual(lambda)) / (free * free);
            if (score < least) {
                least = score;
                best = lambda;
            }
        }
        return best;
    }

    private double residual(double lambda) {
        double sum = 0;
        for (int i = 0; i < squares.length; i++) {
            double left = lambda / (squares[i] + lambda) * coefficients[i];
            sum += left * left;
        }
        return sum;
    }
}
