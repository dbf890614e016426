package org.flatgaze.accel.shiftadd.convert;

import java.util.Set;
import org.flatgaze.accel.shiftadd.ShiftFormat;

/**
 * Which layers become shift layers, and with how many bits. The rest stays as it is. There is no choice "adder": distances
 * to weights that were trained as factors mean nothing, an adder layer has to be trained as one.
 *
 * @param weightBits 3..5 bits a weight, one code of which is zero (DeepShift-PS)
 * @param keepFirst leave the first product as it is, as AdderNet and DeepShift do
 * @param keepLast leave the last product as it is
 * @param keepDepthwise leave depth-wise convolutions as they are: few weights, large errors
 * @param keep names of further layers to leave
 */
public record ShiftPolicy(
        int weightBits, boolean keepFirst, boolean keepLast, boolean keepDepthwise, Set<String> keep) {

    public ShiftPolicy {
        if (weightBits < 3 || weightBits > 5) {
            throw new IllegalArgumentException("weightBits=" + weightBits + ": expected 3..5");
        }
        keep = Set.copyOf(keep);
    }

    /** Four bits, first, last and depth-wise layers kept. */
    public static ShiftPolicy standard() {
        return new ShiftPolicy(4, true, true, true, Set.of());
    }

    /** Powers of two of the format; what is smaller than half the smallest becomes zero. */
    ShiftFormat format() {
        int lowest = ShiftFormat.ps(weightBits).minExponent();
        return new ShiftFormat(lowest, Math.scalb(1f, lowest - 1));
    }
}
