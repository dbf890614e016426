package org.flatgaze.accel.kernels;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector kernels that turn raw pixels into floats and floats into a net's input. Widths follow from the preferred
 * int species, so a conversion always fills one register: a quarter of its bytes become one vector of floats.
 */
final class PixelKernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final VectorSpecies<Short> HALF_SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));
    private static final VectorSpecies<Byte> HALF_BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));

    /** Unused at 128 bits: there is no vector of 4 bytes. */
    private static final VectorSpecies<Byte> QUARTER_BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, INTS.vectorBitSize() / 4)));

    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> HALF_FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));

    /** Puts, for every sample, its upper byte low and its group's fifth byte high into one short. */
    private static final VectorShuffle<Byte> RAW10_PAIRS =
            VectorShuffle.fromOp(HALF_BYTES, i -> 5 * (i / 8) + ((i & 1) == 0 ? (i / 2) % 4 : 4));

    /** Every value beside the one it is added to: 1 0 3 2 ... */
    private static final VectorShuffle<Float> NEIGHBOURS = VectorShuffle.fromOp(FLOATS, i -> i ^ 1);

    /** Values 0, 2, 4 ... into the lower half and, of a second vector, into the upper half. */
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(FLOATS, i -> 2 * i % FLOATS.length());

    private static final VectorMask<Float> UPPER =
            VectorMask.fromLong(FLOATS, (1L << FLOATS.length()) - (1L << (FLOATS.length() / 2)));

    private static final int CHUNK = 1024;

    private final float[] chunk = new float[CHUNK];
    private final short[] lowBitFactors = new short[LANES];

    PixelKernels() {
        for (int i = 0; i < LANES; i++) {
            lowBitFactors[i] = (short) (64 >> (2 * (i % 4)));
        }
    }

    void raw10(byte[] packed, int offset, int samples, float scale, float[] out, int outOffset) {
        int bytes = HALF_BYTES.length();
        int used = 5 * LANES / 4;
        int i = 0;
        int at = offset;
        // A per-lane shift of 16-bit lanes is missing before AVX-512, a multiplication is not: bring the pair of bits
        // to
        // bits 6..7, then shift all lanes alike.
        ShortVector factors = ShortVector.fromArray(HALF_SHORTS, lowBitFactors, 0);
        FloatVector scales = FloatVector.broadcast(FLOATS, scale);
        for (; i <= samples - LANES && at + bytes <= packed.length; i += LANES, at += used) {
            ShortVector pairs = ByteVector.fromArray(HALF_BYTES, packed, at)
                    .rearrange(RAW10_PAIRS)
                    .reinterpretAsShorts();
            ShortVector high = pairs.and((short) 0xff).lanewise(VectorOperators.LSHL, 2);
            ShortVector low = pairs.lanewise(VectorOperators.LSHR, 8)
                    .mul(factors)
                    .lanewise(VectorOperators.LSHR, 6)
                    .and((short) 3);
            FloatVector value = (FloatVector) high.or(low)
                    .convertShape(VectorOperators.S2I, INTS, 0)
                    .convertShape(VectorOperators.I2F, FLOATS, 0);
            value.mul(scales).intoArray(out, outOffset + i);
        }
        ScalarKernels.raw10(packed, offset, i, samples, scale, out, outOffset);
    }

    void u16(byte[] data, int offset, int samples, int rightShift, float scale, float[] out, int outOffset) {
        int i = 0;
        FloatVector scales = FloatVector.broadcast(FLOATS, scale);
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            for (; i <= samples - LANES; i += LANES) {
                ShortVector words =
                        ByteVector.fromArray(HALF_BYTES, data, offset + 2 * i).reinterpretAsShorts();
                IntVector value = (IntVector) words.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
                FloatVector real = (FloatVector)
                        value.lanewise(VectorOperators.LSHR, rightShift).convertShape(VectorOperators.I2F, FLOATS, 0);
                real.mul(scales).intoArray(out, outOffset + i);
            }
        }
        ScalarKernels.u16(data, offset, i, samples, rightShift, scale, out, outOffset);
    }

    void u8(byte[] data, int offset, int samples, float scale, float[] out, int outOffset) {
        int i = 0;
        if (INTS.vectorBitSize() > 128) {
            FloatVector scales = FloatVector.broadcast(FLOATS, scale);
            for (; i <= samples - LANES; i += LANES) {
                FloatVector value = (FloatVector) ByteVector.fromArray(QUARTER_BYTES, data, offset + i)
                        .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0)
                        .convertShape(VectorOperators.I2F, FLOATS, 0);
                value.mul(scales).intoArray(out, outOffset + i);
            }
        }
        ScalarKernels.u8(data, offset, i, samples, scale, out, outOffset);
    }

    static void bin(float[] in, int at, int cols, float[] out, int outAt) {
        int i = 0;
        for (; i <= cols / 2 - LANES; i += LANES) {
            int top = at + 2 * i;
            FloatVector left =
                    FloatVector.fromArray(FLOATS, in, top).add(FloatVector.fromArray(FLOATS, in, top + cols));
            FloatVector right = FloatVector.fromArray(FLOATS, in, top + LANES)
                    .add(FloatVector.fromArray(FLOATS, in, top + LANES + cols));
            FloatVector lower = left.add(left.rearrange(NEIGHBOURS)).rearrange(EVEN);
            FloatVector upper = right.add(right.rearrange(NEIGHBOURS)).rearrange(EVEN);
            lower.blend(upper, UPPER).mul(0.25f).intoArray(out, outAt + i);
        }
        ScalarKernels.bin(in, at, cols, i, out, outAt);
    }

    void standardize(float[] x, int offset, int n, float[] out, int outOffset) {
        if (n == 0) {
            return;
        }
        double mean = mean(x, offset, n);
        float inverse = ScalarKernels.inverseDeviation(variance(x, offset, n, mean));
        scale(x, offset, n, (float) mean, inverse, out, outOffset);
    }

    void standardize(float[] x, int offset, int n, FloatBuffer out) {
        if (n == 0) {
            return;
        }
        double mean = mean(x, offset, n);
        float inverse = ScalarKernels.inverseDeviation(variance(x, offset, n, mean));
        for (int start = 0; start < n; start += CHUNK) {
            int count = Math.min(CHUNK, n - start);
            scale(x, offset + start, count, (float) mean, inverse, chunk, 0);
            out.put(start, chunk, 0, count);
        }
    }

    private static void scale(float[] x, int offset, int n, float mean, float inverse, float[] out, int outOffset) {
        ScalarKernels.scale(x, offset, 0, n, mean, inverse, out, outOffset);
    }

    /** C2 keeps the order of a floating-point sum and so leaves it scalar; several partial sums are the point here. */
    private static double mean(float[] x, int offset, int n) {
        int step = DOUBLES.length();
        DoubleVector sum0 = DoubleVector.zero(DOUBLES);
        DoubleVector sum1 = sum0;
        int i = 0;
        for (; i <= n - 2 * step; i += 2 * step) {
            sum0 = sum0.add(widen(x, offset + i));
            sum1 = sum1.add(widen(x, offset + i + step));
        }
        double sum = sum0.add(sum1).reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            sum += x[offset + i];
        }
        return sum / n;
    }

    private static double variance(float[] x, int offset, int n, double mean) {
        int step = DOUBLES.length();
        DoubleVector sum0 = DoubleVector.zero(DOUBLES);
        DoubleVector sum1 = sum0;
        int i = 0;
        for (; i <= n - 2 * step; i += 2 * step) {
            DoubleVector d0 = widen(x, offset + i).sub(mean);
            DoubleVector d1 = widen(x, offset + i + step).sub(mean);
            sum0 = d0.fma(d0, sum0);
            sum1 = d1.fma(d1, sum1);
        }
        double sum = sum0.add(sum1).reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            double d = x[offset + i] - mean;
            sum += d * d;
        }
        return sum / n;
    }

    private static DoubleVector widen(float[] x, int at) {
        return (DoubleVector) FloatVector.fromArray(HALF_FLOATS, x, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
    }
}
