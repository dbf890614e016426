/**
 * Arithmetic kernels, each as plain loops and with the Vector API behind {@link org.flatgaze.accel.kernels.KernelSet}.
 * The plain loops are the reference; the vector twin is chosen where
 * {@link org.flatgaze.accel.kernels.VectorSupport#isUsable()} says that it is compiled well.
 */
package org.flatgaze.accel.kernels;
