package org.flatgaze.accel.cpu;

import java.util.Arrays;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Window;

/**
 * The input rows under a sliding window, with their padding, dense, in a ring: each input row is copied once while the
 * window moves down. Padding is 0, which for 8-bit tensors is the zero point, as they are kept with it taken off.
 */
final class PaddedRows {

    private final Window window;
    private final Shape in;
    private final TensorView view;
    private final float[] arena;
    private final float[] ring;
    private final int rowFloats;
    private final int[] taps;
    private int next;

    PaddedRows(Window window, Shape in, TensorView view, Memory memory) {
        this.window = window;
        this.in = in;
        this.view = view;
        this.arena = memory.arena();
        this.ring = memory.scratch();
        this.rowFloats = rowFloats(window, in, view.channels());
        this.taps = new int[window.dilationColumns() == 1 ? window.kernelRows() : window.taps()];
    }

    /** Floats of scratch the ring takes. */
    static int scratchFloats(Window window, Shape in, int channels) {
        return Math.multiplyExact(window.spanRows(), rowFloats(window, in, channels));
    }

    private static int rowFloats(Window window, Shape in, int channels) {
        return Math.multiplyExact(window.padLeft() + in.columns() + window.padRight(), channels);
    }

    /** Starts over: the next output row need not follow the last one. */
    void restart(int outputRow) {
        next = outputRow * window.strideRows() - window.padTop();
    }

    /** Brings in the input rows under an output row, in ascending order from {@link #restart}; updates the taps. */
    void advanceTo(int outputRow) {
        int top = outputRow * window.strideRows() - window.padTop();
        next = Math.max(next, top);
        for (; next < top + window.spanRows(); next++) {
            copyRow(next);
        }
        int t = 0;
        for (int ky = 0; ky < window.kernelRows(); ky++) {
            int base = slot(top + ky * window.dilationRows());
            if (window.dilationColumns() == 1) {
                taps[t++] = base;
            } else {
                for (int kx = 0; kx < window.kernelColumns(); kx++) {
                    taps[t++] = base + kx * window.dilationColumns() * view.channels();
                }
            }
        }
    }

    /** Start offsets of the positions of the kernel in {@link #ring()} for the first output column. */
    int[] taps() {
        return taps;
    }

    /** Contiguous floats per tap. */
    int run() {
        return window.dilationColumns() == 1 ? window.kernelColumns() * view.channels() : view.channels();
    }

    float[] ring() {
        return ring;
    }

    /** Floats from one output pixel to the next. */
    int pixelStep() {
        return window.strideColumns() * view.channels();
    }

    private int slot(int row) {
        return Math.floorMod(row, window.spanRows()) * rowFloats;
    }

    private void copyRow(int row) {
        int to = slot(row);
        if (row < 0 || row >= in.rows()) {
            Arrays.fill(ring, to, to + rowFloats, 0f);
            return;
        }
        int channels = view.channels();
        int columns = in.columns();
        int first = to + window.padLeft() * channels;
        int last = first + columns * channels;
        Arrays.fill(ring, to, first, 0f);
        Arrays.fill(ring, last, to + rowFloats, 0f);
        int from = view.offset() + row * columns * view.step();
        if (view.step() == channels) {
            System.arraycopy(arena, from, ring, first, columns * channels);
        } else if (channels == 1) {
            for (int x = 0; x < columns; x++) {
                ring[first + x] = arena[from + x * view.step()];
            }
        } else {
            for (int x = 0; x < columns; x++) {
                System.arraycopy(arena, from + x * view.step(), ring, first + x * channels, channels);
            }
        }
    }
}
