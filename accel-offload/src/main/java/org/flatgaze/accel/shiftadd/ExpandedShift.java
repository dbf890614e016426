package org.flatgaze.accel.shiftadd;

import java.util.ArrayList;
import java.util.List;

/**
 * Shift weights written out as signed bytes, so that a shift layer runs through the int8 product without any loss.
 *
 * <p>Row {@code o} is scaled by {@code 2^rowShift(o)}, which makes its weights whole. A byte holds {@code 2^0..2^6}; wider
 * rows are split over planes, plane {@code j} worth {@code 2^(7 j)}. The one exception saves a plane: {@code -2^7} fits a
 * byte, so eight exponents fit one plane if all weights of the largest are negative.
 */
public final class ExpandedShift {

    private static final int PLANE_BITS = 7;
    private static final int LARGEST_INPUT = 128;

    private final List<Int8Matrix> planes;
    private final byte[] rowShifts;

    private ExpandedShift(List<Int8Matrix> planes, byte[] rowShifts) {
        this.planes = List.copyOf(planes);
        this.rowShifts = rowShifts;
    }

    /**
     * Expands weights for activations of any signed byte.
     *
     * @throws IllegalArgumentException if the sum of a row could leave 32 bits
     */
    public static ExpandedShift of(ShiftWeights weights) {
        int outputs = weights.outputs();
        int inputs = weights.inputs();
        byte[] rowShifts = new byte[outputs];
        int widest = 0;
        boolean lowestPlaneHoldsTop = true;
        for (int o = 0; o < outputs; o++) {
            int rowShift = weights.largestShift(o);
            rowShifts[o] = (byte) rowShift;
            long bound = 0;
            for (int at = o * inputs; at < (o + 1) * inputs; at++) {
                if (weights.signs()[at] != 0) {
                    int power = rowShift - weights.shifts()[at];
                    bound += (long) LARGEST_INPUT << power;
                    widest = Math.max(widest, power);
                    lowestPlaneHoldsTop &= power < PLANE_BITS || (power == PLANE_BITS && weights.signs()[at] < 0);
                }
            }
            if (bound > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("row " + o + ": its sum could reach " + bound
                        + ": expected at most 2^31 - 1; fewer inputs or exponents are needed");
            }
        }
        int planeCount = lowestPlaneHoldsTop ? 1 : widest / PLANE_BITS + 1;
        List<Int8Matrix> planes = new ArrayList<>();
        for (int plane = 0; plane < planeCount; plane++) {
            byte[] values = new byte[Math.multiplyExact(outputs, inputs)];
            for (int at = 0; at < values.length; at++) {
                int power = rowShifts[at / inputs] - weights.shifts()[at] - plane * PLANE_BITS;
                boolean here = planeCount == 1 || (power >= 0 && power < PLANE_BITS);
                if (weights.signs()[at] != 0 && here) {
                    values[at] = (byte) (weights.signs()[at] * (1 << power));
                }
            }
            planes.add(new Int8Matrix(outputs, inputs, values));
        }
        return new ExpandedShift(planes, rowShifts);
    }

    /** Weight planes, worth {@code 2^0, 2^7, ...}. */
    public List<Int8Matrix> planes() {
        return planes;
    }

    /** The sums of an output are multiples of {@code 2^-rowShift} of the input's step. */
    public int rowShift(int output) {
        return rowShifts[output];
    }

    /**
     * The layer itself: exact sums in steps of {@code 2^-rowShift}.
     *
     * @param kernels whose int8 product runs it
     * @param maxRows most rows a call will have
     */
    public MatrixKernel kernel(ShiftAddKernels kernels, int maxRows) {
        if (planes.size() == 1) {
            return kernels.product(planes.getFirst());
        }
        List<MatrixKernel> products = planes.stream().map(kernels::product).toList();
        int outputs = planes.getFirst().outputs();
        int[] part = new int[Math.multiplyExact(maxRows, outputs)];
        return (rows, x, xOffset, y, yOffset) -> {
            if (rows > maxRows) {
                throw new IllegalArgumentException("rows=" + rows + ": expected at most maxRows = " + maxRows);
            }
            products.getFirst().run(rows, x, xOffset, y, yOffset);
            int count = rows * outputs;
            for (int plane = 1; plane < products.size(); plane++) {
                products.get(plane).run(rows, x, xOffset, part, 0);
                int shift = plane * PLANE_BITS;
                for (int i = 0; i < count; i++) {
                    y[yOffset + i] += part[i] << shift;
                }
            }
        };
    }
}
