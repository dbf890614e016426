/**
 * From a trained network to one whose chosen layers shift instead of multiplying: rounding, the error it makes layer by
 * layer, and a graph that runs on the ordinary backends with the same results a shift layer would give.
 */
package org.flatgaze.accel.shiftadd.convert;
