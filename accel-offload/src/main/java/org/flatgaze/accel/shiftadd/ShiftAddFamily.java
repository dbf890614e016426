package org.flatgaze.accel.shiftadd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flatgaze.accel.bench.KernelFamily;
import org.flatgaze.accel.bench.KernelRow;
import org.flatgaze.accel.bench.OnnxReference;
import org.flatgaze.accel.bench.PairedTimer;

/**
 * The kernels of this package beside what they compete with: the plain loops, our own int8 product, and ONNX Runtime in
 * int8 and float on the same shapes, one thread each. A ratio below 1 is a loss and stays in the table.
 */
public final class ShiftAddFamily implements KernelFamily {

    private static final int[][] PRODUCTS = {{1, 512, 512}, {96, 512, 512}, {784, 128, 1024}, {1, 4096, 4096}};
    private static final int[][] SHIFTS = {{3136, 64, 512}, {3136, 512, 64}, {784, 128, 1024}, {784, 1024, 128}};
    private static final int[][] MASKED = {{1, 3136}, {2, 784}, {5, 196}};
    private static final int[][] BITS = {{512, 512}, {4096, 4096}};
    private static final int[][] DEPTHWISE = {{64, 24, 40, 3}, {192, 12, 20, 3}, {96, 24, 40, 5}};
    private static final int KEY_BITS = 16;
    private static final int FEATURES = 32;

    private final Random random = new Random(1);
    private final ShiftAddKernels scalar = ShiftAddKernels.scalar();
    private final ShiftAddKernels best = ShiftAddKernels.best();

    @Override
    public String id() {
        return "shiftadd";
    }

    @Override
    public List<KernelRow> measure(PairedTimer timer, Consumer<String> notes) {
        warmUp(timer);
        Table table = new Table(timer, notes);
        for (int[] s : PRODUCTS) {
            products(table, s[0], s[1], s[2]);
        }
        for (int[] s : SHIFTS) {
            shifts(table, s[0], s[1], s[2]);
        }
        for (int[] s : MASKED) {
            maskedSums(table, s[0], s[1]);
        }
        for (int[] s : BITS) {
            bitDots(table, s[0], s[1]);
        }
        for (int[] s : DEPTHWISE) {
            depthwise(table, s[0], s[1], s[2], s[3]);
        }
        return table.rows;
    }

    /** Every kernel a few times longer than a row's warm-up, so that the first rows do not time the compiler. */
    private void warmUp(PairedTimer timer) {
        PairedTimer longer = new PairedTimer(4 * timer.warmUpMillis(), 1, 1);
        Int8Matrix weights = weights(512, 512);
        byte[] x = bytes(96 * 512);
        int[] y = new int[96 * 512];
        MatrixKernel product = best.product(weights);
        MatrixKernel difference = best.difference(weights);
        for (int rows : new int[] {1, 96}) {
            longer.time(() -> product.run(rows, x, 0, y, 0), () -> difference.run(rows, x, 0, y, 0));
        }
    }

    private void products(Table table, int rows, int inputs, int outputs) {
        String shape = rows + " rows, " + inputs + " to " + outputs;
        Int8Matrix weights = weights(outputs, inputs);
        byte[] x = bytes(rows * inputs);
        int[] y = new int[rows * outputs];
        MatrixKernel product = best.product(weights);
        MatrixKernel difference = best.difference(weights);
        MatrixKernel plainProduct = scalar.product(weights);
        MatrixKernel plainDifference = scalar.difference(weights);
        Runnable int8 = () -> product.run(rows, x, 0, y, 0);
        Runnable l1 = () -> difference.run(rows, x, 0, y, 0);
        table.add("int8 product", shape, best.id() + " vs scalar", int8, () -> plainProduct.run(rows, x, 0, y, 0));
        table.onnx(
                "int8 product",
                shape,
                best.id() + " vs onnx int8",
                int8,
                () -> OnnxReference.int8Product(rows, inputs, outputs));
        table.onnx(
                "int8 product",
                shape,
                best.id() + " vs onnx fp32",
                int8,
                () -> OnnxReference.product(rows, inputs, outputs));
        table.add("adder", shape, best.id() + " vs scalar", l1, () -> plainDifference.run(rows, x, 0, y, 0));
        table.add("adder", shape, best.id() + " vs our int8 product", l1, int8);
        table.onnx(
                "adder",
                shape,
                best.id() + " vs onnx int8",
                l1,
                () -> OnnxReference.int8Product(rows, inputs, outputs));
    }

    private void shifts(Table table, int rows, int inputs, int outputs) {
        String shape = rows + " rows, " + inputs + " to " + outputs;
        float[] real = new float[inputs * outputs];
        for (int i = 0; i < real.length; i++) {
            real[i] = (float) random.nextGaussian() * 0.3f;
        }
        ShiftWeights weights = ShiftFormat.ps(4).round(outputs, inputs, real);
        MatrixKernel shift = ExpandedShift.of(weights).kernel(best, rows);
        byte[] x = bytes(rows * inputs);
        int[] y = new int[rows * outputs];
        Runnable run = () -> shift.run(rows, x, 0, y, 0);
        table.onnx(
                "4-bit shift, expanded",
                shape,
                best.id() + " vs onnx int8",
                run,
                () -> OnnxReference.int8Product(rows, inputs, outputs));
        table.onnx(
                "4-bit shift, expanded",
                shape,
                best.id() + " vs onnx fp32",
                run,
                () -> OnnxReference.product(rows, inputs, outputs));
    }

    private void maskedSums(Table table, int heads, int tokens) {
        String shape = heads + " heads, " + tokens + " tokens, values " + FEATURES + ", keys " + KEY_BITS;
        BitMatrix keys = bits(KEY_BITS, tokens);
        byte[] keyBytes = new byte[KEY_BITS * tokens];
        for (int k = 0; k < KEY_BITS; k++) {
            for (int t = 0; t < tokens; t++) {
                keyBytes[k * tokens + t] = (byte) (keys.get(k, t) ? 1 : 0);
            }
        }
        byte[] values = bytes(tokens * FEATURES);
        int[] out = new int[KEY_BITS * FEATURES];
        MaskedSumKernel fast = best.maskedSum();
        MaskedSumKernel plain = scalar.maskedSum();
        Runnable matAdd = () -> {
            for (int h = 0; h < heads; h++) {
                fast.run(keys, values, FEATURES, out);
            }
        };
        table.add("MatAdd", shape, best.id() + " vs scalar", matAdd, () -> {
            for (int h = 0; h < heads; h++) {
                plain.run(keys, values, FEATURES, out);
            }
        });
        TransientProduct int8 = new TransientProduct(KEY_BITS, tokens, FEATURES);
        table.add("MatAdd", shape, best.id() + " vs our int8 with conversion", matAdd, () -> {
            for (int h = 0; h < heads; h++) {
                int8.run(keyBytes, values, out);
            }
        });
        table.onnx(
                "MatAdd",
                shape + ", one head",
                best.id() + " vs onnx int8",
                () -> fast.run(keys, values, FEATURES, out),
                () -> OnnxReference.int8ProductOfInputs(KEY_BITS, tokens, FEATURES));
    }

    private void bitDots(Table table, int outputs, int columns) {
        String shape = "1 query, " + outputs + " keys of " + columns + " bits";
        BitMatrix keys = bits(outputs, columns);
        BitMatrix query = bits(1, columns);
        int[] out = new int[outputs];
        BitDotKernel fast = best.bitDot(keys);
        BitDotKernel plain = scalar.bitDot(keys);
        MatrixKernel int8 = best.product(weights(outputs, columns));
        byte[] x = bytes(columns);
        table.add(
                "binary dot", shape, best.id() + " vs scalar", () -> fast.and(query, out), () -> plain.and(query, out));
        table.add(
                "binary dot",
                shape,
                best.id() + " vs our int8 product",
                () -> fast.and(query, out),
                () -> int8.run(1, x, 0, out, 0));
    }

    private void depthwise(Table table, int channels, int height, int width, int kernel) {
        DepthwiseShape shape = new DepthwiseShape(channels, height, width, kernel, 1, kernel / 2);
        String name = kernel + "x" + kernel + ", " + channels + " x " + height + " x " + width;
        byte[] weights = weights(channels, kernel * kernel).values();
        byte[] x = bytes(channels * height * width);
        int[] y = new int[x.length];
        DepthwiseKernel fast = best.depthwise(shape, weights);
        DepthwiseKernel plain = scalar.depthwise(shape, weights);
        Runnable run = () -> fast.run(x, 0, y, 0);
        table.add("depth-wise int8", name, best.id() + " vs scalar", run, () -> plain.run(x, 0, y, 0));
        table.onnx(
                "depth-wise int8",
                name,
                best.id() + " vs onnx fp32",
                run,
                () -> OnnxReference.depthwise(channels, height, width, kernel));
    }

    @Override
    public List<String> check() {
        List<String> differences = new ArrayList<>();
        for (int[] s : new int[][] {{1, 512, 512}, {7, 100, 33}, {96, 300, 65}, {3, 1025, 17}}) {
            Int8Matrix weights = weights(s[2], s[1]);
            byte[] x = bytes(s[0] * s[1]);
            compare(
                    differences,
                    "int8 product",
                    s,
                    y -> best.product(weights).run(s[0], x, 0, y, 0),
                    y -> scalar.product(weights).run(s[0], x, 0, y, 0),
                    s[0] * s[2]);
            compare(
                    differences,
                    "adder",
                    s,
                    y -> best.difference(weights).run(s[0], x, 0, y, 0),
                    y -> scalar.difference(weights).run(s[0], x, 0, y, 0),
                    s[0] * s[2]);
            BitMatrix mask = bits(s[0], s[1]);
            byte[] values = bytes(s[1] * s[2]);
            compare(
                    differences,
                    "MatAdd",
                    s,
                    y -> best.maskedSum().run(mask, values, s[2], y),
                    y -> scalar.maskedSum().run(mask, values, s[2], y),
                    s[0] * s[2]);
            BitMatrix keys = bits(s[2], s[1]);
            compare(
                    differences,
                    "binary dot",
                    s,
                    y -> best.bitDot(keys).signed(mask, y),
                    y -> scalar.bitDot(keys).signed(mask, y),
                    s[0] * s[2]);
            DepthwiseShape shape = new DepthwiseShape(s[2], 7, 9, 3, 2, 1);
            byte[] windows = weights(s[2], 9).values();
            byte[] picture = bytes(63 * s[2]);
            compare(
                    differences,
                    "depth-wise int8",
                    s,
                    y -> best.depthwise(shape, windows).run(picture, 0, y, 0),
                    y -> scalar.depthwise(shape, windows).run(picture, 0, y, 0),
                    20 * s[2]);
        }
        return differences;
    }

    private static void compare(
            List<String> differences,
            String kernel,
            int[] shape,
            Consumer<int[]> fast,
            Consumer<int[]> plain,
            int length) {
        int[] actual = new int[length];
        int[] expected = new int[length];
        fast.accept(actual);
        plain.accept(expected);
        int at = Arrays.mismatch(actual, expected);
        if (at >= 0) {
            differences.add(kernel + " " + Arrays.toString(shape) + ": output " + at + " is " + actual[at]
                    + ", expected " + expected[at]);
        }
    }

    private Int8Matrix weights(int outputs, int inputs) {
        byte[] values = bytes(outputs * inputs);
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) Math.max(-127, values[i]);
        }
        return new Int8Matrix(outputs, inputs, values);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private BitMatrix bits(int rows, int columns) {
        BitMatrix bits = new BitMatrix(rows, columns);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                bits.set(r, c, random.nextBoolean());
            }
        }
        return bits;
    }

    /** The rows so far, and how one is added. */
    private static final class Table {
        private final List<KernelRow> rows = new ArrayList<>();
        private final PairedTimer timer;
        private final Consumer<String> notes;
        private final boolean onnx;

        Table(PairedTimer timer, Consumer<String> notes) {
            this.timer = timer;
            this.notes = notes;
            onnx = OnnxReference.isUsable();
            if (!onnx) {
                notes.accept("ONNX Runtime cannot be loaded here; its columns are left out");
            }
        }

        void add(String kernel, String shape, String variant, Runnable code, Runnable reference) {
            PairedTimer.Pair pair = timer.time(code, reference);
            rows.add(new KernelRow(kernel, shape, variant, pair.first(), pair.second()));
            notes.accept(kernel + ", " + shape + ": " + variant);
        }

        void onnx(String kernel, String shape, String variant, Runnable code, Supplier<OnnxReference> reference) {
            if (!onnx) {
                return;
            }
            try (OnnxReference model = reference.get()) {
                model.fill();
                add(kernel, shape, variant, code, model::run);
            }
        }
    }
}
