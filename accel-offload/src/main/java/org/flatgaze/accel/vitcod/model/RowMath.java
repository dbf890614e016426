package org.flatgaze.accel.vitcod.model;

/** What an encoder block does besides products; loops that C2 turns into vector code. */
final class RowMath {

    private static final float VARIANCE_FLOOR = 1e-6f;

    private RowMath() {}

    /** Each row to mean 0 and deviation 1. */
    static void normalise(float[] in, float[] out, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            int at = row * columns;
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            float t0 = 0;
            float t1 = 0;
            float t2 = 0;
            float t3 = 0;
            int c = 0;
            for (; c <= columns - 4; c += 4) {
                float a = in[at + c];
                float b = in[at + c + 1];
                float d = in[at + c + 2];
                float e = in[at + c + 3];
                s0 += a;
                s1 += b;
                s2 += d;
                s3 += e;
                t0 += a * a;
                t1 += b * b;
                t2 += d * d;
                t3 += e * e;
            }
            for (; c < columns; c++) {
                s0 += in[at + c];
                t0 += in[at + c] * in[at + c];
            }
            float mean = (s0 + s1 + s2 + s3) / columns;
            float variance = (t0 + t1 + t2 + t3) / columns - mean * mean;
            scale(in, out, at, columns, mean, (float) (1 / Math.sqrt(Math.max(variance, 0) + VARIANCE_FLOOR)));
        }
    }

    private static void scale(float[] in, float[] out, int at, int columns, float mean, float factor) {
        for (int c = at; c < at + columns; c++) {
            out[c] = (in[c] - mean) * factor;
        }
    }

    static void addBias(float[] x, float[] bias, int rows) {
        for (int row = 0; row < rows; row++) {
            int at = row * bias.length;
            for (int c = 0; c < bias.length; c++) {
                x[at + c] += bias[c];
            }
        }
    }

    /** {@code x += y + bias}: the end of a residual branch. */
    static void addResidual(float[] x, float[] y, float[] bias, int rows) {
        for (int row = 0; row < rows; row++) {
            int at = row * bias.length;
            for (int c = 0; c < bias.length; c++) {
                x[at + c] += y[at + c] + bias[c];
            }
        }
    }

    /**
     * GELU in its tanh form, the tanh as a ratio of polynomials (continued fraction of 7 steps, cut off at 4.97, error
     * below 1e-4): no call, so that the loop becomes vector code.
     */
    static void gelu(float[] x, int from, int to) {
        for (int i = from; i < to; i++) {
            float y = x[i];
            float z = 0.7978846f * (y + 0.044715f * y * y * y);
            z = Math.max(-4.97f, Math.min(4.97f, z));
            float z2 = z * z;
            float top = z * (135135f + z2 * (17325f + z2 * (378f + z2)));
            float bottom = 135135f + z2 * (62370f + z2 * (3150f + 28f * z2));
            x[i] = 0.5f * y * (1f + top / bottom);
        }
    }
}
