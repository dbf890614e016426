package org.flatgaze.accel.kernels;

/** Argument checks shared by every kernel set, so that all refuse the same calls with the same words. */
final class Extents {

    private Extents() {}

    static void checkMatrix(String name, float[] array, int offset, int stride, int rows, int columns) {
        if (rows < 0
                || columns < 0
                || offset < 0
                || stride < columns
                || array.length < end(offset, stride, rows, columns)) {
            throw new IllegalArgumentException("matrix " + name + ": rows=" + rows + " columns=" + columns + " offset="
                    + offset + " stride=" + stride + " length=" + array.length
                    + ": expected extents >= 0, stride >= columns and length >= "
                    + end(offset, stride, rows, columns));
        }
    }

    static void checkRun(String name, int length, int offset, long count) {
        if (offset < 0 || count < 0 || offset + count > length) {
            throw new IllegalArgumentException(name + ": offset=" + offset + " count=" + count + " length=" + length
                    + ": expected offset >= 0, count >= 0 and offset + count <= length");
        }
    }

    /** Bytes that hold {@code samples} RAW10 samples: a partly used last group still ends with its fifth byte. */
    static long raw10Bytes(int samples) {
        return 5L * ((samples + 3L) / 4);
    }

    static void checkShift(int rightShift) {
        if (rightShift < 0 || rightShift > 15) {
            throw new IllegalArgumentException("rightShift=" + rightShift + ": expected 0..15");
        }
    }

    /** For a plane of rows x cols and the means of its blocks of 2 x 2. */
    static void checkBlocks(float[] in, int inOffset, int rows, int cols, float[] out, int outOffset) {
        if (rows < 0 || cols < 0 || rows % 2 != 0 || cols % 2 != 0) {
            throw new IllegalArgumentException("rows=" + rows + " cols=" + cols + ": expected even and at least 0");
        }
        checkRun("in", in.length, inOffset, (long) rows * cols);
        checkRun("out", out.length, outOffset, (long) rows * cols / 4);
    }

    private static long end(int offset, int stride, int rows, int columns) {
        if (rows <= 0 || columns <= 0) {
            return offset;
        }
        return offset + (rows - 1L) * stride + columns;
    }
}
