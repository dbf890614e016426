package org.flatgaze.pipeline.reconstruct;

import java.util.Objects;
import org.flatgaze.accel.kernels.KernelSet;

/**
 * Makes pictures from planes with one filter. Owns its workspaces, so one per thread; after construction nothing is
 * allocated.
 *
 * <p>A region is made from the rows of A and the columns of B that belong to it, so it costs a share of the whole and
 * equals the crop of the whole picture up to rounding. Where a single pair is smooth it is made through splines, at a third of
 * that cost; a region of an eye then differs by less than a hundredth of its deviation.
 */
public final class Reconstructor {

    /** Rows of a region of interest. */
    public static final int ROI_ROWS = 96;

    /** Columns of a region of interest. */
    public static final int ROI_COLS = 160;

    private final SeparableFilter filter;
    private final SeparableFactors factors;
    private final KernelSet kernels;
    private final int rows;
    private final int cols;
    private final int sceneRows;
    private final int sceneCols;
    private final float[] first;
    private final float[] coefficients;
    private final float[] second;
    private final RegionSplines splines;

    /** Uses {@link KernelSet#best()}, made for the thread that will call. */
    public Reconstructor(SeparableFilter filter) {
        this(filter, KernelSet.best());
    }

    /** @param kernels used by this instance alone */
    public Reconstructor(SeparableFilter filter, KernelSet kernels) {
        this.filter = Objects.requireNonNull(filter, "filter");
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.factors = filter.factors();
        FlatCamModel model = filter.model();
        this.rows = filter.rows();
        this.cols = filter.cols();
        this.sceneRows = model.sceneRows();
        this.sceneCols = model.sceneCols();
        int k = factors.terms();
        this.splines = filter.regionSplines().orElse(null);
        if (factors.isExact()) {
            int rl = factors.innerRows();
            int rr = factors.innerCols();
            this.first = new float[Math.max(rl * cols, rows * rr)];
            this.coefficients = new float[rl * rr];
            this.second = new float[Math.max(sceneRows * rr, rl * sceneCols)];
        } else {
            this.first = new float[k * Math.max(sceneRows * cols, rows * sceneCols)];
            this.coefficients = new float[0];
            this.second = new float[splines == null ? 0 : splines.secondLength()];
        }
    }

    /** What this works with. */
    public SeparableFilter filter() {
        return filter;
    }

    /** Rows of a target's picture. */
    public int outRows(Target target) {
        return switch (target) {
            case FULL -> sceneRows;
            case HALF -> sceneRows / 2;
            case ROI -> ROI_ROWS;
        };
    }

    /** Columns of a target's picture. */
    public int outCols(Target target) {
        return switch (target) {
            case FULL -> sceneCols;
            case HALF -> sceneCols / 2;
            case ROI -> ROI_COLS;
        };
    }

    /**
     * Computes a picture.
     *
     * @param plane rows x cols of the filter, share of full scale, not centred
     * @param target what to make
     * @param roiX first column of the region in the whole picture, 0..sceneCols-160; used by {@link Target#ROI} alone
     * @param roiY first row of the region, 0..sceneRows-96
     * @param out outRows x outCols, row-major, from index 0; scene brightness without its mean, no fixed unit
     * @throws IllegalArgumentException if an array is too short or the region leaves the picture
     */
    public void reconstruct(float[] plane, Target target, int roiX, int roiY, float[] out) {
        int height = outRows(target);
        int width = outCols(target);
        if (plane.length < rows * cols || out.length < height * width) {
            throw new IllegalArgumentException("plane.length=" + plane.length + " out.length=" + out.length
                    + ": expected at least " + rows * cols + " and " + height * width);
        }
        boolean roi = target == Target.ROI;
        if (roi && (roiX < 0 || roiY < 0 || roiX + width > sceneCols || roiY + height > sceneRows)) {
            throw new IllegalArgumentException("roiX=" + roiX + " roiY=" + roiY + ": expected 0.." + (sceneCols - width)
                    + " and 0.." + (sceneRows - height));
        }
        if (roi && splines != null) {
            splines.region(kernels, plane, roiX, roiY, first, second, out);
            return;
        }
        boolean half = target == Target.HALF;
        float[] left = half ? factors.halfLeft() : factors.left();
        float[] right = half ? factors.halfRight() : factors.right();
        int leftOffset = roi ? roiY * factors.terms() * factors.innerRows() : 0;
        int rightOffset = roi ? roiX : 0;
        int rightStride = half ? sceneCols / 2 : sceneCols;
        if (factors.isExact()) {
            exact(plane, height, width, left, leftOffset, right, rightOffset, rightStride, out);
        } else if (SeparableFactors.isLeftFirstCheaper(rows, cols, height, width)) {
            leftFirst(plane, height, width, left, leftOffset, right, rightOffset, rightStride, out);
        } else {
            rightFirst(plane, height, width, left, leftOffset, right, rightOffset, rightStride, out);
        }
    }

    /** Multiply-accumulates of a target. */
    public long macs(Target target) {
        if (target == Target.ROI && splines != null) {
            return splines.macs();
        }
        int height = outRows(target);
        int width = outCols(target);
        if (!factors.isExact()) {
            return factors.terms() * SeparableFactors.macsOfPair(rows, cols, height, width);
        }
        long rl = factors.innerRows();
        long rr = factors.innerCols();
        return rl * cols * (rows + rr) + height * rr * (rl + width);
    }

    private void leftFirst(
            float[] plane, int h, int w, float[] a, int aAt, float[] b, int bAt, int bStride, float[] out) {
        int k = factors.terms();
        for (int t = 0; t < k; t++) {
            kernels.sgemm(h, cols, rows, a, aAt + t * rows, k * rows, plane, 0, cols, first, t * cols, k * cols);
        }
        kernels.sgemm(h, w, k * cols, first, 0, k * cols, b, bAt, bStride, out, 0, w);
    }

    private void rightFirst(
            float[] plane, int h, int w, float[] a, int aAt, float[] b, int bAt, int bStride, float[] out) {
        int k = factors.terms();
        for (int t = 0; t < k; t++) {
            kernels.sgemm(rows, w, cols, plane, 0, cols, b, bAt + t * cols * bStride, bStride, first, t * rows * w, w);
        }
        kernels.sgemm(h, w, k * rows, a, aAt, k * rows, first, 0, w, out, 0, w);
    }

    private void exact(
            float[] plane, int h, int w, float[] vl, int vlAt, float[] vrT, int vrAt, int vrStride, float[] out) {
        int rl = factors.innerRows();
        int rr = factors.innerCols();
        coefficientsOf(plane);
        float[] weight = factors.weight();
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] *= weight[i];
        }
        kernels.sgemm(h, rr, rl, vl, vlAt, rl, coefficients, 0, rr, second, 0, rr);
        kernels.sgemm(h, w, rr, second, 0, rr, vrT, vrAt, vrStride, out, 0, w);
    }

    private void coefficientsOf(float[] plane) {
        int rl = factors.innerRows();
        int rr = factors.innerCols();
        kernels.sgemm(rl, cols, rows, factors.ulT(), 0, rows, plane, 0, cols, first, 0, cols);
        kernels.sgemm(rl, rr, cols, first, 0, cols, factors.ur(), 0, rr, coefficients, 0, rr);
    }
}
