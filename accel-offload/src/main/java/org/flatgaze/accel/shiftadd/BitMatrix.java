package org.flatgaze.accel.shiftadd;

import java.util.Arrays;

/**
 * Rows of bits, packed little-endian into 64-bit words; bits past the last column are zero.
 *
 * <p>Not safe for use by several threads while bits are set.
 */
public final class BitMatrix {

    private final int rows;
    private final int columns;
    private final int wordsPerRow;
    private final long[] words;

    /** All zeros. */
    public BitMatrix(int rows, int columns) {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException("rows=" + rows + " columns=" + columns + ": expected both >= 1");
        }
        this.rows = rows;
        this.columns = columns;
        wordsPerRow = (columns + 63) / 64;
        words = new long[Math.multiplyExact(rows, wordsPerRow)];
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** Words a row takes; row {@code r} starts at word {@code r * wordsPerRow}. */
    public int wordsPerRow() {
        return wordsPerRow;
    }

    public boolean get(int row, int column) {
        return ((words[index(row, column)] >>> column) & 1L) != 0;
    }

    public void set(int row, int column, boolean bit) {
        int index = index(row, column);
        long mask = 1L << column;
        words[index] = bit ? words[index] | mask : words[index] & ~mask;
    }

    /**
     * Binarises with a frozen threshold: a bit is set where the value is strictly greater.
     *
     * <p>The threshold belongs to the exported model. A mean over the tensor at hand would make a result depend on what
     * else is in the batch.
     *
     * @param values {@code rows x columns}; NaN gives 0
     */
    public void binarize(float[] values, float threshold) {
        if (values.length != (long) rows * columns) {
            throw new IllegalArgumentException(
                    "values.length=" + values.length + ": expected rows * columns = " + (long) rows * columns);
        }
        Arrays.fill(words, 0);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                if (values[r * columns + c] > threshold) {
                    words[r * wordsPerRow + (c >> 6)] |= 1L << c;
                }
            }
        }
    }

    /** The live words, for kernels of this package. */
    long[] words() {
        return words;
    }

    private int index(int row, int column) {
        if (row < 0 || row >= rows || column < 0 || column >= columns) {
            throw new IllegalArgumentException(
                    "row=" + row + " column=" + column + ": expected 0.." + (rows - 1) + " and 0.." + (columns - 1));
        }
        return row * wordsPerRow + (column >> 6);
    }
}
