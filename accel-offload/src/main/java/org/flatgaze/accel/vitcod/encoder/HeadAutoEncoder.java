package org.flatgaze.accel.vitcod.encoder;

import java.util.Arrays;

/**
 * A linear auto-encoder across heads: the values of one token and channel in all heads, {@code heads} numbers, become
 * {@code compressed} and {@code heads} again, both with bias. One for q and one for k per layer (ViTCoD, HPCA 2023,
 * section on the auto-encoder module).
 *
 * <p>Rows of a token hold its heads one after the other, {@code heads x channels}. Immutable.
 */
public final class HeadAutoEncoder {

    private final int heads;
    private final int compressed;
    private final float[][] encoder;
    private final float[] encoderBias;
    private final float[][] decoder;
    private final float[] decoderBias;

    /**
     * An auto-encoder with given weights, such as trained ones.
     *
     * @param encoder compressed x heads
     * @param encoderBias compressed
     * @param decoder heads x compressed
     * @param decoderBias heads
     * @throws IllegalArgumentException if shapes do not fit or a weight is not finite
     */
    public HeadAutoEncoder(float[][] encoder, float[] encoderBias, float[][] decoder, float[] decoderBias) {
        compressed = encoder.length;
        heads = decoder.length;
        requireShape("encoder", encoder, compressed, heads);
        requireShape("decoder", decoder, heads, compressed);
        if (encoderBias.length != compressed || decoderBias.length != heads || compressed > heads) {
            throw new IllegalArgumentException("encoderBias.length=" + encoderBias.length + ", decoderBias.length="
                    + decoderBias.length + ": expected " + compressed + " and " + heads + ", fewer or as many inside");
        }
        this.encoder = copy(encoder);
        this.encoderBias = encoderBias.clone();
        this.decoder = copy(decoder);
        this.decoderBias = decoderBias.clone();
    }

    private static void requireShape(String name, float[][] matrix, int rows, int columns) {
        boolean fits = rows > 0 && columns > 0;
        for (float[] row : matrix) {
            fits &= row.length == columns;
            for (float weight : row) {
                if (!Float.isFinite(weight)) {
                    throw new IllegalArgumentException(name + " holds " + weight + ": expected finite weights");
                }
            }
        }
        if (!fits) {
            throw new IllegalArgumentException(name + ": expected " + rows + " rows of " + columns);
        }
    }

    private static float[][] copy(float[][] matrix) {
        float[][] copy = new float[matrix.length][];
        Arrays.setAll(copy, i -> matrix[i].clone());
        return copy;
    }

    /** Heads left by the published compression: half, rounded up (LeViT-256's middle stage alone has four of six). */
    public static int publishedCompression(int heads) {
        return (heads + 1) / 2;
    }

    /**
     * The auto-encoder of least squared error on samples, in closed form: the leading principal directions.
     *
     * @param samples rows of q or k of many tokens, {@code rows x (heads * channels)}
     * @throws IllegalArgumentException if the samples are no whole rows, none, or hold a value that is not finite
     */
    public static HeadAutoEncoder fit(float[] samples, int heads, int channels, int compressed) {
        int row = Math.multiplyExact(heads, channels);
        if (compressed < 1 || compressed > heads) {
            throw new IllegalArgumentException("compressed=" + compressed + ": expected 1.." + heads);
        }
        if (samples.length == 0 || samples.length % row != 0) {
            throw new IllegalArgumentException("samples.length=" + samples.length
                    + ": expected whole rows of heads x channels = " + heads + " x " + channels);
        }
        double count = (double) samples.length / heads;
        double[] mean = new double[heads];
        double[][] covariance = new double[heads][heads];
        double[] vector = new double[heads];
        for (int pass = 0; pass < 2; pass++) {
            for (int at = 0; at < samples.length; at += row) {
                for (int c = 0; c < channels; c++) {
                    for (int h = 0; h < heads; h++) {
                        vector[h] = samples[at + h * channels + c];
                        if (!Double.isFinite(vector[h])) {
                            throw new IllegalArgumentException("samples[" + at / row + "] head " + h + " channel " + c
                                    + " is " + vector[h] + ": expected finite numbers");
                        }
                    }
                    accumulate(pass, vector, mean, covariance);
                }
            }
            for (int h = 0; pass == 0 && h < heads; h++) {
                mean[h] /= count;
            }
        }
        return principal(mean, SymmetricEigen.vectors(covariance), compressed);
    }

    private static void accumulate(int pass, double[] vector, double[] mean, double[][] covariance) {
        for (int i = 0; i < vector.length; i++) {
            if (pass == 0) {
                mean[i] += vector[i];
                continue;
            }
            for (int j = 0; j < vector.length; j++) {
                covariance[i][j] += (vector[i] - mean[i]) * (vector[j] - mean[j]);
            }
        }
    }

    private static HeadAutoEncoder principal(double[] mean, double[][] directions, int compressed) {
        int heads = mean.length;
        float[][] encoder = new float[compressed][heads];
        float[] encoderBias = new float[compressed];
        float[][] decoder = new float[heads][compressed];
        float[] decoderBias = new float[heads];
        for (int j = 0; j < compressed; j++) {
            double shift = 0;
            for (int h = 0; h < heads; h++) {
                encoder[j][h] = (float) directions[j][h];
                decoder[h][j] = (float) directions[j][h];
                shift += directions[j][h] * mean[h];
            }
            encoderBias[j] = (float) -shift;
        }
        for (int h = 0; h < heads; h++) {
            decoderBias[h] = (float) mean[h];
        }
        return new HeadAutoEncoder(encoder, encoderBias, decoder, decoderBias);
    }

    /** Heads outside. */
    public int heads() {
        return heads;
    }

    /** Heads inside. */
    public int compressed() {
        return compressed;
    }

    /**
     * Encodes rows of tokens: {@code tokens x (heads * channels)} to {@code tokens x (compressed * channels)}.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public void encode(int tokens, int channels, float[] in, float[] out) {
        mix(encoder, encoderBias, heads, tokens, channels, in, out);
    }

    /** Decodes rows of tokens, the other way round. */
    public void decode(int tokens, int channels, float[] in, float[] out) {
        mix(decoder, decoderBias, compressed, tokens, channels, in, out);
    }

    private static void mix(
            float[][] weights, float[] bias, int from, int tokens, int channels, float[] in, float[] out) {
        int to = weights.length;
        if (in.length < (long) tokens * from * channels || out.length < (long) tokens * to * channels) {
            throw new IllegalArgumentException("in.length=" + in.length + ", out.length=" + out.length
                    + ": expected at least " + (long) tokens * from * channels + " and "
                    + (long) tokens * to * channels);
        }
        for (int token = 0; token < tokens; token++) {
            for (int i = 0; i < to; i++) {
                int at = (token * to + i) * channels;
                Arrays.fill(out, at, at + channels, bias[i]);
                for (int j = 0; j < from; j++) {
                    addScaled(channels, weights[i][j], in, (token * from + j) * channels, out, at);
                }
            }
        }
    }

    /** {@code out += factor * in}: its own method, which C2 turns into vector code. */
    private static void addScaled(int count, float factor, float[] in, int from, float[] out, int to) {
        for (int c = 0; c < count; c++) {
            out[to + c] += factor * in[from + c];
        }
    }

    /**
     * Error of coding and decoding, relative to the spread of the samples: 0 is exact, 1 is no better than the mean.
     */
    public double relativeError(float[] samples, int channels) {
        int tokens = samples.length / (heads * channels);
        float[] coded = new float[tokens * compressed * channels];
        float[] back = new float[samples.length];
        encode(tokens, channels, samples, coded);
        decode(tokens, channels, coded, back);
        double[] mean = new double[heads];
        for (int i = 0; i < samples.length; i++) {
            mean[i / channels % heads] += samples[i] / ((double) tokens * channels);
        }
        double error = 0;
        double spread = 0;
        for (int i = 0; i < samples.length; i++) {
            double off = samples[i] - mean[i / channels % heads];
            error += (back[i] - (double) samples[i]) * (back[i] - samples[i]);
            spread += off * off;
        }
        return spread == 0 ? 0 : Math.sqrt(error / spread);
    }

    float encoderAt(int inside, int head) {
        return encoder[inside][head];
    }

    float encoderBiasAt(int inside) {
        return encoderBias[inside];
    }
}
