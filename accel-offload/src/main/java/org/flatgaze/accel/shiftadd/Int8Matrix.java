package org.flatgaze.accel.shiftadd;

/**
 * Weights of a layer as signed bytes: one row per output.
 *
 * @param outputs rows
 * @param inputs columns: inputs of one output
 * @param values {@code outputs x inputs}, row-major; not copied, must not change afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: weights are never compared
public record Int8Matrix(int outputs, int inputs, byte[] values) {

    /** A sum of more products of two bytes could leave 32 bits. */
    public static final int MAX_INPUTS = Integer.MAX_VALUE / (128 * 128);

    public Int8Matrix {
        if (outputs < 1) {
            throw new IllegalArgumentException("outputs=" + outputs + ": expected >= 1");
        }
        if (inputs < 1 || inputs > MAX_INPUTS) {
            throw new IllegalArgumentException(
                    "inputs=" + inputs + ": expected 1.." + MAX_INPUTS + ", more could overflow the 32-bit sum");
        }
        if (values.length != (long) outputs * inputs) {
            throw new IllegalArgumentException(
                    "values.length=" + values.length + ": expected outputs * inputs = " + (long) outputs * inputs);
        }
    }
}
