/** Timing kernels against each other on a busy machine, and the register of kernel families the command line measures. */
package org.flatgaze.accel.bench;
