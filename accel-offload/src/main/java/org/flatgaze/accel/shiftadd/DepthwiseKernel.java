package org.flatgaze.accel.shiftadd;

/**
 * Each channel with its own window of signed bytes. Owns its weights; one thread per instance; allocates nothing once
 * compiled.
 */
public interface DepthwiseKernel {

    /**
     * Computes one picture.
     *
     * @param x {@code height x width x channels} bytes from {@code xOffset}, all 256 codes allowed
     * @param y {@code outputHeight x outputWidth x channels} sums from {@code yOffset}, overwritten
     */
    void run(byte[] x, int xOffset, int[] y, int yOffset);
}
