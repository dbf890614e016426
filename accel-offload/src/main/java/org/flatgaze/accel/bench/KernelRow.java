package org.flatgaze.accel.bench;

/**
 * One measured kernel beside what it is held against.
 *
 * @param kernel what is computed
 * @param shape extents, with their names
 * @param variant which implementation, and after "vs" which one is the reference
 * @param us median microseconds of one call
 * @param referenceUs median microseconds of one call of the reference, measured in turns with the kernel
 * @param ratio {@code referenceUs / us}: above 1 the kernel wins, below 1 it loses
 */
public record KernelRow(String kernel, String shape, String variant, double us, double referenceUs, double ratio) {

    public KernelRow(String kernel, String shape, String variant, double us, double referenceUs) {
        this(kernel, shape, variant, us, referenceUs, referenceUs / us);
    }
}
