/**
 * The backends on our own kernels: ids {@code "cpu"}, {@code "cpu-scalar"} and {@code "cpu-vector"}, for float32 and 8-bit
 * graphs; steps that can yield within and between layers.
 */
package org.flatgaze.accel.cpu;
