package org.flatgaze.accel.emulator;

import java.util.List;
import org.flatgaze.accel.graph.Layer;

/**
 * How wide the sums of products are, and what they reached.
 *
 * <p>Narrow sums wrap around. Since wrapping commutes with adding, it does not matter whether a partial sum leaves the
 * range, only whether the final one does: that is what is counted.
 */
public final class Accumulators {

    /** Width of a sum. */
    public enum Width {
        /** Never wraps for the graphs the validator lets through: the reference. */
        BITS_32(32),
        /** As in the public description of a sibling of the paper's chip. */
        BITS_24(24);

        private final int bits;

        Width(int bits) {
            this.bits = bits;
        }

        public int bits() {
            return bits;
        }
    }

    /**
     * What the sums of one layer reached since the interpreter was made.
     *
     * @param layer name
     * @param largest magnitude of an exact sum
     * @param overflows final sums outside the range of the width
     */
    public record Reached(String layer, long largest, long overflows) {}

    private final int shift;
    private final long limit;
    private final long[] largest;
    private final long[] overflows;

    Accumulators(Width width, int layers) {
        this.shift = 32 - width.bits();
        this.limit = 1L << (width.bits() - 1);
        this.largest = new long[layers];
        this.overflows = new long[layers];
    }

    /** What is left of these exact sums, in place. */
    void narrow(int layer, int[] sums, int count) {
        int low = 0;
        int high = 0;
        for (int i = 0; i < count; i++) {
            low = Math.min(low, sums[i]);
            high = Math.max(high, sums[i]);
        }
        largest[layer] = Math.max(largest[layer], Math.max(high, -(long) low));
        if (high < limit && low >= -limit) {
            return;
        }
        for (int i = 0; i < count; i++) {
            int wrapped = sums[i] << shift >> shift;
            if (wrapped != sums[i]) {
                overflows[layer]++;
                sums[i] = wrapped;
            }
        }
    }

    List<Reached> reached(List<Layer> layers) {
        return java.util.stream.IntStream.range(0, layers.size())
                .filter(i -> largest[i] > 0)
                .mapToObj(i -> new Reached(layers.get(i).name(), largest[i], overflows[i]))
                .toList();
    }
}
