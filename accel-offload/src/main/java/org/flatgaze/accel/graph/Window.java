package org.flatgaze.accel.graph;

/** A sliding window over the rows and columns of a picture; padding is zeros (the lowest number for a maximum). */
public record Window(
        int kernelRows,
        int kernelColumns,
        int strideRows,
        int strideColumns,
        int padTop,
        int padLeft,
        int padBottom,
        int padRight,
        int dilationRows,
        int dilationColumns) {

    public Window {
        if (kernelRows < 1 || kernelColumns < 1) {
            throw new IllegalArgumentException(
                    "kernel=" + kernelRows + "x" + kernelColumns + ": expected at least 1x1");
        }
        if (strideRows < 1 || strideColumns < 1) {
            throw new IllegalArgumentException(
                    "stride=" + strideRows + "x" + strideColumns + ": expected at least 1x1");
        }
        if (dilationRows < 1 || dilationColumns < 1) {
            throw new IllegalArgumentException(
                    "dilation=" + dilationRows + "x" + dilationColumns + ": expected at least 1x1");
        }
        if (padTop < 0 || padLeft < 0 || padBottom < 0 || padRight < 0) {
            throw new IllegalArgumentException(
                    "pads=" + padTop + "," + padLeft + "," + padBottom + "," + padRight + ": expected none below 0");
        }
    }

    /** A square kernel with equal padding on all sides and no dilation. */
    public static Window square(int kernel, int stride, int pad) {
        return new Window(kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 1);
    }

    /** Rows the window covers, gaps of a dilation included. */
    public int spanRows() {
        return (kernelRows - 1) * dilationRows + 1;
    }

    /** Columns the window covers, gaps of a dilation included. */
    public int spanColumns() {
        return (kernelColumns - 1) * dilationColumns + 1;
    }

    /** Output rows for this many input rows; below 1 if the window does not fit. */
    public int outRows(int rows) {
        return Math.floorDiv(rows + padTop + padBottom - spanRows(), strideRows) + 1;
    }

    /** Output columns for this many input columns; below 1 if the window does not fit. */
    public int outColumns(int columns) {
        return Math.floorDiv(columns + padLeft + padRight - spanColumns(), strideColumns) + 1;
    }

    /** Whether every output pixel sees exactly the input pixel in its own place. */
    public boolean isPointwise() {
        return kernelRows == 1 && kernelColumns == 1 && strideRows == 1 && strideColumns == 1 && !isPadded();
    }

    public boolean isPadded() {
        return (padTop | padLeft | padBottom | padRight) != 0;
    }

    /** Positions in the kernel. */
    public int taps() {
        return kernelRows * kernelColumns;
    }

    @Override
    public String toString() {
        return kernelRows + "x" + kernelColumns + "/" + strideRows
                + (strideColumns == strideRows ? "" : "x" + strideColumns);
    }
}
