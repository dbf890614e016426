package org.flatgaze.accel.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * Layer tables of the two published networks of an EyeCoD pipeline, built from their definitions at any input size, and
 * of the separable reconstruction before them.
 */
public final class PublishedNets {

    private static final int RITNET_CHANNELS = 32;
    private static final int RITNET_CLASSES = 4;

    /** Kernel, stride of the first block, expansion, output channels, blocks: FBNet-C (CVPR 2019) at width 1.0. */
    private static final int[][] FBNET_C_STAGES = {
        {3, 1, 1, 16, 1},
        {3, 2, 6, 24, 1},
        {3, 1, 1, 24, 2},
        {5, 2, 6, 32, 1},
        {5, 1, 3, 32, 1},
        {5, 1, 6, 32, 1},
        {3, 1, 6, 32, 1},
        {5, 2, 6, 64, 1},
        {5, 1, 3, 64, 1},
        {5, 1, 6, 64, 2},
        {5, 1, 6, 112, 3},
        {5, 1, 3, 112, 1},
        {5, 2, 6, 184, 1},
        {5, 1, 6, 184, 3},
        {3, 1, 6, 352, 1},
    };

    private PublishedNets() {}

    /**
     * FBNet-C100 as a gaze net: grey picture in, 1x1 head to 1984 channels, global pool, three outputs. Blocks without
     * expansion keep a square 1x1 convolution before the depth-wise one (the widely used public form: 3,592,867
     * parameters).
     *
     * @param rows picture height, at least 1
     * @param columns picture width, at least 1
     */
    public static LayerTable fbnetC100(int rows, int columns) {
        Builder net = new Builder("FBNet-C100 1x" + rows + "x" + columns, rows, columns, 1);
        String x = net.conv("stem", LayerTable.INPUT, 3, 2, 16, false, true, true);
        int block = 0;
        for (int[] stage : FBNET_C_STAGES) {
            for (int i = 0; i < stage[4]; i++) {
                String name = (block < 10 ? "b0" : "b") + block;
                x = net.invertedResidual(name, x, stage[0], i == 0 ? stage[1] : 1, stage[2], stage[3]);
                block++;
            }
        }
        x = net.conv("head", x, 1, 1, 1984, false, true, true);
        x = net.globalPool("gap", x);
        net.linear("fc", x, 3);
        return net.table();
    }

    /**
     * RITNet: five down blocks and four up blocks of 32 channels, four classes (248,900 parameters).
     *
     * @param rows picture height, a positive multiple of 16
     * @param columns picture width, a positive multiple of 16
     * @throws IllegalArgumentException if a size cannot be halved four times
     */
    public static LayerTable ritnet(int rows, int columns) {
        if (rows < 16 || columns < 16 || rows % 16 != 0 || columns % 16 != 0) {
            throw new IllegalArgumentException(
                    "RITNet size=" + rows + "x" + columns + ": expected positive multiples of 16");
        }
        Builder net = new Builder("RITNet 1x" + rows + "x" + columns, rows, columns, 1);
        List<String> skips = new ArrayList<>();
        String x = LayerTable.INPUT;
        for (int b = 1; b <= 5; b++) {
            x = net.ritnetDown("d" + b + ".", x, b > 1);
            skips.add(x);
        }
        for (int u = 1; u <= 4; u++) {
            x = net.ritnetUp("u" + u + ".", x, skips.get(4 - u));
        }
        x = net.conv("out", x, 1, 1, RITNET_CLASSES, true, false, false);
        net.free("argmax", LayerKind.ARGMAX, 1, 1, List.of(x), RITNET_CLASSES, 1, net.rows, net.columns, false);
        return net.table();
    }

    /**
     * Separable reconstruction {@code X = L Y R}: two matrix products, left first, as lanes would run it. A lane takes
     * a row of the product, a multiplier a column; the factors are the weights.
     *
     * @param rows picture rows made
     * @param columns picture columns made
     * @param sensorRows measured rows
     * @param sensorColumns measured columns
     */
    public static LayerTable separableReconstruction(int rows, int columns, int sensorRows, int sensorColumns) {
        List<LayerShape> layers = new ArrayList<>();
        layers.add(product("left", rows, sensorRows, sensorColumns, LayerTable.INPUT));
        // The right product is the left one of the transposed picture.
        layers.add(product("right", columns, sensorColumns, rows, "left"));
        return new LayerTable(
                "reconstruction " + rows + "x" + columns + " of " + sensorRows + "x" + sensorColumns, layers);
    }

    private static LayerShape product(String id, int outer, int inner, int width, String input) {
        return new LayerShape(
                id,
                LayerKind.MATMUL,
                1,
                1,
                1,
                1,
                inner,
                outer,
                1,
                width,
                1,
                width,
                false,
                false,
                false,
                List.of(input));
    }

    /** Follows a picture through a network: {@code rows}, {@code columns} and {@code channels} are those of now. */
    private static final class Builder {
        private final String name;
        private final List<LayerShape> layers = new ArrayList<>();
        private int rows;
        private int columns;
        private int channels;

        Builder(String name, int rows, int columns, int channels) {
            this.name = name;
            this.rows = rows;
            this.columns = columns;
            this.channels = channels;
        }

        LayerTable table() {
            return new LayerTable(name, layers);
        }

        String conv(
                String id,
                String input,
                int kernel,
                int stride,
                int out,
                boolean bias,
                boolean affine,
                boolean activated) {
            LayerKind kind = kernel == 1 ? LayerKind.POINTWISE : LayerKind.CONV;
            return weighted(id, kind, input, kernel, stride, 1, out, bias, affine, activated);
        }

        String invertedResidual(String block, String input, int kernel, int stride, int expansion, int out) {
            int in = channels;
            int middle = in * expansion;
            String x = conv(block + ".pw", input, 1, 1, middle, false, true, true);
            x = weighted(block + ".dw", LayerKind.DEPTHWISE, x, kernel, stride, middle, middle, false, true, true);
            x = conv(block + ".pwl", x, 1, 1, out, false, true, false);
            if (stride == 1 && in == out) {
                x = free(block + ".add", LayerKind.ADD, 1, 1, List.of(input, x), out, out, rows, columns, false);
            }
            return x;
        }

        String ritnetDown(String block, String input, boolean pooled) {
            String x = input;
            if (pooled) {
                x = free(
                        block + "pool",
                        LayerKind.AVERAGE_POOL,
                        2,
                        2,
                        List.of(x),
                        channels,
                        channels,
                        rows / 2,
                        columns / 2,
                        false);
            }
            int in = channels;
            String first = conv(block + "conv1", x, 3, 1, RITNET_CHANNELS, true, false, true);
            String two = concat(block + "cat1", in + RITNET_CHANNELS, x, first);
            String second = dense(block + "conv21", block + "conv22", two);
            String three = concat(block + "cat2", in + 2 * RITNET_CHANNELS, two, second);
            String third = dense(block + "conv31", block + "conv32", three);
            return free(
                    block + "bn",
                    LayerKind.AFFINE,
                    1,
                    1,
                    List.of(third),
                    RITNET_CHANNELS,
                    RITNET_CHANNELS,
                    rows,
                    columns,
                    true);
        }

        String ritnetUp(String block, String input, String skip) {
            String x = free(
                    block + "up",
                    LayerKind.UPSAMPLE,
                    1,
                    1,
                    List.of(input),
                    channels,
                    channels,
                    2 * rows,
                    2 * columns,
                    false);
            String two = concat(block + "cat1", 2 * RITNET_CHANNELS, x, skip);
            String first = dense(block + "conv11", block + "conv12", two);
            String three = concat(block + "cat2", 3 * RITNET_CHANNELS, two, first);
            return dense(block + "conv21", block + "conv22", three);
        }

        /** The 1x1 convolution without activation and the 3x3 with, which make one dense unit of RITNet. */
        private String dense(String squeeze, String spread, String input) {
            String x = conv(squeeze, input, 1, 1, RITNET_CHANNELS, true, false, false);
            return conv(spread, x, 3, 1, RITNET_CHANNELS, true, false, true);
        }

        private String concat(String id, int joined, String... inputs) {
            return free(id, LayerKind.CONCAT, 1, 1, List.of(inputs), joined, joined, rows, columns, false);
        }

        String globalPool(String id, String input) {
            return free(id, LayerKind.GLOBAL_POOL, 1, 1, List.of(input), channels, channels, 1, 1, false);
        }

        String linear(String id, String input, int out) {
            return weighted(id, LayerKind.LINEAR, input, 1, 1, 1, out, true, false, false);
        }

        private String weighted(
                String id,
                LayerKind kind,
                String input,
                int kernel,
                int stride,
                int groups,
                int out,
                boolean bias,
                boolean affine,
                boolean activated) {
            int rowsOut = Math.ceilDiv(rows, stride);
            int columnsOut = Math.ceilDiv(columns, stride);
            layers.add(new LayerShape(
                    id,
                    kind,
                    kernel,
                    kernel,
                    stride,
                    groups,
                    channels,
                    out,
                    rows,
                    columns,
                    rowsOut,
                    columnsOut,
                    bias,
                    affine,
                    activated,
                    List.of(input)));
            rows = rowsOut;
            columns = columnsOut;
            channels = out;
            return id;
        }

        String free(
                String id,
                LayerKind kind,
                int kernel,
                int stride,
                List<String> inputs,
                int in,
                int out,
                int rowsOut,
                int columnsOut,
                boolean affine) {
            layers.add(new LayerShape(
                    id,
                    kind,
                    kernel,
                    kernel,
                    stride,
                    1,
                    in,
                    out,
                    rows,
                    columns,
                    rowsOut,
                    columnsOut,
                    false,
                    affine,
                    false,
                    inputs));
            rows = rowsOut;
            columns = columnsOut;
            channels = out;
            return id;
        }
    }
}
