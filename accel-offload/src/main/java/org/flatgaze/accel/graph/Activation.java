package org.flatgaze.accel.graph;

/**
 * An element-wise function, on its own or fused behind a layer.
 *
 * @param kind which function
 * @param slope factor of negative numbers for {@link Kind#LEAKY_RELU}, in 0..1; 0 otherwise
 */
public record Activation(Kind kind, float slope) {

    /** The functions there are. */
    public enum Kind {
        NONE,
        RELU,
        /** x for x &gt;= 0, else slope * x. */
        LEAKY_RELU,
        /** min(max(x, 0), 6). */
        RELU6,
        /** 1 / (1 + exp(-x)). */
        SIGMOID,
        /** x * sigmoid(x). */
        SILU,
        /** x * (1 + erf(x / sqrt 2)) / 2. */
        GELU
    }

    public static final Activation NONE = new Activation(Kind.NONE, 0);
    public static final Activation RELU = new Activation(Kind.RELU, 0);
    public static final Activation RELU6 = new Activation(Kind.RELU6, 0);
    public static final Activation SIGMOID = new Activation(Kind.SIGMOID, 0);
    public static final Activation SILU = new Activation(Kind.SILU, 0);
    public static final Activation GELU = new Activation(Kind.GELU, 0);

    public Activation {
        if (!(slope >= 0 && slope <= 1) || (slope != 0 && kind != Kind.LEAKY_RELU)) {
            throw new IllegalArgumentException(
                    "slope=" + slope + " of " + kind + ": expected 0..1 for LEAKY_RELU, else 0");
        }
    }

    /** LeakyReLU with this slope for negative numbers. */
    public static Activation leakyRelu(float slope) {
        return new Activation(Kind.LEAKY_RELU, slope);
    }

    public boolean isNone() {
        return kind == Kind.NONE;
    }

    /** Whether the function is linear on both sides of 0, so that an accumulator can be scaled before or after it. */
    public boolean isPiecewiseLinear() {
        return switch (kind) {
            case NONE, RELU, LEAKY_RELU, RELU6 -> true;
            case SIGMOID, SILU, GELU -> false;
        };
    }

    /** Factor of negative numbers of a piecewise linear function: 1, 0 or the slope. */
    public float negativeSlope() {
        return kind == Kind.NONE ? 1 : slope;
    }

    /** The largest value the function returns: 6 for {@link Kind#RELU6}, else no limit. */
    public float ceiling() {
        return kind == Kind.RELU6 ? 6 : Float.POSITIVE_INFINITY;
    }

    /** The function in double precision: the reference of every kernel. */
    public double apply(double x) {
        return switch (kind) {
            case NONE -> x;
            case RELU -> Math.max(x, 0);
            case LEAKY_RELU -> x >= 0 ? x : slope * x;
            case RELU6 -> Math.min(Math.max(x, 0), 6);
            case SIGMOID -> sigmoid(x);
            case SILU -> x * sigmoid(x);
            case GELU -> x * (1 + erf(x / Math.sqrt(2))) / 2;
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }

    /**
     * Error function to about 1e-15: Maclaurin series near 0 (Abramowitz and Stegun 7.1.6), continued fraction of erfc
     * further out (7.1.14), evaluated from its tail.
     */
    static double erf(double x) {
        double a = Math.abs(x);
        if (a > 6) {
            return Math.signum(x);
        }
        if (a < 2.5) {
            double term = x;
            double sum = x;
            for (int n = 1; n < 80; n++) {
                term *= 2 * x * x / (2 * n + 1);
                sum += term;
            }
            return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
        }
        double tail = a;
        for (int n = 60; n >= 1; n--) {
            tail = a + n / 2.0 / tail;
        }
        double erfc = StrictMath.exp(-a * a) / (Math.sqrt(Math.PI) * tail);
        return Math.signum(x) * (1 - erfc);
    }

    @Override
    public String toString() {
        return kind == Kind.LEAKY_RELU
                ? "leaky_relu(" + slope + ")"
                : kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
