package org.flatgaze.accel.shiftadd.convert;

/**
 * What rounding did to a layer.
 *
 * @param layer its name
 * @param shifted whether it became a shift layer
 * @param weights factors
 * @param zeros factors that became zero
 * @param weightError root mean square error of the weights over their root mean square
 */
public record LayerRounding(String layer, boolean shifted, int weights, int zeros, double weightError) {

    /** Powers of two that went through a batch normalisation in float32 are off by an ulp or two. */
    private static final double EXACT = 1e-6;

    /** Whether it became a shift layer and lost nothing by it: it was trained as one. */
    public boolean isExact() {
        return shifted && weightError <= EXACT;
    }
}
