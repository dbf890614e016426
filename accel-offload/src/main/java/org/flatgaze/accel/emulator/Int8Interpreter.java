package org.flatgaze.accel.emulator;

import java.util.List;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.RowArithmetic;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;

/**
 * Runs a graph layer by layer with plain loops: the oracle that every other backend is held against. 8-bit layers are
 * bit-exact by the rules of {@link org.flatgaze.accel.graph.Int8Arithmetic}; float32 layers sum in a
 * fixed order.
 *
 * <p>Every tensor keeps its memory, so that all of them can be looked at after a run. One thread; a run allocates
 * nothing.
 */
public final class Int8Interpreter {

    private final LayerGraph graph;
    private final float[][] floats;
    private final int[][] quantized;
    private final Accumulators accumulators;
    private final Int8Loops int8;
    private final float[] row;
    /** The tensors each layer reads. */
    private final int[][] inputs;

    /** For layers that only move numbers: where each output element comes from. */
    private final long[][] moves;

    /** An interpreter with 32-bit sums. */
    public Int8Interpreter(LayerGraph graph) {
        this(graph, Accumulators.Width.BITS_32);
    }

    /** An interpreter whose sums have this width. */
    public Int8Interpreter(LayerGraph graph, Accumulators.Width width) {
        this.graph = graph;
        int tensors = graph.tensors().size();
        this.floats = new float[tensors][];
        this.quantized = new int[tensors][];
        int largest = 1;
        int longestRow = 1;
        for (int t = 0; t < tensors; t++) {
            Shape shape = graph.tensors().get(t).shape();
            if (graph.tensors().get(t).isQuantized()) {
                quantized[t] = new int[shape.elements()];
            } else {
                floats[t] = new float[shape.elements()];
            }
            largest = Math.max(largest, shape.elements());
            longestRow = Math.max(longestRow, shape.rank() == 0 ? 1 : shape.extent(-1));
        }
        for (Layer layer : graph.layers()) {
            if (layer instanceof Layer.Attention attention) {
                longestRow = Math.max(longestRow, attention.form().keys());
            }
        }
        this.accumulators = new Accumulators(width, graph.layers().size());
        this.int8 = new Int8Loops(accumulators, graph, graph.isQuantized() ? largest : 1);
        this.row = new float[longestRow];
        this.inputs = graph.layers().stream()
                .map(l -> l.inputs().stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        this.moves = new long[graph.layers().size()][];
        for (int i = 0; i < moves.length; i++) {
            prepare(i);
        }
    }

    private void prepare(int index) {
        Layer layer = graph.layers().get(index);
        switch (layer) {
            case Layer.Constant constant -> fill(constant);
            case Layer.Reshape _, Layer.Upsample _, Layer.Transpose _, Layer.Slice _, Layer.Concat _ -> {
                List<Shape> shapes = layer.inputs().stream()
                        .map(t -> graph.tensors().get(t).shape())
                        .toList();
                Shape out = graph.output(layer).shape();
                moves[index] = new long[out.elements()];
                for (int e = 0; e < out.elements(); e++) {
                    moves[index][e] = MoveLoops.source(layer, shapes, out, e);
                }
            }
            default -> {}
        }
    }

    private void fill(Layer.Constant constant) {
        Tensor out = graph.output(constant);
        for (int i = 0; i < constant.values().length; i++) {
            if (out.isQuantized()) {
                quantized[constant.output()][i] = out.quant().quantize(constant.values()[i], 0);
            } else {
                floats[constant.output()][i] = constant.values()[i];
            }
        }
    }

    public LayerGraph graph() {
        return graph;
    }

    /** Memory of a float32 tensor, row-major; write the inputs' before a run. Null for a quantised tensor. */
    public float[] floats(int tensor) {
        return floats[tensor];
    }

    /** Memory of a quantised tensor: its q, row-major, zero point included. Null for a float32 tensor. */
    public int[] quantized(int tensor) {
        return quantized[tensor];
    }

    /** Runs all layers. */
    public void run() {
        for (int i = 0; i < graph.layers().size(); i++) {
            runLayer(i);
        }
    }

    /** Magnitudes and overflows of the sums of each layer that has any, since this interpreter was made. */
    public List<Accumulators.Reached> accumulators() {
        return accumulators.reached(graph.layers());
    }

    /** Runs one layer; those before it must have run. */
    public void runLayer(int index) {
        Layer layer = graph.layers().get(index);
        if (layer instanceof Layer.Constant) {
            return;
        }
        int input = inputs[index][0];
        if (layer instanceof Layer.Quantize) {
            quantize(floats[input], graph.output(layer), quantized[layer.output()]);
        } else if (layer instanceof Layer.Dequantize) {
            dequantize(graph.tensors().get(input), quantized[input], floats[layer.output()]);
        } else if (moves[index] != null) {
            move(index, layer);
        } else if (layer instanceof Layer.Softmax || layer instanceof Layer.LayerNorm) {
            normalize(layer, input);
        } else if (graph.tensors().get(input).isQuantized()) {
            inSteps(index, layer, input);
        } else {
            inFloats(layer, input);
        }
    }

    private void inSteps(int index, Layer layer, int input) {
        Tensor in = graph.tensors().get(input);
        Tensor out = graph.output(layer);
        int[] x = quantized[input];
        int[] y = quantized[layer.output()];
        switch (layer) {
            case Layer.Conv conv -> int8.conv(index, conv, in, out, x, y, floats[conv.output()]);
            case Layer.Linear linear -> int8.linear(index, linear, in, out, x, y, floats[linear.output()]);
            case Layer.Pool pool -> int8.pool(pool, in, out, x, y);
            case Layer.GlobalAveragePool _ -> int8.globalPool(in, out, x, y);
            case Layer.Add add ->
                int8.add(add, in, graph.tensors().get(add.right()), out, x, quantized[add.right()], y);
            case Layer.ChannelAffine affine -> Int8Loops.affine(affine, in, out, x, y);
            case Layer.Activate activate -> Int8Loops.activate(activate.activation(), in, out, x, y);
            case Layer.MatMul matMul ->
                int8.matMul(
                        index,
                        matMul.depth(),
                        in,
                        graph.tensors().get(matMul.right()),
                        out,
                        x,
                        quantized[matMul.right()],
                        y);
            default -> throw new IllegalStateException("layer " + layer.name() + " has no 8-bit loop");
        }
    }

    private void inFloats(Layer layer, int input) {
        Shape in = graph.tensors().get(input).shape();
        Shape out = graph.output(layer).shape();
        float[] x = floats[input];
        float[] y = floats[layer.output()];
        switch (layer) {
            case Layer.Conv conv -> FloatLoops.conv(conv, in, out, x, y);
            case Layer.Linear linear -> FloatLoops.linear(linear, in.extent(-1), out.extent(-1), x, y);
            case Layer.Pool pool -> FloatLoops.pool(pool, in, out, x, y);
            case Layer.GlobalAveragePool _ -> FloatLoops.globalPool(in, x, y);
            case Layer.Add add -> FloatLoops.add(add, x, floats[add.right()], y);
            case Layer.ChannelAffine affine -> FloatLoops.affine(affine, in, x, y);
            case Layer.Activate activate -> {
                System.arraycopy(x, 0, y, 0, y.length);
                FloatLoops.activate(activate.activation(), y, 0, y.length);
            }
            case Layer.MatMul matMul ->
                FloatLoops.matMul(out.extent(-2), out.extent(-1), matMul.depth(), x, floats[matMul.right()], y);
            case Layer.Attention attention ->
                AttentionLoops.run(attention.form(), x, floats[attention.k()], floats[attention.v()], row, y);
            default -> throw new IllegalStateException("layer " + layer.name() + " has no float32 loop");
        }
    }

    private void move(int index, Layer layer) {
        Tensor out = graph.output(layer);
        long[] sources = moves[index];
        int[] read = inputs[index];
        for (int i = 0; i < sources.length; i++) {
            int tensor = read[(int) (sources[i] >>> 32)];
            int element = (int) sources[i];
            if (out.isQuantized()) {
                Tensor in = graph.tensors().get(tensor);
                quantized[layer.output()][i] = Int8Loops.rescale(
                        quantized[tensor][element], in.quant(), channel(in, element), out.quant(), channel(out, i));
            } else {
                floats[layer.output()][i] = floats[tensor][element];
            }
        }
    }

    private static int channel(Tensor tensor, int element) {
        return tensor.quant().isPerChannel()
                ? element / (tensor.shape().rows() * tensor.shape().columns())
                : 0;
    }

    private void normalize(Layer layer, int input) {
        Tensor in = graph.tensors().get(input);
        Tensor out = graph.output(layer);
        int n = in.shape().extent(-1);
        for (int from = 0; from < in.shape().elements(); from += n) {
            for (int i = 0; i < n; i++) {
                row[i] = in.isQuantized()
                        ? (quantized[input][from + i] - in.quant().zeroPoint(0))
                                * in.quant().scale(0)
                        : floats[input][from + i];
            }
            if (layer instanceof Layer.LayerNorm norm) {
                RowArithmetic.layerNorm(row, 0, norm.scale(), norm.shift(), norm.epsilon());
            } else {
                RowArithmetic.softmax(row, 0, n);
            }
            for (int i = 0; i < n; i++) {
                if (out.isQuantized()) {
                    quantized[layer.output()][from + i] = out.quant().quantize(row[i], 0);
                } else {
                    floats[layer.output()][from + i] = row[i];
                }
            }
        }
    }

    private static void quantize(float[] x, Tensor out, int[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = out.quant().quantize(x[i], channel(out, i));
        }
    }

    private static void dequantize(Tensor in, int[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            int c = channel(in, i);
            y[i] = (x[i] - in.quant().zeroPoint(c)) * in.quant().scale(c);
        }
    }
}
