package org.flatgaze.tests.bench.filters;

import java.util.Arrays;
import java.util.List;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.roi.Roi;

/**
 * Fits a pair to frames by alternating least squares: with b held, {@code sum |g a Y b + o - X|^2} is a linear problem in a,
 * and the other way round. X is the lens picture; gain g and offset o of every frame are those of the best affine fit, since
 * an automatic exposure leaves both open. Rows and columns count as often as regions cover them.
 */
final class FilterFit {

    private static final int SIDE = StudyFrame.SIDE;

    private final KernelSet kernels = KernelSet.best();
    private final List<float[]> planes;
    private final List<float[]> lenses;
    private final double pull;
    private final float[] rowWeight = new float[SIDE];
    private final float[] columnWeight = new float[SIDE];

    /**
     * @param frames to fit to
     * @param planes what the filter sees of each
     * @param pull towards the pair of before, relative to the mean diagonal of the normal matrix
     */
    FilterFit(List<StudyFrame> frames, List<float[]> planes, int cols, double pull) {
        this.pull = pull;
        this.lenses = frames.stream().map(StudyFrame::lens).toList();
        this.planes = planes.stream().map(plane -> centred(plane, cols)).toList();
        // What no region covers still counts a little: segmentation sees the whole picture.
        Arrays.fill(rowWeight, 0.1f);
        Arrays.fill(columnWeight, 0.1f);
        for (StudyFrame frame : frames) {
            for (int i = 0; i < Roi.ROWS; i++) {
                rowWeight[frame.roi().y() + i] += 1f / frames.size();
            }
            for (int i = 0; i < Roi.COLUMNS; i++) {
                columnWeight[frame.roi().x() + i] += 1f / frames.size();
            }
        }
    }

    /** One round: both halves. */
    FilterPair improve(FilterPair pair) {
        FilterPair half = new FilterPair(pair.rows(), pair.cols(), left(pair), pair.b());
        return new FilterPair(pair.rows(), pair.cols(), half.a(), right(half));
    }

    private float[] left(FilterPair pair) {
        int n = pair.rows();
        double[] normal = new double[n * n];
        double[] right = new double[n * SIDE];
        float[] z = new float[n * SIDE];
        float[] product = new float[n * n];
        for (int f = 0; f < planes.size(); f++) {
            float[] target = aligned(pair, f);
            kernels.sgemm(n, SIDE, pair.cols(), planes.get(f), 0, pair.cols(), pair.b(), 0, SIDE, z, 0, SIDE);
            float[] weighted = transposed(z, n, SIDE);
            for (int i = 0; i < weighted.length; i++) {
                weighted[i] *= columnWeight[i / n];
            }
            kernels.sgemm(n, n, SIDE, z, 0, SIDE, weighted, 0, n, product, 0, n);
            add(product, normal);
            float[] cross = new float[SIDE * n];
            kernels.sgemm(SIDE, n, SIDE, target, 0, SIDE, weighted, 0, n, cross, 0, n);
            add(transposed(cross, SIDE, n), right);
        }
        return transposed(solve(n, normal, right, transposed(pair.a(), SIDE, n)), n, SIDE);
    }

    private float[] right(FilterPair pair) {
        int n = pair.cols();
        double[] normal = new double[n * n];
        double[] right = new double[n * SIDE];
        float[] t = new float[SIDE * n];
        float[] product = new float[n * n];
        for (int f = 0; f < planes.size(); f++) {
            float[] target = aligned(pair, f);
            kernels.sgemm(SIDE, n, pair.rows(), pair.a(), 0, pair.rows(), planes.get(f), 0, n, t, 0, n);
            float[] weighted = transposed(t, SIDE, n);
            for (int i = 0; i < weighted.length; i++) {
                weighted[i] *= rowWeight[i % SIDE];
            }
            kernels.sgemm(n, n, SIDE, weighted, 0, SIDE, t, 0, n, product, 0, n);
            add(product, normal);
            float[] cross = new float[n * SIDE];
            kernels.sgemm(n, SIDE, SIDE, weighted, 0, SIDE, target, 0, SIDE, cross, 0, SIDE);
            add(cross, right);
        }
        return solve(n, normal, right, pair.b());
    }

    private float[] solve(int n, double[] normal, double[] right, float[] start) {
        SymmetricMatrix matrix = SymmetricMatrix.of(n, normal);
        double ridge = pull * matrix.meanDiagonal();
        for (int i = 0; i < right.length; i++) {
            right[i] += ridge * start[i];
        }
        return FilterPair.floats(matrix.solve(ridge, right, SIDE));
    }

    /** The lens picture in the units of the frame's own picture: {@code (X - o) / g} of the best weighted fit. */
    private float[] aligned(FilterPair pair, int frame) {
        float[] picture = pair.picture(planes.get(frame));
        float[] lens = lenses.get(frame);
        double s = 0;
        double sx = 0;
        double sy = 0;
        double sxx = 0;
        double sxy = 0;
        for (int i = 0; i < lens.length; i++) {
            double w = rowWeight[i / SIDE] * columnWeight[i % SIDE];
            s += w;
            sx += w * picture[i];
            sy += w * lens[i];
            sxx += w * picture[i] * picture[i];
            sxy += w * picture[i] * lens[i];
        }
        double gain = (sxy - sx * sy / s) / (sxx - sx * sx / s);
        double offset = (sy - gain * sx) / s;
        float[] out = new float[lens.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) ((lens[i] - offset) / gain);
        }
        return out;
    }

    /** Without row and column means, as a centred filter sees a plane: the fit then stays centred as well. */
    private static float[] centred(float[] plane, int cols) {
        int rows = plane.length / cols;
        double[] rowMean = new double[rows];
        double[] columnMean = new double[cols];
        double mean = 0;
        for (int i = 0; i < plane.length; i++) {
            rowMean[i / cols] += plane[i] / (double) cols;
            columnMean[i % cols] += plane[i] / (double) rows;
            mean += plane[i] / (double) plane.length;
        }
        float[] out = new float[plane.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (plane[i] - rowMean[i / cols] - columnMean[i % cols] + mean);
        }
        return out;
    }

    private static void add(float[] x, double[] to) {
        for (int i = 0; i < x.length; i++) {
            to[i] += x[i];
        }
    }

    private static float[] transposed(float[] x, int rows, int cols) {
        float[] out = new float[x.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                out[j * rows + i] = x[i * cols + j];
            }
        }
        return out;
    }
}
