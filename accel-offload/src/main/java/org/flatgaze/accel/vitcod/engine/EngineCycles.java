package org.flatgaze.accel.vitcod.engine;

/**
 * Cycles of the attention of one or more layers.
 *
 * @param load external memory
 * @param decode head decoder on the loaded vectors
 * @param scores sampled dense-dense product q k^T
 * @param softmax exponentials and normalisation; 0 in {@link Mode#PAPER}, which leaves them out
 * @param values sparse product with v
 */
public record EngineCycles(double load, double decode, double scores, double softmax, double values) {

    /** Nothing. */
    public static final EngineCycles NONE = new EngineCycles(0, 0, 0, 0, 0);

    /** What is computed, without the decoder. */
    public double compute() {
        return scores + softmax + values;
    }

    /** The longer of memory and arithmetic, as the simulator counts: loads overlap with everything else. */
    public double total() {
        return Math.max(load, decode + compute());
    }

    /** Sums part by part; the total of a model is taken over the sums, not added up. */
    public EngineCycles plus(EngineCycles other) {
        return new EngineCycles(
                load + other.load,
                decode + other.decode,
                scores + other.scores,
                softmax + other.softmax,
                values + other.values);
    }

    /** What is counted. */
    public enum Mode {
        /** The released simulator's arithmetic, its defects included. */
        PAPER,
        /** All heads, softmax, index and output traffic; the same array and memory. */
        FAIR
    }
}
