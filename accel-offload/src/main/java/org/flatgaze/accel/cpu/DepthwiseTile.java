package org.flatgaze.accel.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A depth-wise kernel over five neighbouring output pixels, channels in lanes: each input pixel is loaded once per row of
 * the kernel and serves every output pixel it touches. All input pixels must exist.
 *
 * <p>Five, because the widths of FBNet's pictures (80, 40, 20, 10, 5) are multiples of it.
 */
final class DepthwiseTile {

    /** Output pixels of one call. */
    static final int PIXELS = 5;

    private static final VectorSpecies<Float> SPECIES = ConvTile.SPECIES;
    private static final int LANES = ConvTile.LANES;

    private DepthwiseTile() {}

    /** Whether there is a body for a kernel of this many columns and stride. */
    static boolean hasBody(int kernelColumns, int stride) {
        return (kernelColumns == 3 || kernelColumns == 5) && (stride == 1 || stride == 2);
    }

    /**
     * Computes five pixels.
     *
     * @param a input; the first channel of the first pixel under the window is at {@code aOffset}, the next pixel
     *     {@code step} behind, the next row {@code rowStep}
     * @param rows rows of the kernel that count
     * @param weights one vector per position; the first row that counts at {@code wOffset}, the next vector of channels
     *     {@code wStep} behind
     * @param channels a multiple of the vector length
     * @param slope factor of negative sums
     * @param out first output pixel at {@code to}, the next {@code toStep} behind
     */
    static void run(
            int kernelColumns,
            int stride,
            float[] a,
            int aOffset,
            int rowStep,
            int step,
            int rows,
            float[] weights,
            int wOffset,
            int wStep,
            float[] bias,
            int biasOffset,
            int channels,
            float slope,
            float[] out,
            int to,
            int toStep) {
        if (kernelColumns == 3 && stride == 1) {
            kernel3stride1(
                    a,
                    aOffset,
                    rowStep,
                    step,
                    rows,
                    weights,
                    wOffset,
                    wStep,
                    bias,
                    biasOffset,
                    channels,
                    slope,
                    out,
                    to,
                    toStep);
        } else if (kernelColumns == 3) {
            kernel3stride2(
                    a,
                    aOffset,
                    rowStep,
                    step,
                    rows,
                    weights,
                    wOffset,
                    wStep,
                    bias,
                    biasOffset,
                    channels,
                    slope,
                    out,
                    to,
                    toStep);
        } else if (stride == 1) {
            kernel5stride1(
                    a,
                    aOffset,
                    rowStep,
                    step,
                    rows,
                    weights,
                    wOffset,
                    wStep,
                    bias,
                    biasOffset,
                    channels,
                    slope,
                    out,
                    to,
                    toStep);
        } else {
            kernel5stride2(
                    a,
                    aOffset,
                    rowStep,
                    step,
                    rows,
                    weights,
                    wOffset,
                    wStep,
                    bias,
                    biasOffset,
                    channels,
                    slope,
                    out,
                    to,
                    toStep);
        }
    }

    private static void kernel3stride1(
            float[] a,
            int aOffset,
            int rowStep,
            int step,
            int rows,
            float[] weights,
            int wOffset,
            int wStep,
            float[] bias,
            int biasOffset,
            int channels,
            float slope,
            float[] out,
            int to,
            int toStep) {
        for (int c = 0; c < channels; c += LANES) {
            FloatVector s0 = FloatVector.fromArray(SPECIES, bias, biasOffset + c);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector s4 = s0;
            int x = aOffset + c;
            int w = wOffset + c / LANES * wStep;
            for (int ky = 0; ky < rows; ky++) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector w2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
                FloatVector v0 = FloatVector.fromArray(SPECIES, a, x);
                s0 = v0.fma(w0, s0);
                FloatVector v1 = FloatVector.fromArray(SPECIES, a, x + step);
                s0 = v1.fma(w1, s0);
                s1 = v1.fma(w0, s1);
                FloatVector v2 = FloatVector.fromArray(SPECIES, a, x + 2 * step);
                s0 = v2.fma(w2, s0);
                s1 = v2.fma(w1, s1);
                s2 = v2.fma(w0, s2);
                FloatVector v3 = FloatVector.fromArray(SPECIES, a, x + 3 * step);
                s1 = v3.fma(w2, s1);
                s2 = v3.fma(w1, s2);
                s3 = v3.fma(w0, s3);
                FloatVector v4 = FloatVector.fromArray(SPECIES, a, x + 4 * step);
                s2 = v4.fma(w2, s2);
                s3 = v4.fma(w1, s3);
                s4 = v4.fma(w0, s4);
                FloatVector v5 = FloatVector.fromArray(SPECIES, a, x + 5 * step);
                s3 = v5.fma(w2, s3);
                s4 = v5.fma(w1, s4);
                FloatVector v6 = FloatVector.fromArray(SPECIES, a, x + 6 * step);
                s4 = v6.fma(w2, s4);
                x += rowStep;
                w += 3 * LANES;
            }
            s0.max(s0.mul(slope)).intoArray(out, to + c);
            s1.max(s1.mul(slope)).intoArray(out, to + toStep + c);
            s2.max(s2.mul(slope)).intoArray(out, to + 2 * toStep + c);
            s3.max(s3.mul(slope)).intoArray(out, to + 3 * toStep + c);
            s4.max(s4.mul(slope)).intoArray(out, to + 4 * toStep + c);
        }
    }

    private static void kernel3stride2(
            float[] a,
            int aOffset,
            int rowStep,
            int step,
            int rows,
            float[] weights,
            int wOffset,
            int wStep,
            float[] bias,
            int biasOffset,
            int channels,
            float slope,
            float[] out,
            int to,
            int toStep) {
        for (int c = 0; c < channels; c += LANES) {
            FloatVector s0 = FloatVector.fromArray(SPECIES, bias, biasOffset + c);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector s4 = s0;
            int x = aOffset + c;
            int w = wOffset + c / LANES * wStep;
            for (int ky = 0; ky < rows; ky++) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector w2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
                FloatVector v0 = FloatVector.fromArray(SPECIES, a, x);
                s0 = v0.fma(w0, s0);
                FloatVector v1 = FloatVector.fromArray(SPECIES, a, x + step);
                s0 = v1.fma(w1, s0);
                FloatVector v2 = FloatVector.fromArray(SPECIES, a, x + 2 * step);
                s0 = v2.fma(w2, s0);
                s1 = v2.fma(w0, s1);
                FloatVector v3 = FloatVector.fromArray(SPECIES, a, x + 3 * step);
                s1 = v3.fma(w1, s1);
                FloatVector v4 = FloatVector.fromArray(SPECIES, a, x + 4 * step);
                s1 = v4.fma(w2, s1);
                s2 = v4.fma(w0, s2);
                FloatVector v5 = FloatVector.fromArray(SPECIES, a, x + 5 * step);
                s2 = v5.fma(w1, s2);
                FloatVector v6 = FloatVector.fromArray(SPECIES, a, x + 6 * step);
                s2 = v6.fma(w2, s2);
                s3 = v6.fma(w0, s3);
                FloatVector v7 = FloatVector.fromArray(SPECIES, a, x + 7 * step);
                s3 = v7.fma(w1, s3);
                FloatVector v8 = FloatVector.fromArray(SPECIES, a, x + 8 * step);
                s3 = v8.fma(w2, s3);
                s4 = v8.fma(w0, s4);
                FloatVector v9 = FloatVector.fromArray(SPECIES, a, x + 9 * step);
                s4 = v9.fma(w1, s4);
                FloatVector v10 = FloatVector.fromArray(SPECIES, a, x + 10 * step);
                s4 = v10.fma(w2, s4);
                x += rowStep;
                w += 3 * LANES;
            }
            s0.max(s0.mul(slope)).intoArray(out, to + c);
            s1.max(s1.mul(slope)).intoArray(out, to + toStep + c);
            s2.max(s2.mul(slope)).intoArray(out, to + 2 * toStep + c);
            s3.max(s3.mul(slope)).intoArray(out, to + 3 * toStep + c);
            s4.max(s4.mul(slope)).intoArray(out, to + 4 * toStep + c);
        }
    }

    private static void kernel5stride1(
            float[] a,
            int aOffset,
            int rowStep,
            int step,
            int rows,
            float[] weights,
            int wOffset,
            int wStep,
            float[] bias,
            int biasOffset,
            int channels,
            float slope,
            float[] out,
            int to,
            int toStep) {
        for (int c = 0; c < channels; c += LANES) {
            FloatVector s0 = FloatVector.fromArray(SPECIES, bias, biasOffset + c);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector s4 = s0;
            int x = aOffset + c;
            int w = wOffset + c / LANES * wStep;
            for (int ky = 0; ky < rows; ky++) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector w2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
                FloatVector w3 = FloatVector.fromArray(SPECIES, weights, w + 3 * LANES);
                FloatVector w4 = FloatVector.fromArray(SPECIES, weights, w + 4 * LANES);
                FloatVector v0 = FloatVector.fromArray(SPECIES, a, x);
                s0 = v0.fma(w0, s0);
                FloatVector v1 = FloatVector.fromArray(SPECIES, a, x + step);
                s0 = v1.fma(w1, s0);
                s1 = v1.fma(w0, s1);
                FloatVector v2 = FloatVector.fromArray(SPECIES, a, x + 2 * step);
                s0 = v2.fma(w2, s0);
                s1 = v2.fma(w1, s1);
                s2 = v2.fma(w0, s2);
                FloatVector v3 = FloatVector.fromArray(SPECIES, a, x + 3 * step);
                s0 = v3.fma(w3, s0);
                s1 = v3.fma(w2, s1);
                s2 = v3.fma(w1, s2);
                s3 = v3.fma(w0, s3);
                FloatVector v4 = FloatVector.fromArray(SPECIES, a, x + 4 * step);
                s0 = v4.fma(w4, s0);
                s1 = v4.fma(w3, s1);
                s2 = v4.fma(w2, s2);
                s3 = v4.fma(w1, s3);
                s4 = v4.fma(w0, s4);
                FloatVector v5 = FloatVector.fromArray(SPECIES, a, x + 5 * step);
                s1 = v5.fma(w4, s1);
                s2 = v5.fma(w3, s2);
                s3 = v5.fma(w2, s3);
                s4 = v5.fma(w1, s4);
                FloatVector v6 = FloatVector.fromArray(SPECIES, a, x + 6 * step);
                s2 = v6.fma(w4, s2);
                s3 = v6.fma(w3, s3);
                s4 = v6.fma(w2, s4);
                FloatVector v7 = FloatVector.fromArray(SPECIES, a, x + 7 * step);
                s3 = v7.fma(w4, s3);
                s4 = v7.fma(w3, s4);
                FloatVector v8 = FloatVector.fromArray(SPECIES, a, x + 8 * step);
                s4 = v8.fma(w4, s4);
                x += rowStep;
                w += 5 * LANES;
            }
            s0.max(s0.mul(slope)).intoArray(out, to + c);
            s1.max(s1.mul(slope)).intoArray(out, to + toStep + c);
            s2.max(s2.mul(slope)).intoArray(out, to + 2 * toStep + c);
            s3.max(s3.mul(slope)).intoArray(out, to + 3 * toStep + c);
            s4.max(s4.mul(slope)).intoArray(out, to + 4 * toStep + c);
        }
    }

    private static void kernel5stride2(
            float[] a,
            int aOffset,
            int rowStep,
            int step,
            int rows,
            float[] weights,
            int wOffset,
            int wStep,
            float[] bias,
            int biasOffset,
            int channels,
            float slope,
            float[] out,
            int to,
            int toStep) {
        for (int c = 0; c < channels; c += LANES) {
            FloatVector s0 = FloatVector.fromArray(SPECIES, bias, biasOffset + c);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector s4 = s0;
            int x = aOffset + c;
            int w = wOffset + c / LANES * wStep;
            for (int ky = 0; ky < rows; ky++) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector w2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
                FloatVector w3 = FloatVector.fromArray(SPECIES, weights, w + 3 * LANES);
                FloatVector w4 = FloatVector.fromArray(SPECIES, weights, w + 4 * LANES);
                FloatVector v0 = FloatVector.fromArray(SPECIES, a, x);
                s0 = v0.fma(w0, s0);
                FloatVector v1 = FloatVector.fromArray(SPECIES, a, x + step);
                s0 = v1.fma(w1, s0);
                FloatVector v2 = FloatVector.fromArray(SPECIES, a, x + 2 * step);
                s0 = v2.fma(w2, s0);
                s1 = v2.fma(w0, s1);
                FloatVector v3 = FloatVector.fromArray(SPECIES, a, x + 3 * step);
                s0 = v3.fma(w3, s0);
                s1 = v3.fma(w1, s1);
                FloatVector v4 = FloatVector.fromArray(SPECIES, a, x + 4 * step);
                s0 = v4.fma(w4, s0);
                s1 = v4.fma(w2, s1);
                s2 = v4.fma(w0, s2);
                FloatVector v5 = FloatVector.fromArray(SPECIES, a, x + 5 * step);
                s1 = v5.fma(w3, s1);
                s2 = v5.fma(w1, s2);
                FloatVector v6 = FloatVector.fromArray(SPECIES, a, x + 6 * step);
                s1 = v6.fma(w4, s1);
                s2 = v6.fma(w2, s2);
                s3 = v6.fma(w0, s3);
                FloatVector v7 = FloatVector.fromArray(SPECIES, a, x + 7 * step);
                s2 = v7.fma(w3, s2);
                s3 = v7.fma(w1, s3);
                FloatVector v8 = FloatVector.fromArray(SPECIES, a, x + 8 * step);
                s2 = v8.fma(w4, s2);
                s3 = v8.fma(w2, s3);
                s4 = v8.fma(w0, s4);
                FloatVector v9 = FloatVector.fromArray(SPECIES, a, x + 9 * step);
                s3 = v9.fma(w3, s3);
                s4 = v9.fma(w1, s4);
                FloatVector v10 = FloatVector.fromArray(SPECIES, a, x + 10 * step);
                s3 = v10.fma(w4, s3);
                s4 = v10.fma(w2, s4);
                FloatVector v11 = FloatVector.fromArray(SPECIES, a, x + 11 * step);
                s4 = v11.fma(w3, s4);
                FloatVector v12 = FloatVector.fromArray(SPECIES, a, x + 12 * step);
                s4 = v12.fma(w4, s4);
                x += rowStep;
                w += 5 * LANES;
            }
            s0.max(s0.mul(slope)).intoArray(out, to + c);
            s1.max(s1.mul(slope)).intoArray(out, to + toStep + c);
            s2.max(s2.mul(slope)).intoArray(out, to + 2 * toStep + c);
            s3.max(s3.mul(slope)).intoArray(out, to + 3 * toStep + c);
            s4.max(s4.mul(slope)).intoArray(out, to + 4 * toStep + c);
        }
    }
}
