package org.flatgaze.accel.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every kernel set must do; each is held against sums in double precision or an obvious loop. */
abstract class KernelSetContract {

    private static final float GUARD = 12345.5f;
    private static final long SEED = 20261120;

    abstract KernelSet kernels();

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "1, 64, 7",
        "1, 129, 33",
        "5, 1, 40",
        "7, 1, 129",
        "6, 32, 16",
        "12, 64, 256",
        "13, 33, 257",
        "17, 31, 300",
        "2, 3, 4",
        "96, 160, 64",
        "5, 200, 1",
        "50, 8, 513",
        "31, 97, 2"
    })
    void shouldMultiplyWhenShapesAreOdd(int m, int n, int k) {
        checkProduct(m, n, k, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 70, 5", "7, 1, 40", "13, 33, 257", "6, 32, 16", "19, 65, 9"})
    void shouldLeaveGapsAloneWhenStridesExceedColumns(int m, int n, int k) {
        checkProduct(m, n, k, 3, 11);
    }

    @Test
    void shouldMultiplyWhenShapesAreRandom() {
        Random random = new Random(SEED);
        for (int i = 0; i < 40; i++) {
            checkProduct(
                    1 + random.nextInt(40),
                    1 + random.nextInt(80),
                    1 + random.nextInt(300),
                    random.nextInt(5),
                    random.nextInt(5));
        }
    }

    @Test
    void shouldWriteZerosWhenInnerExtentIsZero() {
        float[] c = {1, 2, 3, 4, 5, 6, 7};
        kernels().sgemm(2, 2, 0, new float[0], 0, 0, new float[0], 0, 2, c, 1, 3);
        assertArrayEquals(new float[] {1, 0, 0, 4, 0, 0, 7}, c);
    }

    @Test
    void shouldWriteNothingWhenResultIsEmpty() {
        float[] c = {1};
        kernels().sgemm(0, 4, 3, new float[0], 0, 3, new float[12], 0, 4, c, 1, 4);
        kernels().sgemm(4, 0, 3, new float[12], 0, 3, new float[0], 0, 0, c, 1, 0);
        assertEquals(1, c[0]);
    }

    @ParameterizedTest
    @CsvSource({"9, 40, 30", "1, 70, 5", "7, 1, 40"})
    void shouldPropagateNanAndInfinityWhenInputsHoldThem(int m, int n, int k) {
        float[] a = new float[m * k];
        float[] b = new float[k * n];
        Arrays.fill(a, 1f);
        Arrays.fill(b, 1f);
        a[(m - 1) * k + k - 1] = Float.NaN;
        b[0] = Float.POSITIVE_INFINITY;
        float[] c = new float[m * n];
        kernels().sgemm(m, n, k, a, 0, k, b, 0, n, c, 0, n);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float expected = i == m - 1 ? Float.NaN : j == 0 ? Float.POSITIVE_INFINITY : k;
                assertEquals(expected, c[i * n + j], "row " + i + " column " + j);
            }
        }
    }

    @Test
    void shouldSayWhichMatrixIsTooShortWhenShapeDoesNotFit() {
        float[] a = new float[6];
        float[] b = new float[6];
        float[] c = new float[4];
        IllegalArgumentException shortC =
                assertThrows(IllegalArgumentException.class, () -> kernels().sgemm(2, 2, 3, a, 0, 3, b, 0, 2, c, 1, 2));
        assertTrue(
                shortC.getMessage().startsWith("matrix c: rows=2 columns=2 offset=1 stride=2 length=4"),
                shortC.getMessage());
        assertThrows(IllegalArgumentException.class, () -> kernels().sgemm(2, 2, 3, a, 0, 2, b, 0, 2, c, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> kernels().sgemm(2, 2, 4, a, 0, 4, b, 0, 2, c, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> kernels().sgemm(-1, 2, 3, a, 0, 3, b, 0, 2, c, 0, 2));
        assertThrows(
                IllegalArgumentException.class,
                () -> kernels().sgemm(100_000, 100_000, 3, a, 0, 3, b, 0, 100_000, c, 0, 100_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 15, 16, 17, 64, 67, 640})
    void shouldUnpackRaw10WhenLengthsAreOdd(int samples) {
        Random random = new Random(SEED);
        int[] expected = random.ints(samples, 0, 1024).toArray();
        int offset = 5;
        byte[] packed = new byte[offset + 5 * ((samples + 3) / 4)];
        for (int i = 0; i < samples; i++) {
            int group = offset + i / 4 * 5;
            packed[group + i % 4] = (byte) (expected[i] >> 2);
            packed[group + 4] = (byte) (packed[group + 4] | (expected[i] & 3) << (i % 4 * 2));
        }
        float[] out = guarded(samples);
        kernels().unpackRaw10(packed, offset, samples, 0.5f, out, 1);
        checkGuarded(expected, 0.5f, out);
    }

    @Test
    void shouldTakeFirstSampleFromLowestBitsWhenUnpackingRaw10() {
        float[] out = new float[4];
        kernels().unpackRaw10(new byte[] {0, 0, 0, (byte) 0xff, (byte) 0b11_01_10_01}, 0, 4, 1f, out, 0);
        assertArrayEquals(new float[] {1, 2, 1, 1023}, out);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "15, 6", "16, 6", "33, 0", "100, 15"})
    void shouldUnpackU16WhenLengthsAreOdd(int samples, int rightShift) {
        int[] expected = new Random(SEED).ints(samples, 0, 65536).toArray();
        ByteBuffer data = ByteBuffer.allocate(3 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        data.position(3);
        for (int value : expected) {
            data.putShort((short) value);
        }
        float[] out = guarded(samples);
        kernels().unpackU16(data.array(), 3, samples, rightShift, 2f, out, 1);
        checkGuarded(Arrays.stream(expected).map(v -> v >>> rightShift).toArray(), 2f, out);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 77})
    void shouldUnpackU8WhenLengthsAreOdd(int samples) {
        int[] expected = new Random(SEED).ints(samples, 0, 256).toArray();
        byte[] data = new byte[2 + samples];
        for (int i = 0; i < samples; i++) {
            data[2 + i] = (byte) expected[i];
        }
        float[] out = guarded(samples);
        kernels().unpackU8(data, 2, samples, 0.25f, out, 1);
        checkGuarded(expected, 0.25f, out);
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "2, 0", "2, 2", "4, 14", "2, 32", "6, 34", "8, 64", "2, 126"})
    void shouldAverageBlocksWhenExtentsAreEven(int rows, int cols) {
        float[] in = random(new Random(SEED), 3 + rows * cols);
        float[] out = guarded(rows * cols / 4);
        kernels().bin2x2(in, 3, rows, cols, out, 1);
        for (int i = 0; i < rows * cols / 4; i++) {
            int at = 3 + i / (cols / 2) * 2 * cols + i % (cols / 2) * 2;
            assertEquals(((in[at] + in[at + cols]) + (in[at + 1] + in[at + cols + 1])) / 4, out[i + 1], "block " + i);
        }
        assertEquals(GUARD, out[0]);
        assertEquals(GUARD, out[out.length - 1]);
    }

    @Test
    void shouldRefuseWhenBlocksDoNotFit() {
        KernelSet kernels = kernels();
        float[] in = new float[24];
        assertThrows(IllegalArgumentException.class, () -> kernels.bin2x2(in, 0, 3, 8, new float[6], 0));
        assertThrows(IllegalArgumentException.class, () -> kernels.bin2x2(in, 0, 2, 7, new float[6], 0));
        assertThrows(IllegalArgumentException.class, () -> kernels.bin2x2(in, 1, 4, 6, new float[6], 0));
        assertThrows(IllegalArgumentException.class, () -> kernels.bin2x2(in, 0, 4, 6, new float[6], 1));
    }

    @Test
    void shouldRefuseWhenPixelArraysAreTooShort() {
        KernelSet kernels = kernels();
        float[] out = new float[8];
        assertThrows(IllegalArgumentException.class, () -> kernels.unpackRaw10(new byte[9], 0, 5, 1f, out, 0));
        assertThrows(IllegalArgumentException.class, () -> kernels.unpackRaw10(new byte[10], 0, 8, 1f, out, 1));
        assertThrows(IllegalArgumentException.class, () -> kernels.unpackU16(new byte[15], 0, 8, 0, 1f, out, 0));
        assertThrows(IllegalArgumentException.class, () -> kernels.unpackU16(new byte[16], 0, 8, 16, 1f, out, 0));
        assertThrows(IllegalArgumentException.class, () -> kernels.unpackU8(new byte[7], -1, 8, 1f, out, 0));
        assertThrows(IllegalArgumentException.class, () -> kernels.standardize(out, 1, 8, new float[8], 0));
        assertThrows(IllegalArgumentException.class, () -> kernels.standardize(out, 0, 8, FloatBuffer.allocate(7)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 31, 77, 1024, 5000})
    void shouldStandardizeToZeroMeanAndUnitDeviation(int n) {
        Random random = new Random(SEED);
        float[] x = new float[n + 2];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            x[i + 2] = 1e4f + random.nextFloat();
            sum += x[i + 2];
        }
        double mean = sum / n;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            squares += (x[i + 2] - mean) * (x[i + 2] - mean);
        }
        double deviation = Math.max(Math.sqrt(squares / n), 1e-6);
        float[] out = guarded(n);
        kernels().standardize(x, 2, n, out, 1);
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(4 * n).order(ByteOrder.nativeOrder()).asFloatBuffer();
        kernels().standardize(x, 2, n, buffer);
        assertEquals(0, buffer.position());
        for (int i = 0; i < n; i++) {
            // 1e4 in single precision has steps of 1e-3: that is the error of the mean as it is subtracted.
            assertEquals((x[i + 2] - mean) / deviation, out[i + 1], n == 1 ? 0 : 5e-3);
            assertEquals(out[i + 1], buffer.get(i));
        }
        assertEquals(GUARD, out[0]);
        assertEquals(GUARD, out[n + 1]);
    }

    @Test
    void shouldGiveZerosWhenPictureIsFlatAndNanWhenItHoldsNan() {
        float[] x = new float[40];
        Arrays.fill(x, 7);
        float[] out = new float[40];
        kernels().standardize(x, 0, 40, out, 0);
        assertArrayEquals(new float[40], out);
        x[39] = Float.NaN;
        kernels().standardize(x, 0, 40, out, 0);
        assertTrue(Float.isNaN(out[0]) && Float.isNaN(out[39]));
    }

    @Test
    void shouldAllocateNothingWhenWarm() {
        KernelSet kernels = kernels();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] a = new float[13 * 70];
        float[] b = new float[70 * 45];
        float[] c = new float[13 * 45];
        byte[] packed = new byte[1300];
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(4096).order(ByteOrder.nativeOrder()).asFloatBuffer();
        long allocated = Long.MAX_VALUE;
        // C2 compiles in the background: repeat until a block of calls is clean, and give up after many.
        for (int block = 0; block < 200 && allocated > 0; block++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 500; i++) {
                kernels.sgemm(13, 45, 70, a, 0, 70, b, 0, 45, c, 0, 45);
                kernels.sgemm(1, 45, 70, a, 0, 70, b, 0, 45, c, 0, 45);
                kernels.sgemm(13, 1, 70, a, 0, 70, b, 0, 1, c, 0, 1);
                kernels.unpackRaw10(packed, 0, 500, 1f, c, 0);
                kernels.unpackU16(packed, 0, 500, 6, 1f, c, 0);
                kernels.unpackU8(packed, 0, 500, 1f, c, 0);
                kernels.bin2x2(b, 0, 10, 60, c, 0);
                kernels.standardize(a, 0, 900, b, 0);
                kernels.standardize(a, 0, 900, buffer);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated, "bytes in 4000 calls");
    }

    private void checkProduct(int m, int n, int k, int offset, int gap) {
        Random random = new Random(SEED + m * 31L + n * 17L + k);
        float[] a = random(random, offset + m * (k + gap));
        float[] b = random(random, offset + k * (n + gap));
        float[] c = new float[offset + m * (n + gap)];
        Arrays.fill(c, GUARD);
        kernels().sgemm(m, n, k, a, offset, k + gap, b, offset, n + gap, c, offset, n + gap);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (double) a[offset + i * (k + gap) + p] * b[offset + p * (n + gap) + j];
                }
                // Elements are below 0.5, so 1e-6 per term is several times the rounding of any summation order.
                assertEquals(sum, c[offset + i * (n + gap) + j], 1e-6 * k + 1e-7, "row " + i + " column " + j);
            }
            for (int j = n; j < n + gap; j++) {
                assertEquals(GUARD, c[offset + i * (n + gap) + j], "gap after row " + i);
            }
        }
        for (int i = 0; i < offset; i++) {
            assertEquals(GUARD, c[i]);
        }
    }

    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    private static float[] guarded(int samples) {
        float[] out = new float[samples + 2];
        Arrays.fill(out, GUARD);
        return out;
    }

    private static void checkGuarded(int[] expected, float scale, float[] out) {
        assertEquals(GUARD, out[0]);
        assertEquals(GUARD, out[out.length - 1]);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i] * scale, out[i + 1], "sample " + i);
        }
    }
}
