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
public record LayerRounding(String layer, boolean shifted, int weights, int zeros, double weightError) {}
