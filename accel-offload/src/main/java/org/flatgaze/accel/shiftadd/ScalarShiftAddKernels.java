package org.flatgaze.accel.shiftadd;

/** The definitions as plain loops. */
final class ScalarShiftAddKernels implements ShiftAddKernels {

    @Override
    public String id() {
        return "scalar";
    }

    @Override
    public MatrixKernel product(Int8Matrix weights) {
        return (rows, x, xOffset, y, yOffset) -> {
            Checks.run(weights, rows, x, xOffset, y, yOffset);
            int inputs = weights.inputs();
            for (int r = 0; r < rows; r++) {
                for (int o = 0; o < weights.outputs(); o++) {
                    int sum = 0;
                    for (int i = 0; i < inputs; i++) {
                        sum += x[xOffset + r * inputs + i] * weights.values()[o * inputs + i];
                    }
                    y[yOffset + r * weights.outputs() + o] = sum;
                }
            }
        };
    }

    @Override
    public MatrixKernel difference(Int8Matrix weights) {
        return (rows, x, xOffset, y, yOffset) -> {
            Checks.run(weights, rows, x, xOffset, y, yOffset);
            int inputs = weights.inputs();
            for (int r = 0; r < rows; r++) {
                for (int o = 0; o < weights.outputs(); o++) {
                    int sum = 0;
                    for (int i = 0; i < inputs; i++) {
                        sum += Math.abs(x[xOffset + r * inputs + i] - weights.values()[o * inputs + i]);
                    }
                    y[yOffset + r * weights.outputs() + o] = -sum;
                }
            }
        };
    }

    @Override
    public MaskedSumKernel maskedSum() {
        return (mask, values, features, out) -> {
            Checks.maskedSum(mask, values, features, out);
            for (int r = 0; r < mask.rows(); r++) {
                for (int f = 0; f < features; f++) {
                    int sum = 0;
                    for (int t = 0; t < mask.columns(); t++) {
                        if (mask.get(r, t)) {
                            sum += values[t * features + f];
                        }
                    }
                    out[r * features + f] = sum;
                }
            }
        };
    }

    @Override
    public BitDotKernel bitDot(BitMatrix keys) {
        return new ScalarBitDot(keys);
    }

    @Override
    public DepthwiseKernel depthwise(DepthwiseShape shape, byte[] weights) {
        Checks.depthwiseWeights(shape, weights);
        return (x, xOffset, y, yOffset) -> {
            Checks.depthwise(shape, x, xOffset, y, yOffset);
            int at = yOffset;
            for (int row = 0; row < shape.outputHeight(); row++) {
                for (int column = 0; column < shape.outputWidth(); column++) {
                    for (int c = 0; c < shape.channels(); c++) {
                        y[at++] = depthwiseSum(shape, weights, x, xOffset, row, column, c);
                    }
                }
            }
        };
    }

    private static int depthwiseSum(
            DepthwiseShape shape, byte[] weights, byte[] x, int xOffset, int row, int column, int channel) {
        int sum = 0;
        for (int ky = 0; ky < shape.kernel(); ky++) {
            for (int kx = 0; kx < shape.kernel(); kx++) {
                int yy = row * shape.stride() - shape.padding() + ky;
                int xx = column * shape.stride() - shape.padding() + kx;
                if (yy >= 0 && yy < shape.height() && xx >= 0 && xx < shape.width()) {
                    sum += x[xOffset + (yy * shape.width() + xx) * shape.channels() + channel]
                            * weights[(ky * shape.kernel() + kx) * shape.channels() + channel];
                }
            }
        }
        return sum;
    }

    /** Counts a word at a time, which the JVM turns into one instruction. */
    private record ScalarBitDot(BitMatrix keys) implements BitDotKernel {

        @Override
        public void and(BitMatrix queries, int[] out) {
            Checks.bitDot(keys, queries, out);
            count(queries, out, false);
        }

        @Override
        public void signed(BitMatrix queries, int[] out) {
            Checks.bitDot(keys, queries, out);
            count(queries, out, true);
        }

        private void count(BitMatrix queries, int[] out, boolean signed) {
            long[] q = queries.words();
            long[] k = keys.words();
            int words = keys.wordsPerRow();
            for (int i = 0; i < queries.rows(); i++) {
                for (int j = 0; j < keys.rows(); j++) {
                    int bits = 0;
                    for (int w = 0; w < words; w++) {
                        long a = q[i * words + w];
                        long b = k[j * words + w];
                        bits += Long.bitCount(signed ? a ^ b : a & b);
                    }
                    out[i * keys.rows() + j] = signed ? keys.columns() - 2 * bits : bits;
                }
            }
        }
    }
}
