package org.flatgaze.accel.graph;

/** Constant factors and biases of a convolution or linear layer. Not copied; must not be changed afterwards. */
public sealed interface Weights {

    /** Number of factors, biases not counted. */
    int count();

    /** Number of biases: one per output channel, or 0 if there are none. */
    int biases();

    /**
     * float32 factors.
     *
     * @param values output channels x input channels of a group x kernel rows x kernel columns, or outputs x inputs
     * @param bias one per output channel, or empty
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record Float32(float[] values, float[] bias) implements Weights {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public int biases() {
            return bias.length;
        }
    }

    /**
     * Symmetric int8 factors. The accumulator of output channel o is {@code sum w * (q - zeroPoint[channel of q]) +
     * bias[o]}, in 32 bits, and stands for {@code accumulator * accumulatorScale[o]}. With an input of one scale per
     * channel those scales are already inside the factors.
     *
     * @param values as in {@link Float32}, -128..127
     * @param bias one per output channel in accumulator units, or empty
     * @param accumulatorScale real units per accumulator step, one per output channel, finite and &gt; 0
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record Int8(byte[] values, int[] bias, float[] accumulatorScale) implements Weights {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public int biases() {
            return bias.length;
        }
    }
}
