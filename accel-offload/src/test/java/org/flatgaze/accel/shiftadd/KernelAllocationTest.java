package org.flatgaze.accel.shiftadd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.flatgaze.accel.kernels.VectorSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** No kernel makes garbage once it is compiled: a vector that became an object would show here. */
final class KernelAllocationTest {

    private static final long DEADLINE_NANOS = 20_000_000_000L;
    private static final int CALLS = 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Random random = new Random(1);

    @Test
    void shouldAllocateNothingWhenCompiled() {
        Assumptions.assumeTrue(VectorSupport.isUsable(), VectorSupport.reason());
        ShiftAddKernels kernels = ShiftAddKernels.best();
        Int8Matrix weights = new Int8Matrix(200, 300, bytes(200 * 300));
        byte[] x = bytes(20 * 300);
        int[] y = new int[20 * 200];
        MatrixKernel product = kernels.product(weights);
        MatrixKernel difference = kernels.difference(weights);
        BitMatrix mask = new BitMatrix(16, 300);
        BitMatrix queries = new BitMatrix(5, 300);
        for (int t = 0; t < 300; t++) {
            mask.set(t % 16, t, random.nextBoolean());
        }
        byte[] values = bytes(300 * 40);
        MaskedSumKernel maskedSum = kernels.maskedSum();
        BitDotKernel bitDot = kernels.bitDot(mask);
        DepthwiseKernel depthwise = kernels.depthwise(new DepthwiseShape(70, 6, 6, 3, 1, 1), bytes(9 * 70));
        byte[] picture = bytes(36 * 70);
        Map<String, Runnable> codes = new LinkedHashMap<>();
        codes.put("product, one row", () -> product.run(1, x, 0, y, 0));
        codes.put("product, many rows", () -> product.run(20, x, 0, y, 0));
        codes.put("difference, one row", () -> difference.run(1, x, 0, y, 0));
        codes.put("difference, many rows", () -> difference.run(19, x, 0, y, 0));
        codes.put("masked sum", () -> maskedSum.run(mask, values, 40, y));
        codes.put("bits and", () -> bitDot.and(queries, y));
        codes.put("bits signed", () -> bitDot.signed(queries, y));
        codes.put("depth-wise", () -> depthwise.run(picture, 0, y, 0));
        codes.forEach((name, code) -> assertEquals(0, leastAllocation(code), name));
    }

    /** Bytes of the best of many turns: the turn in which C2 replaces code may allocate. */
    private long leastAllocation(Runnable code) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        long least = Long.MAX_VALUE;
        while (least > 0 && System.nanoTime() < deadline) {
            for (int i = 0; i < 500; i++) {
                code.run();
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            long empty = threads.getCurrentThreadAllocatedBytes() - before;
            before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                code.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before - empty);
        }
        return Math.max(0, least);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
