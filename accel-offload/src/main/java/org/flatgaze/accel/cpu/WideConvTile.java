package org.flatgaze.accel.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Bodies of {@link ConvTile} for processors with 32 vector registers: 12 sums, 1 or 2 panel vectors and 1 broadcast. 5
 * pixels are there because the last stage of FBNet has 15.
 */
final class WideConvTile {

    private static final VectorSpecies<Float> SPECIES = ConvTile.SPECIES;
    private static final int LANES = ConvTile.LANES;
    private static final int WIDE = 2 * LANES;

    private WideConvTile() {}

    /** 6 pixels by a wide panel. */
    static void six(
            float[] a,
            int aOffset,
            int aStep,
            int rows,
            int[] taps,
            int firstTap,
            int tapCount,
            int run,
            float[] panel,
            int panelOffset,
            float[] bias,
            int biasOffset,
            float slope,
            float[] c,
            int cOffset,
            int cStep) {
        int last = rows - 1;
        int d1 = Math.min(1, last) * aStep;
        int d2 = Math.min(2, last) * aStep;
        int d3 = Math.min(3, last) * aStep;
        int d4 = Math.min(4, last) * aStep;
        int d5 = Math.min(5, last) * aStep;
        FloatVector biasLeft = FloatVector.fromArray(SPECIES, bias, biasOffset);
        FloatVector biasRight = FloatVector.fromArray(SPECIES, bias, biasOffset + LANES);
        FloatVector l0 = biasLeft;
        FloatVector r0 = biasRight;
        FloatVector l1 = biasLeft;
        FloatVector r1 = biasRight;
        FloatVector l2 = biasLeft;
        FloatVector r2 = biasRight;
        FloatVector l3 = biasLeft;
        FloatVector r3 = biasRight;
        FloatVector l4 = biasLeft;
        FloatVector r4 = biasRight;
        FloatVector l5 = biasLeft;
        FloatVector r5 = biasRight;
        int w = panelOffset;
        for (int t = firstTap; t < firstTap + tapCount; t++) {
            int from = aOffset + taps[t];
            for (int p = from; p < from + run; p++) {
                FloatVector left = FloatVector.fromArray(SPECIES, panel, w);
                FloatVector right = FloatVector.fromArray(SPECIES, panel, w + LANES);
                FloatVector x0 = FloatVector.broadcast(SPECIES, a[p]);
                l0 = x0.fma(left, l0);
                r0 = x0.fma(right, r0);
                FloatVector x1 = FloatVector.broadcast(SPECIES, a[p + d1]);
                l1 = x1.fma(left, l1);
                r1 = x1.fma(right, r1);
                FloatVector x2 = FloatVector.broadcast(SPECIES, a[p + d2]);
                l2 = x2.fma(left, l2);
                r2 = x2.fma(right, r2);
                FloatVector x3 = FloatVector.broadcast(SPECIES, a[p + d3]);
                l3 = x3.fma(left, l3);
                r3 = x3.fma(right, r3);
                FloatVector x4 = FloatVector.broadcast(SPECIES, a[p + d4]);
                l4 = x4.fma(left, l4);
                r4 = x4.fma(right, r4);
                FloatVector x5 = FloatVector.broadcast(SPECIES, a[p + d5]);
                l5 = x5.fma(left, l5);
                r5 = x5.fma(right, r5);
                w += WIDE;
            }
        }
        l0.max(l0.mul(slope)).intoArray(c, cOffset);
        r0.max(r0.mul(slope)).intoArray(c, cOffset + LANES);
        l1.max(l1.mul(slope)).intoArray(c, cOffset + cStep);
        r1.max(r1.mul(slope)).intoArray(c, cOffset + cStep + LANES);
        l2.max(l2.mul(slope)).intoArray(c, cOffset + 2 * cStep);
        r2.max(r2.mul(slope)).intoArray(c, cOffset + 2 * cStep + LANES);
        l3.max(l3.mul(slope)).intoArray(c, cOffset + 3 * cStep);
        r3.max(r3.mul(slope)).intoArray(c, cOffset + 3 * cStep + LANES);
        l4.max(l4.mul(slope)).intoArray(c, cOffset + 4 * cStep);
        r4.max(r4.mul(slope)).intoArray(c, cOffset + 4 * cStep + LANES);
        l5.max(l5.mul(slope)).intoArray(c, cOffset + 5 * cStep);
        r5.max(r5.mul(slope)).intoArray(c, cOffset + 5 * cStep + LANES);
    }

    /** 5 pixels by a wide panel. */
    static void five(
            float[] a,
            int aOffset,
            int aStep,
            int rows,
            int[] taps,
            int firstTap,
            int tapCount,
            int run,
            float[] panel,
            int panelOffset,
            float[] bias,
            int biasOffset,
            float slope,
            float[] c,
            int cOffset,
            int cStep) {
        int last = rows - 1;
        int d1 = Math.min(1, last) * aStep;
        int d2 = Math.min(2, last) * aStep;
        int d3 = Math.min(3, last) * aStep;
        int d4 = Math.min(4, last) * aStep;
        FloatVector biasLeft = FloatVector.fromArray(SPECIES, bias, biasOffset);
        FloatVector biasRight = FloatVector.fromArray(SPECIES, bias, biasOffset + LANES);
        FloatVector l0 = biasLeft;
        FloatVector r0 = biasRight;
        FloatVector l1 = biasLeft;
        FloatVector r1 = biasRight;
        FloatVector l2 = biasLeft;
        FloatVector r2 = biasRight;
        FloatVector l3 = biasLeft;
        FloatVector r3 = biasRight;
        FloatVector l4 = biasLeft;
        FloatVector r4 = biasRight;
        int w = panelOffset;
        for (int t = firstTap; t < firstTap + tapCount; t++) {
            int from = aOffset + taps[t];
            for (int p = from; p < from + run; p++) {
                FloatVector left = FloatVector.fromArray(SPECIES, panel, w);
                FloatVector right = FloatVector.fromArray(SPECIES, panel, w + LANES);
                FloatVector x0 = FloatVector.broadcast(SPECIES, a[p]);
                l0 = x0.fma(left, l0);
                r0 = x0.fma(right, r0);
                FloatVector x1 = FloatVector.broadcast(SPECIES, a[p + d1]);
                l1 = x1.fma(left, l1);
                r1 = x1.fma(right, r1);
                FloatVector x2 = FloatVector.broadcast(SPECIES, a[p + d2]);
                l2 = x2.fma(left, l2);
                r2 = x2.fma(right, r2);
                FloatVector x3 = FloatVector.broadcast(SPECIES, a[p + d3]);
                l3 = x3.fma(left, l3);
                r3 = x3.fma(right, r3);
                FloatVector x4 = FloatVector.broadcast(SPECIES, a[p + d4]);
                l4 = x4.fma(left, l4);
                r4 = x4.fma(right, r4);
                w += WIDE;
            }
        }
        l0.max(l0.mul(slope)).intoArray(c, cOffset);
        r0.max(r0.mul(slope)).intoArray(c, cOffset + LANES);
        l1.max(l1.mul(slope)).intoArray(c, cOffset + cStep);
        r1.max(r1.mul(slope)).intoArray(c, cOffset + cStep + LANES);
        l2.max(l2.mul(slope)).intoArray(c, cOffset + 2 * cStep);
        r2.max(r2.mul(slope)).intoArray(c, cOffset + 2 * cStep + LANES);
        l3.max(l3.mul(slope)).intoArray(c, cOffset + 3 * cStep);
        r3.max(r3.mul(slope)).intoArray(c, cOffset + 3 * cStep + LANES);
        l4.max(l4.mul(slope)).intoArray(c, cOffset + 4 * cStep);
        r4.max(r4.mul(slope)).intoArray(c, cOffset + 4 * cStep + LANES);
    }

    /** 12 pixels by a panel of one vector. */
    static void twelve(
            float[] a,
            int aOffset,
            int aStep,
            int rows,
            int[] taps,
            int firstTap,
            int tapCount,
            int run,
            float[] panel,
            int panelOffset,
            float[] bias,
            int biasOffset,
            float slope,
            float[] c,
            int cOffset,
            int cStep) {
        int last = rows - 1;
        int d1 = Math.min(1, last) * aStep;
        int d2 = Math.min(2, last) * aStep;
        int d3 = Math.min(3, last) * aStep;
        int d4 = Math.min(4, last) * aStep;
        int d5 = Math.min(5, last) * aStep;
        int d6 = Math.min(6, last) * aStep;
        int d7 = Math.min(7, last) * aStep;
        int d8 = Math.min(8, last) * aStep;
        int d9 = Math.min(9, last) * aStep;
        int d10 = Math.min(10, last) * aStep;
        int d11 = Math.min(11, last) * aStep;
        FloatVector biasLeft = FloatVector.fromArray(SPECIES, bias, biasOffset);
        FloatVector l0 = biasLeft;
        FloatVector l1 = biasLeft;
        FloatVector l2 = biasLeft;
        FloatVector l3 = biasLeft;
        FloatVector l4 = biasLeft;
        FloatVector l5 = biasLeft;
        FloatVector l6 = biasLeft;
        FloatVector l7 = biasLeft;
        FloatVector l8 = biasLeft;
        FloatVector l9 = biasLeft;
        FloatVector l10 = biasLeft;
        FloatVector l11 = biasLeft;
        int w = panelOffset;
        for (int t = firstTap; t < firstTap + tapCount; t++) {
            int from = aOffset + taps[t];
            for (int p = from; p < from + run; p++) {
                FloatVector left = FloatVector.fromArray(SPECIES, panel, w);
                FloatVector x0 = FloatVector.broadcast(SPECIES, a[p]);
                l0 = x0.fma(left, l0);
                FloatVector x1 = FloatVector.broadcast(SPECIES, a[p + d1]);
                l1 = x1.fma(left, l1);
                FloatVector x2 = FloatVector.broadcast(SPECIES, a[p + d2]);
                l2 = x2.fma(left, l2);
                FloatVector x3 = FloatVector.broadcast(SPECIES, a[p + d3]);
                l3 = x3.fma(left, l3);
                FloatVector x4 = FloatVector.broadcast(SPECIES, a[p + d4]);
                l4 = x4.fma(left, l4);
                FloatVector x5 = FloatVector.broadcast(SPECIES, a[p + d5]);
                l5 = x5.fma(left, l5);
                FloatVector x6 = FloatVector.broadcast(SPECIES, a[p + d6]);
                l6 = x6.fma(left, l6);
                FloatVector x7 = FloatVector.broadcast(SPECIES, a[p + d7]);
                l7 = x7.fma(left, l7);
                FloatVector x8 = FloatVector.broadcast(SPECIES, a[p + d8]);
                l8 = x8.fma(left, l8);
                FloatVector x9 = FloatVector.broadcast(SPECIES, a[p + d9]);
                l9 = x9.fma(left, l9);
                FloatVector x10 = FloatVector.broadcast(SPECIES, a[p + d10]);
                l10 = x10.fma(left, l10);
                FloatVector x11 = FloatVector.broadcast(SPECIES, a[p + d11]);
                l11 = x11.fma(left, l11);
                w += LANES;
            }
        }
        l0.max(l0.mul(slope)).intoArray(c, cOffset);
        l1.max(l1.mul(slope)).intoArray(c, cOffset + cStep);
        l2.max(l2.mul(slope)).intoArray(c, cOffset + 2 * cStep);
        l3.max(l3.mul(slope)).intoArray(c, cOffset + 3 * cStep);
        l4.max(l4.mul(slope)).intoArray(c, cOffset + 4 * cStep);
        l5.max(l5.mul(slope)).intoArray(c, cOffset + 5 * cStep);
        l6.max(l6.mul(slope)).intoArray(c, cOffset + 6 * cStep);
        l7.max(l7.mul(slope)).intoArray(c, cOffset + 7 * cStep);
        l8.max(l8.mul(slope)).intoArray(c, cOffset + 8 * cStep);
        l9.max(l9.mul(slope)).intoArray(c, cOffset + 9 * cStep);
        l10.max(l10.mul(slope)).intoArray(c, cOffset + 10 * cStep);
        l11.max(l11.mul(slope)).intoArray(c, cOffset + 11 * cStep);
    }
}
