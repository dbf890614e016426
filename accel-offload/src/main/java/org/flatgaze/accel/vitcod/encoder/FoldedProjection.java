package org.flatgaze.accel.vitcod.encoder;

/**
 * A q or k projection with the encoder folded into it: linear after linear is one matrix, with {@code compressed} heads
 * of outputs instead of {@code heads}. Exact up to rounding; only the decoder is left to run.
 *
 * <p>The published code runs encoder and decoder behind the full projection, which costs more than it saves on a CPU.
 */
public final class FoldedProjection {

    private final int inputs;
    private final int outputs;
    private final float[] weights;
    private final float[] bias;

    private FoldedProjection(int inputs, int outputs, float[] weights, float[] bias) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.weights = weights;
        this.bias = bias;
    }

    /**
     * Folds an encoder into a projection.
     *
     * @param weights inputs x (heads * channels), row-major: {@code q = x weights + bias}
     * @param bias heads * channels
     * @throws IllegalArgumentException if the shapes do not fit the encoder
     */
    public static FoldedProjection fold(
            HeadAutoEncoder encoder, int inputs, int channels, float[] weights, float[] bias) {
        int full = encoder.heads() * channels;
        int folded = encoder.compressed() * channels;
        if (weights.length != (long) inputs * full || bias.length != full) {
            throw new IllegalArgumentException("weights.length=" + weights.length + ", bias.length=" + bias.length
                    + ": expected inputs x heads x channels = " + inputs + " x " + encoder.heads() + " x " + channels
                    + " and " + full);
        }
        float[] w = new float[inputs * folded];
        float[] b = new float[folded];
        for (int i = 0; i < encoder.compressed(); i++) {
            for (int c = 0; c < channels; c++) {
                int to = i * channels + c;
                for (int row = 0; row < inputs; row++) {
                    double sum = 0;
                    for (int h = 0; h < encoder.heads(); h++) {
                        sum += (double) encoder.encoderAt(i, h) * weights[row * full + h * channels + c];
                    }
                    w[row * folded + to] = (float) sum;
                }
                double sum = encoder.encoderBiasAt(i);
                for (int h = 0; h < encoder.heads(); h++) {
                    sum += (double) encoder.encoderAt(i, h) * bias[h * channels + c];
                }
                b[to] = (float) sum;
            }
        }
        return new FoldedProjection(inputs, folded, w, b);
    }

    /** Columns of the input. */
    public int inputs() {
        return inputs;
    }

    /** Columns of the result: compressed heads times channels. */
    public int outputs() {
        return outputs;
    }

    /** inputs x outputs, row-major; a fresh copy. */
    public float[] weights() {
        return weights.clone();
    }

    /** One per output; a fresh copy. */
    public float[] bias() {
        return bias.clone();
    }

    /**
     * Multiply-accumulates of the q and k projections of one layer.
     *
     * @param full without encoder
     * @param folded with the encoder folded in
     * @param decoders what the two decoders cost at run time
     * @param atRunTime what encoders and decoders cost when run behind the full projections, as published
     */
    public record Macs(long full, long folded, long decoders, long atRunTime) {

        /** Counts for one layer. */
        public static Macs of(int tokens, int inputs, int heads, int channels, int compressed) {
            long perHead = 2L * tokens * inputs * channels;
            long coding = 2L * tokens * channels * heads * compressed;
            return new Macs(perHead * heads, perHead * compressed, coding, perHead * heads + 2 * coding);
        }

        /** Saved by folding, before the decoders are paid. */
        public long saved() {
            return full - folded;
        }
    }
}
