package org.flatgaze.accel.shiftadd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.flatgaze.accel.bench.PairedTimer;
import org.junit.jupiter.api.Test;

/** A kernel is taken only if it is right and faster; the measurements' arithmetic. */
final class KernelChoiceTest {

    private final Int8Matrix weights = new Int8Matrix(40, 50, new byte[2000]);

    @Test
    void shouldTakeThePlainLoopsWhenTheCandidateIsWrong() {
        MatrixKernel scalar = ShiftAddKernels.scalar().product(weights);
        MatrixKernel wrong = (rows, x, xOffset, y, yOffset) -> y[yOffset] = 1;
        KernelChoice choice = KernelChoice.pick(wrong, scalar, weights, 3, 0);
        assertSame(scalar, choice.kernel());
        assertEquals("the vector kernel's results differ", choice.reason());
    }

    @Test
    void shouldTakeThePlainLoopsWhenTheCandidateIsSlow() {
        MatrixKernel scalar = ShiftAddKernels.scalar().product(weights);
        MatrixKernel slow = (rows, x, xOffset, y, yOffset) -> {
            for (int i = 0; i < 200; i++) {
                scalar.run(rows, x, xOffset, y, yOffset);
            }
        };
        KernelChoice choice = KernelChoice.pick(slow, scalar, weights, 3, 0);
        assertEquals("scalar", choice.id());
        assertTrue(choice.reason().contains("not faster"), choice.reason());
    }

    @Test
    void shouldAlwaysGiveARightKernelWhenAsked() {
        for (KernelChoice choice :
                new KernelChoice[] {KernelChoice.product(weights, 4, 20), KernelChoice.difference(weights, 4, 20)}) {
            int[] y = new int[160];
            choice.kernel().run(4, new byte[200], 0, y, 0);
            assertEquals(0, y[159]);
        }
    }

    @Test
    void shouldRefuseWhenWeightsDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> new Int8Matrix(2, 3, new byte[5]));
        IllegalArgumentException overflow =
                assertThrows(IllegalArgumentException.class, () -> new Int8Matrix(1, 200_000, new byte[200_000]));
        assertTrue(overflow.getMessage().contains("could overflow"), overflow.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> ShiftAddKernels.scalar().depthwise(new DepthwiseShape(2, 3, 3, 3, 1, 1), new byte[17]));
        assertThrows(IllegalArgumentException.class, () -> new DepthwiseShape(2, 1, 1, 3, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new PairedTimer(1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> LatencyStudy.run(99, PairedTimer.standard(), 1));
    }

    @Test
    void shouldRankInOppositeOrderWhenCorrelationIsMinusOne() {
        assertEquals(1, LatencyStudy.rankCorrelation(new double[] {1, 2, 9}, new double[] {4, 5, 6}), 1e-12);
        assertEquals(-1, LatencyStudy.rankCorrelation(new double[] {1, 2, 9}, new double[] {6, 5, 4}), 1e-12);
    }
}
