package org.flatgaze.accel.array;

import java.util.Arrays;

/**
 * An n-dimensional array in row-major order, as it stands in a {@code .npy} file.
 *
 * <p>Immutable: the factories take over the array they are given without a copy (do not change it afterwards), the
 * accessors answer a fresh one. Shareable between threads. A shape without extents is a single number.
 */
public final class NpyArray {

    private final NpyType type;
    private final int[] shape;
    private final int size;

    /** byte[], short[], int[], long[], float[] or double[], by the width and kind of the type. */
    private final Object elements;

    NpyArray(NpyType type, Object elements, int length, int[] shape) {
        long size = 1;
        for (int extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("shape=" + Arrays.toString(shape) + ": expected no negative extent");
            }
            size = Math.multiplyExact(size, (long) extent);
        }
        if (size != length) {
            throw new IllegalArgumentException(
                    "shape=" + Arrays.toString(shape) + ": expected " + size + " elements, got " + length);
        }
        this.type = type;
        this.shape = shape.clone();
        this.size = length;
        this.elements = elements;
    }

    /** A float32 array. */
    public static NpyArray ofFloats(float[] elements, int... shape) {
        return new NpyArray(NpyType.FLOAT32, elements, elements.length, shape);
    }

    /** A float64 array. */
    public static NpyArray ofDoubles(double[] elements, int... shape) {
        return new NpyArray(NpyType.FLOAT64, elements, elements.length, shape);
    }

    /** A boolean array. */
    public static NpyArray ofBooleans(boolean[] elements, int... shape) {
        byte[] bytes = new byte[elements.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (elements[i] ? 1 : 0);
        }
        return new NpyArray(NpyType.BOOL, bytes, bytes.length, shape);
    }

    /** A uint8 array. */
    public static NpyArray ofBytes(byte[] elements, int... shape) {
        return new NpyArray(NpyType.UINT8, elements, elements.length, shape);
    }

    /** A uint16 array. */
    public static NpyArray ofShorts(short[] elements, int... shape) {
        return new NpyArray(NpyType.UINT16, elements, elements.length, shape);
    }

    /** An int32 array. */
    public static NpyArray ofInts(int[] elements, int... shape) {
        return new NpyArray(NpyType.INT32, elements, elements.length, shape);
    }

    /** An int64 array. */
    public static NpyArray ofLongs(long[] elements, int... shape) {
        return new NpyArray(NpyType.INT64, elements, elements.length, shape);
    }

    /** Element type. */
    public NpyType type() {
        return type;
    }

    /** Extents, outermost first; empty for a single number. */
    public int[] shape() {
        return shape.clone();
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    /**
     * The elements as single precision, from any type; booleans become 0 and 1. Integers beyond 2^24 and doubles are
     * rounded.
     */
    public float[] floats() {
        if (elements instanceof float[] floats) {
            return floats.clone();
        }
        float[] out = new float[size];
        for (int i = 0; i < size; i++) {
            out[i] = type == NpyType.FLOAT16 ? Float.float16ToFloat(((short[]) elements)[i]) : (float) real(i);
        }
        return out;
    }

    /** The elements as double precision, from any type; booleans become 0 and 1. */
    public double[] doubles() {
        if (elements instanceof double[] doubles) {
            return doubles.clone();
        }
        double[] out = new double[size];
        for (int i = 0; i < size; i++) {
            out[i] = real(i);
        }
        return out;
    }

    /**
     * The bits of 8-bit elements.
     *
     * @throws IllegalStateException if the type is not bool, uint8 or int8
     */
    public byte[] bytes() {
        if (elements instanceof byte[] bytes) {
            return bytes.clone();
        }
        throw wrongType("bool, uint8 or int8");
    }

    /**
     * The bits of 16-bit integers.
     *
     * @throws IllegalStateException if the type is not uint16 or int16
     */
    public short[] shorts() {
        if (elements instanceof short[] shorts && type != NpyType.FLOAT16) {
            return shorts.clone();
        }
        throw wrongType("uint16 or int16");
    }

    /**
     * The elements as 32-bit integers, from any integer type.
     *
     * @throws IllegalStateException if the type is a floating-point type
     * @throws ArithmeticException if an element does not fit
     */
    public int[] ints() {
        requireIntegers();
        int[] out = new int[size];
        for (int i = 0; i < size; i++) {
            out[i] = Math.toIntExact(integer(i));
        }
        return out;
    }

    /**
     * The elements as 64-bit integers, from any integer type.
     *
     * @throws IllegalStateException if the type is a floating-point type
     * @throws ArithmeticException if an element does not fit
     */
    public long[] longs() {
        requireIntegers();
        long[] out = new long[size];
        for (int i = 0; i < size; i++) {
            out[i] = integer(i);
        }
        return out;
    }

    /** Type and shape, such as {@code float32[3, 4]}. */
    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }

    /** The backing array, for the writer in this package. */
    Object elements() {
        return elements;
    }

    private double real(int i) {
        return switch (type) {
            case FLOAT16 -> Float.float16ToFloat(((short[]) elements)[i]);
            case FLOAT32 -> ((float[]) elements)[i];
            case FLOAT64 -> ((double[]) elements)[i];
            case UINT64 -> unsigned(((long[]) elements)[i]);
            case BOOL, UINT8, INT8, UINT16, INT16, UINT32, INT32, INT64 -> integer(i);
        };
    }

    private long integer(int i) {
        return switch (type) {
            case BOOL -> ((byte[]) elements)[i] == 0 ? 0 : 1;
            case UINT8 -> ((byte[]) elements)[i] & 0xff;
            case INT8 -> ((byte[]) elements)[i];
            case UINT16 -> ((short[]) elements)[i] & 0xffff;
            case INT16 -> ((short[]) elements)[i];
            case UINT32 -> ((int[]) elements)[i] & 0xffffffffL;
            case INT32 -> ((int[]) elements)[i];
            case INT64 -> ((long[]) elements)[i];
            case UINT64 -> {
                long bits = ((long[]) elements)[i];
                if (bits < 0) {
                    throw new ArithmeticException(
                            "element " + i + " is " + Long.toUnsignedString(bits) + ": too large");
                }
                yield bits;
            }
            case FLOAT16, FLOAT32, FLOAT64 -> throw wrongType("an integer type");
        };
    }

    /** Halved with the lost bit kept sticky, so that the one rounding is the right one; then doubled, which is exact. */
    private static double unsigned(long bits) {
        return bits >= 0 ? bits : 2.0 * ((bits >>> 1) | (bits & 1));
    }

    private void requireIntegers() {
        if (type.isFloating()) {
            throw wrongType("an integer type");
        }
    }

    private IllegalStateException wrongType(String expected) {
        return new IllegalStateException("array is " + this + ": expected " + expected);
    }
}
