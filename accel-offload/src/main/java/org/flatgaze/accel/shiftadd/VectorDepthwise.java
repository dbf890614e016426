package org.flatgaze.accel.shiftadd;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Depth-wise windows with lanes along the channels, so that every stride costs the same. Taps go in pairs, whose products
 * are summed in 16 bits.
 *
 * <p>For the pairs to fit, a weight of -128 is split into two taps of -64; an odd number of taps is filled up with one of
 * weight 0. The last vector of channels overlaps the one before instead of being cut short.
 */
final class VectorDepthwise implements DepthwiseKernel {

    private final DepthwiseShape shape;
    private final byte[] weights;
    private final short[] wideWeights;
    private final int planes;
    private final int[] tapInput;
    private final int[] tapWeight;

    VectorDepthwise(DepthwiseShape shape, byte[] weights) {
        Checks.depthwiseWeights(shape, weights);
        this.shape = shape;
        this.weights = weights;
        boolean split = false;
        for (byte weight : weights) {
            split |= weight == Byte.MIN_VALUE;
        }
        planes = split ? 2 : 1;
        wideWeights = new short[planes * weights.length + shape.channels()]; // a last row of zeros
        for (int i = 0; i < weights.length; i++) {
            boolean lowest = weights[i] == Byte.MIN_VALUE;
            wideWeights[i] = (short) (lowest ? -64 : weights[i]);
            if (lowest) {
                wideWeights[weights.length + i] = -64;
            }
        }
        tapInput = new int[planes * shape.kernel() * shape.kernel() + 1];
        tapWeight = new int[tapInput.length];
    }

    @Override
    public void run(byte[] x, int xOffset, int[] y, int yOffset) {
        Checks.depthwise(shape, x, xOffset, y, yOffset);
        int channels = shape.channels();
        int lanes = Lanes.SHORT_COUNT;
        int at = yOffset;
        for (int row = 0; row < shape.outputHeight(); row++) {
            for (int column = 0; column < shape.outputWidth(); column++) {
                int taps = taps(row, column, xOffset);
                if (channels >= 2 * lanes) {
                    int even = fillUp(taps);
                    for (int c = 0; c < channels; c += 2 * lanes) {
                        int from = Math.min(c, channels - 2 * lanes);
                        twoStrips(even, x, from, y, at + from);
                    }
                } else if (channels >= lanes) {
                    int even = fillUp(taps);
                    strip(even, x, 0, y, at);
                    strip(even, x, channels - lanes, y, at + channels - lanes);
                } else {
                    plain(taps, x, y, at);
                }
                at += channels;
            }
        }
    }

    /** Lists the taps inside the picture; those on the padding multiply zeros. */
    private int taps(int row, int column, int xOffset) {
        int channels = shape.channels();
        int top = row * shape.stride() - shape.padding();
        int left = column * shape.stride() - shape.padding();
        int firstX = Math.max(0, -left);
        int endX = Math.min(shape.kernel(), shape.width() - left);
        int endY = Math.min(shape.kernel(), shape.height() - top);
        int count = 0;
        for (int ky = Math.max(0, -top); ky < endY; ky++) {
            for (int kx = firstX; kx < endX; kx++) {
                tapInput[count] = xOffset + ((top + ky) * shape.width() + left + kx) * channels;
                tapWeight[count] = (ky * shape.kernel() + kx) * channels;
                count++;
            }
        }
        return count;
    }

    /** Adds the second halves of split weights, and a tap of weight 0 if their number is odd. */
    private int fillUp(int taps) {
        int count = taps;
        if (planes == 2) {
            for (int t = 0; t < taps; t++) {
                tapInput[count] = tapInput[t];
                tapWeight[count++] = tapWeight[t] + weights.length;
            }
        }
        if ((count & 1) == 1) {
            tapInput[count] = tapInput[0];
            tapWeight[count++] = planes * weights.length;
        }
        return count;
    }

    private void plain(int taps, byte[] x, int[] y, int at) {
        for (int c = 0; c < shape.channels(); c++) {
            int sum = 0;
            for (int t = 0; t < taps; t++) {
                sum += x[tapInput[t] + c] * weights[tapWeight[t] + c];
            }
            y[at + c] = sum;
        }
    }

    /** One pixel, one vector of channels. */
    private void strip(int taps, byte[] x, int c, int[] y, int to) {
        IntVector left = IntVector.zero(Lanes.INTS);
        IntVector right = left;
        for (int t = 0; t < taps; t += 2) {
            int in0 = tapInput[t] + c;
            int in1 = tapInput[t + 1] + c;
            int w0 = tapWeight[t] + c;
            int w1 = tapWeight[t + 1] + c;
            ShortVector v = ((ShortVector) ByteVector.fromArray(Lanes.HALF_BYTES, x, in0)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0))
                    .mul(ShortVector.fromArray(Lanes.SHORTS, wideWeights, w0))
                    .add(((ShortVector) ByteVector.fromArray(Lanes.HALF_BYTES, x, in1)
                                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0))
                            .mul(ShortVector.fromArray(Lanes.SHORTS, wideWeights, w1)));
            left = left.add(v.convertShape(VectorOperators.S2I, Lanes.INTS, 0));
            right = right.add(v.convertShape(VectorOperators.S2I, Lanes.INTS, 1));
        }
        left.intoArray(y, to);
        right.intoArray(y, to + Lanes.INT_COUNT);
    }

    /** One pixel, two vectors of channels. */
    private void twoStrips(int taps, byte[] x, int c, int[] y, int to) {
        int lanes = Lanes.SHORT_COUNT;
        IntVector zero = IntVector.zero(Lanes.INTS);
        IntVector left0 = zero;
        IntVector right0 = zero;
        IntVector left1 = zero;
        IntVector right1 = zero;
        for (int t = 0; t < taps; t += 2) {
            int in0 = tapInput[t] + c;
            int in1 = tapInput[t + 1] + c;
            int w0 = tapWeight[t] + c;
            int w1 = tapWeight[t + 1] + c;
            ShortVector v0 = ((ShortVector) ByteVector.fromArray(Lanes.HALF_BYTES, x, in0)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0))
                    .mul(ShortVector.fromArray(Lanes.SHORTS, wideWeights, w0))
                    .add(((ShortVector) ByteVector.fromArray(Lanes.HALF_BYTES, x, in1)
                                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0))
                            .mul(ShortVector.fromArray(Lanes.SHORTS, wideWeights, w1)));
            left0 = left0.add(v0.convertShape(VectorOperators.S2I, Lanes.INTS, 0));
            right0 = right0.add(v0.convertShape(VectorOperators.S2I, Lanes.INTS, 1));
            ShortVector v1 = ((ShortVector) ByteVector.fromArray(Lanes.HALF_BYTES, x, in0 + lanes)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0))
                    .mul(ShortVector.fromArray(Lanes.SHORTS, wideWeights, w0 + lanes))
                    .add(((ShortVector) ByteVector.fromArray(Lanes.HALF_BYTES, x, in1 + lanes)
                                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0))
                            .mul(ShortVector.fromArray(Lanes.SHORTS, wideWeights, w1 + lanes)));
            left1 = left1.add(v1.convertShape(VectorOperators.S2I, Lanes.INTS, 0));
            right1 = right1.add(v1.convertShape(VectorOperators.S2I, Lanes.INTS, 1));
        }
        int half = Lanes.INT_COUNT;
        left0.intoArray(y, to);
        right0.intoArray(y, to + half);
        left1.intoArray(y, to + 2 * half);
        right1.intoArray(y, to + 3 * half);
    }
}
