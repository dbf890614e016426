package org.flatgaze.accel.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Bodies of {@link ConvTile} for processors with 16 vector registers. Fewer sums than fit on paper: with 10 and more C2
 * spills some of them in every step, which halves the speed; 8 just cover the latency of two multiply-add units.
 */
final class NarrowConvTile {

    private static final VectorSpecies<Float> SPECIES = ConvTile.SPECIES;
    private static final int LANES = ConvTile.LANES;

    private NarrowConvTile() {}

    /** 3 pixels by a panel of three vectors, each of which is read straight into its multiply-adds. */
    static void three(
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
        FloatVector biasLeft = FloatVector.fromArray(SPECIES, bias, biasOffset);
        FloatVector biasMiddle = FloatVector.fromArray(SPECIES, bias, biasOffset + LANES);
        FloatVector biasRight = FloatVector.fromArray(SPECIES, bias, biasOffset + 2 * LANES);
        FloatVector l0 = biasLeft;
        FloatVector m0 = biasMiddle;
        FloatVector r0 = biasRight;
        FloatVector l1 = biasLeft;
        FloatVector m1 = biasMiddle;
        FloatVector r1 = biasRight;
        FloatVector l2 = biasLeft;
        FloatVector m2 = biasMiddle;
        FloatVector r2 = biasRight;
        int w = panelOffset;
        for (int t = firstTap; t < firstTap + tapCount; t++) {
            int from = aOffset + taps[t];
            for (int p = from; p < from + run; p++) {
                FloatVector x0 = FloatVector.broadcast(SPECIES, a[p]);
                FloatVector x1 = FloatVector.broadcast(SPECIES, a[p + d1]);
                FloatVector x2 = FloatVector.broadcast(SPECIES, a[p + d2]);
                FloatVector left = FloatVector.fromArray(SPECIES, panel, w);
                l0 = x0.fma(left, l0);
                l1 = x1.fma(left, l1);
                l2 = x2.fma(left, l2);
                FloatVector middle = FloatVector.fromArray(SPECIES, panel, w + LANES);
                m0 = x0.fma(middle, m0);
                m1 = x1.fma(middle, m1);
                m2 = x2.fma(middle, m2);
                FloatVector right = FloatVector.fromArray(SPECIES, panel, w + 2 * LANES);
                r0 = x0.fma(right, r0);
                r1 = x1.fma(right, r1);
                r2 = x2.fma(right, r2);
                w += 3 * LANES;
            }
        }
        l0.max(l0.mul(slope)).intoArray(c, cOffset);
        m0.max(m0.mul(slope)).intoArray(c, cOffset + LANES);
        r0.max(r0.mul(slope)).intoArray(c, cOffset + 2 * LANES);
        l1.max(l1.mul(slope)).intoArray(c, cOffset + cStep);
        m1.max(m1.mul(slope)).intoArray(c, cOffset + cStep + LANES);
        r1.max(r1.mul(slope)).intoArray(c, cOffset + cStep + 2 * LANES);
        l2.max(l2.mul(slope)).intoArray(c, cOffset + 2 * cStep);
        m2.max(m2.mul(slope)).intoArray(c, cOffset + 2 * cStep + LANES);
        r2.max(r2.mul(slope)).intoArray(c, cOffset + 2 * cStep + 2 * LANES);
    }

    /** The same for one tap at {@code aOffset}: a loop less, which for short runs is a tenth of the time. */
    static void threePointwise(
            float[] a,
            int aOffset,
            int aStep,
            int rows,
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
        FloatVector biasLeft = FloatVector.fromArray(SPECIES, bias, biasOffset);
        FloatVector biasMiddle = FloatVector.fromArray(SPECIES, bias, biasOffset + LANES);
        FloatVector biasRight = FloatVector.fromArray(SPECIES, bias, biasOffset + 2 * LANES);
        FloatVector l0 = biasLeft;
        FloatVector m0 = biasMiddle;
        FloatVector r0 = biasRight;
        FloatVector l1 = biasLeft;
        FloatVector m1 = biasMiddle;
        FloatVector r1 = biasRight;
        FloatVector l2 = biasLeft;
        FloatVector m2 = biasMiddle;
        FloatVector r2 = biasRight;
        int w = panelOffset;
        for (int p = aOffset; p < aOffset + run; p++) {
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[p]);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[p + d1]);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[p + d2]);
            FloatVector left = FloatVector.fromArray(SPECIES, panel, w);
            l0 = x0.fma(left, l0);
            l1 = x1.fma(left, l1);
            l2 = x2.fma(left, l2);
            FloatVector middle = FloatVector.fromArray(SPECIES, panel, w + LANES);
            m0 = x0.fma(middle, m0);
            m1 = x1.fma(middle, m1);
            m2 = x2.fma(middle, m2);
            FloatVector right = FloatVector.fromArray(SPECIES, panel, w + 2 * LANES);
            r0 = x0.fma(right, r0);
            r1 = x1.fma(right, r1);
            r2 = x2.fma(right, r2);
            w += 3 * LANES;
        }
        l0.max(l0.mul(slope)).intoArray(c, cOffset);
        m0.max(m0.mul(slope)).intoArray(c, cOffset + LANES);
        r0.max(r0.mul(slope)).intoArray(c, cOffset + 2 * LANES);
        l1.max(l1.mul(slope)).intoArray(c, cOffset + cStep);
        m1.max(m1.mul(slope)).intoArray(c, cOffset + cStep + LANES);
        r1.max(r1.mul(slope)).intoArray(c, cOffset + cStep + 2 * LANES);
        l2.max(l2.mul(slope)).intoArray(c, cOffset + 2 * cStep);
        m2.max(m2.mul(slope)).intoArray(c, cOffset + 2 * cStep + LANES);
        r2.max(r2.mul(slope)).intoArray(c, cOffset + 2 * cStep + 2 * LANES);
    }

    /** 4 pixels by a panel of two vectors. */
    static void four(
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
                w += 2 * LANES;
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
    }

    /** 9 pixels by a panel of one vector: one more than the latency asks for, as C2 unrolls 8 and spills them. */
    static void nine(
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
    }
}
