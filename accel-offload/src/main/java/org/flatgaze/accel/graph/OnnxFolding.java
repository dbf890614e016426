package org.flatgaze.accel.graph;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/** Nodes whose inputs are all constants: exporters compute shapes that way. They vanish while the model is read. */
final class OnnxFolding {

    private static final Set<String> ARITHMETIC = Set.of("Add", "Sub", "Mul", "Div", "Mod", "Pow");
    private static final Set<String> FOLDED = Set.of(
            "Shape",
            "Gather",
            "Cast",
            "Concat",
            "Unsqueeze",
            "Squeeze",
            "Slice",
            "Floor",
            "Ceil",
            "Sqrt",
            "Equal",
            "Where",
            "ConstantOfShape",
            "Expand",
            "QuantizeLinear");

    private final OnnxValues values;

    OnnxFolding(OnnxValues values) {
        this.values = values;
    }

    /** Computes a node now if its inputs allow; answers whether it did. */
    boolean fold(OnnxNode node) {
        if (node.op().equals("Shape") && values.isTensor(node.input(0))) {
            int[] extents = values.shape(values.tensor(node.input(0))).toArray();
            values.define(
                    node.output(0),
                    ofIntegers(Arrays.stream(extents).asDoubleStream().toArray(), false));
            return true;
        }
        boolean known = FOLDED.contains(node.op()) || ARITHMETIC.contains(node.op());
        if (!known || node.inputs() == 0) {
            return false;
        }
        for (int i = 0; i < node.inputs(); i++) {
            if (!node.input(i).isEmpty() && !values.isConstant(node.input(i))) {
                return false;
            }
        }
        values.define(node.output(0), compute(node));
        return true;
    }

    private OnnxConstant compute(OnnxNode node) {
        OnnxConstant first = values.constant(node.input(0));
        if (ARITHMETIC.contains(node.op())) {
            return arithmetic(node.op(), first, values.constant(node.input(1)));
        }
        double[] x = numbers(first);
        return switch (node.op()) {
            case "Shape" ->
                ofIntegers(Arrays.stream(first.dims()).asDoubleStream().toArray(), false);
            case "Cast" -> cast(node, first, x);
            case "Gather" -> gather(first, x, values.constant(node.input(1)));
            case "Concat" -> concat(node);
            case "Unsqueeze", "Squeeze" ->
                like(first, node.op().equals("Squeeze") && x.length == 1 ? new int[0] : new int[] {x.length}, x);
            case "Slice" -> slice(node, first, x);
            case "Equal" -> equal(first, values.constant(node.input(1)));
            case "Where" -> choose(first, values.constant(node.input(1)), values.constant(node.input(2)));
            case "ConstantOfShape" -> filled(node, first);
            case "Expand" -> expand(first, x, values.constant(node.input(1)).requireInts());
            case "Floor" ->
                like(first, first.dims(), Arrays.stream(x).map(Math::floor).toArray());
            case "Ceil" ->
                like(first, first.dims(), Arrays.stream(x).map(Math::ceil).toArray());
            case "Sqrt" ->
                like(first, first.dims(), Arrays.stream(x).map(Math::sqrt).toArray());
            default -> quantize(node, first);
        };
    }

    private static OnnxConstant arithmetic(String op, OnnxConstant left, OnnxConstant right) {
        double[] a = numbers(left);
        double[] b = numbers(right);
        if (a.length != b.length && a.length != 1 && b.length != 1) {
            throw new IllegalArgumentException(
                    "of constants with " + a.length + " and " + b.length + " elements: expected equal counts or one");
        }
        boolean whole = left.integers() != null;
        double[] y = new double[Math.max(a.length, b.length)];
        for (int i = 0; i < y.length; i++) {
            double p = a[a.length == 1 ? 0 : i];
            double q = b[b.length == 1 ? 0 : i];
            y[i] = switch (op) {
                case "Add" -> p + q;
                case "Sub" -> p - q;
                case "Mul" -> p * q;
                case "Pow" -> Math.pow(p, q);
                case "Div" -> whole ? wholeQuotient(p, q) : p / q;
                default -> p - q * Math.floor(p / q);
            };
        }
        return like(left, a.length >= b.length ? left.dims() : right.dims(), y);
    }

    /** ONNX divides whole numbers as C does: towards zero. */
    private static double wholeQuotient(double p, double q) {
        long quotient = (long) p / (long) q;
        return quotient;
    }

    private static OnnxConstant cast(OnnxNode node, OnnxConstant from, double[] x) {
        boolean toReal = Set.of(1, 10, 11).contains(node.integer("to", 1));
        return toReal ? ofFloats(from.dims(), x) : new OnnxConstant(from.dims(), null, integers(x), false, null);
    }

    private static OnnxConstant gather(OnnxConstant from, double[] x, OnnxConstant indices) {
        if (from.dims().length != 1) {
            throw new IllegalArgumentException(
                    "gathers from a constant of rank " + from.dims().length + ": expected 1");
        }
        double[] chosen = Arrays.stream(indices.requireInts())
                .mapToDouble(i -> x[i < 0 ? i + x.length : i])
                .toArray();
        return like(from, indices.dims(), chosen);
    }

    private OnnxConstant concat(OnnxNode node) {
        double[] joined = IntStream.range(0, node.inputs())
                .mapToObj(i -> numbers(values.constant(node.input(i))))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        return like(values.constant(node.input(0)), new int[] {joined.length}, joined);
    }

    private OnnxConstant slice(OnnxNode node, OnnxConstant from, double[] x) {
        int start = values.constant(node.input(1)).requireInts()[0];
        int end = values.constant(node.input(2)).requireInts()[0];
        int first = Math.max(0, Math.min(x.length, start < 0 ? start + x.length : start));
        int last = Math.max(first, Math.min(x.length, end < 0 ? end + x.length : end));
        if (from.dims().length != 1 || node.inputs() > 4) {
            throw new IllegalArgumentException("slices a constant: expected rank 1 and no steps");
        }
        return like(from, new int[] {last - first}, Arrays.copyOfRange(x, first, last));
    }

    private static OnnxConstant equal(OnnxConstant left, OnnxConstant right) {
        double[] a = numbers(left);
        double[] b = numbers(right);
        double[] y = new double[Math.max(a.length, b.length)];
        requireCounts(y.length, a, b);
        for (int i = 0; i < y.length; i++) {
            y[i] = at(a, i) == at(b, i) ? 1 : 0;
        }
        return new OnnxConstant(a.length >= b.length ? left.dims() : right.dims(), null, integers(y), false, null);
    }

    private static OnnxConstant choose(OnnxConstant condition, OnnxConstant left, OnnxConstant right) {
        double[] c = numbers(condition);
        double[] a = numbers(left);
        double[] b = numbers(right);
        double[] y = new double[Math.max(c.length, Math.max(a.length, b.length))];
        requireCounts(y.length, c, a, b);
        for (int i = 0; i < y.length; i++) {
            y[i] = at(c, i) != 0 ? at(a, i) : at(b, i);
        }
        OnnxConstant widest = a.length == y.length ? left : b.length == y.length ? right : condition;
        return like(left, widest.dims(), y);
    }

    private static void requireCounts(int count, double[]... operands) {
        for (double[] operand : operands) {
            if (operand.length != count && operand.length != 1) {
                throw new IllegalArgumentException("of constants with " + operand.length + " and " + count
                        + " elements: expected equal counts or one");
            }
        }
    }

    private static double at(double[] x, int i) {
        return x[x.length == 1 ? 0 : i];
    }

    private static OnnxConstant filled(OnnxNode node, OnnxConstant shape) {
        OnnxConstant value = node.has("value") ? node.constant() : ofFloats(new int[0], new double[1]);
        int[] dims = shape.requireInts();
        double[] y = new double[Shape.of(dims).elements()];
        Arrays.fill(y, numbers(value)[0]);
        return like(value, dims, y);
    }

    /** Repeats along extents of 1, which may be missing in front. */
    private static OnnxConstant expand(OnnxConstant from, double[] x, int[] wanted) {
        int rank = Math.max(wanted.length, from.dims().length);
        int[] dims = new int[rank];
        int[] steps = new int[rank];
        int step = 1;
        for (int d = rank - 1; d >= 0; d--) {
            int have = d - (rank - from.dims().length);
            int old = have < 0 ? 1 : from.dims()[have];
            int ask = d - (rank - wanted.length);
            int to = ask < 0 ? 1 : wanted[ask];
            if (old != 1 && to != 1 && old != to) {
                throw new IllegalArgumentException("expands a constant of extents " + Arrays.toString(from.dims())
                        + " to " + Arrays.toString(wanted) + ": expected equal extents or 1");
            }
            dims[d] = Math.max(old, to);
            steps[d] = old == 1 ? 0 : step;
            step *= old;
        }
        double[] y = new double[Shape.of(dims).elements()];
        for (int i = 0; i < y.length; i++) {
            int rest = i;
            int source = 0;
            for (int d = rank - 1; d >= 0; d--) {
                source += rest % dims[d] * steps[d];
                rest /= dims[d];
            }
            y[i] = x[source];
        }
        return like(from, dims, y);
    }

    /** A constant that the model keeps in float32 and quantises on its way. */
    private OnnxConstant quantize(OnnxNode node, OnnxConstant from) {
        float[] scale = values.constant(node.input(1)).requireFloats();
        if (scale.length != 1) {
            throw new IllegalArgumentException("quantises a constant with " + scale.length + " scales: expected 1");
        }
        OnnxConstant zero = node.input(2).isEmpty() ? null : values.constant(node.input(2));
        boolean signed = zero != null && zero.signed();
        QuantParams quant = QuantParams.uniform(signed, scale[0], zero == null ? 0 : zero.requireInts()[0]);
        long[] q = new long[from.elements()];
        for (int i = 0; i < q.length; i++) {
            q[i] = quant.quantize(from.requireFloats()[i], 0);
        }
        return new OnnxConstant(from.dims(), null, q, signed, null);
    }

    private static double[] numbers(OnnxConstant constant) {
        return constant.integers() != null
                ? Arrays.stream(constant.integers()).asDoubleStream().toArray()
                : IntStream.range(0, constant.elements())
                        .mapToDouble(i -> constant.floats()[i])
                        .toArray();
    }

    private static OnnxConstant like(OnnxConstant kind, int[] dims, double[] x) {
        return kind.integers() != null
                ? new OnnxConstant(dims, null, integers(x), kind.signed(), null)
                : ofFloats(dims, x);
    }

    private static OnnxConstant ofIntegers(double[] x, boolean signed) {
        return new OnnxConstant(new int[] {x.length}, null, integers(x), signed, null);
    }

    private static OnnxConstant ofFloats(int[] dims, double[] x) {
        float[] floats = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            floats[i] = (float) x[i];
        }
        return OnnxConstant.ofFloats(dims, floats);
    }

    private static long[] integers(double[] x) {
        return Arrays.stream(x).mapToLong(v -> (long) v).toArray();
    }
}
