package org.flatgaze.accel.graph;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** One layer in a {@link GraphFile}: its kind, name, tensors, whole numbers, real numbers and weights. */
final class LayerCodec {

    /** The kinds in the order of their numbers in the file; new ones go to the end. */
    private enum Kind {
        CONV,
        LINEAR,
        MAX_POOL,
        AVERAGE_POOL,
        GLOBAL_AVERAGE_POOL,
        ADD,
        CONCAT,
        UPSAMPLE,
        CHANNEL_AFFINE,
        ACTIVATE,
        SOFTMAX,
        LAYER_NORM,
        MAT_MUL,
        RESHAPE,
        TRANSPOSE,
        SLICE,
        CONSTANT,
        QUANTIZE,
        DEQUANTIZE,
        ATTENTION
    }

    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final float[] NONE = {};

    private LayerCodec() {}

    static void write(DataOutputStream out, Layer layer) throws IOException {
        switch (layer) {
            case Layer.Conv l -> {
                int[] numbers = Arrays.copyOf(numbers(l.window()), 11);
                numbers[10] = l.groups();
                head(out, Kind.CONV, l, numbers);
                activation(out, l.activation());
                weights(out, l.weights());
            }
            case Layer.Linear l -> {
                head(out, Kind.LINEAR, l);
                activation(out, l.activation());
                weights(out, l.weights());
            }
            case Layer.Pool l -> {
                int[] numbers = Arrays.copyOf(numbers(l.window()), 11);
                numbers[10] = l.countPadding() ? 1 : 0;
                head(out, l.kind() == Layer.Pool.Kind.MAX ? Kind.MAX_POOL : Kind.AVERAGE_POOL, l, numbers);
            }
            case Layer.GlobalAveragePool l -> head(out, Kind.GLOBAL_AVERAGE_POOL, l);
            case Layer.Add l -> {
                head(out, Kind.ADD, l);
                activation(out, l.activation());
            }
            case Layer.Concat l -> head(out, Kind.CONCAT, l, l.axis());
            case Layer.Upsample l -> head(out, Kind.UPSAMPLE, l, l.factorRows(), l.factorColumns());
            case Layer.ChannelAffine l -> {
                head(out, Kind.CHANNEL_AFFINE, l, l.axis());
                floats(out, l.scale(), l.shift());
            }
            case Layer.Activate l -> {
                head(out, Kind.ACTIVATE, l);
                activation(out, l.activation());
            }
            case Layer.Softmax l -> head(out, Kind.SOFTMAX, l);
            case Layer.LayerNorm l -> {
                head(out, Kind.LAYER_NORM, l);
                floats(out, l.scale(), l.shift());
                out.writeFloat(l.epsilon());
            }
            case Layer.MatMul l -> head(out, Kind.MAT_MUL, l, l.depth());
            case Layer.Attention l -> {
                head(out, Kind.ATTENTION, l, AttentionCodec.numbers(l.form()));
                AttentionCodec.write(out, l.form());
            }
            case Layer.Reshape l -> head(out, Kind.RESHAPE, l);
            case Layer.Transpose l -> head(out, Kind.TRANSPOSE, l, GraphFile.ints(l.permutation()));
            case Layer.Slice l -> head(out, Kind.SLICE, l, l.axis(), l.start(), l.length());
            case Layer.Constant l -> {
                head(out, Kind.CONSTANT, l);
                floats(out, l.values(), NONE);
            }
            case Layer.Quantize l -> head(out, Kind.QUANTIZE, l);
            case Layer.Dequantize l -> head(out, Kind.DEQUANTIZE, l);
        }
    }

    private static int[] numbers(Window w) {
        return new int[] {
            w.kernelRows(),
            w.kernelColumns(),
            w.strideRows(),
            w.strideColumns(),
            w.padTop(),
            w.padLeft(),
            w.padBottom(),
            w.padRight(),
            w.dilationRows(),
            w.dilationColumns()
        };
    }

    private static void head(DataOutputStream out, Kind kind, Layer layer, int... numbers) throws IOException {
        out.writeByte(KINDS.indexOf(kind));
        out.writeUTF(layer.name());
        GraphFile.writeInts(out, GraphFile.ints(layer.inputs()));
        out.writeInt(layer.output());
        GraphFile.writeInts(out, numbers);
    }

    private static void activation(DataOutputStream out, Activation activation) throws IOException {
        out.writeUTF(activation.kind().name());
        out.writeFloat(activation.slope());
    }

    private static void floats(DataOutputStream out, float[] first, float[] second) throws IOException {
        GraphFile.writeFloats(out, first);
        GraphFile.writeFloats(out, second);
    }

    private static void weights(DataOutputStream out, Weights weights) throws IOException {
        switch (weights) {
            case Weights.Float32 w -> {
                out.writeBoolean(false);
                floats(out, w.values(), w.bias());
            }
            case Weights.Int8 w -> {
                out.writeBoolean(true);
                out.writeInt(w.values().length);
                out.write(w.values());
                GraphFile.writeInts(out, w.bias());
                GraphFile.writeFloats(out, w.accumulatorScale());
            }
        }
    }

    static Layer read(DataInputStream in) throws IOException {
        int code = in.readUnsignedByte();
        if (code >= KINDS.size()) {
            throw new IOException("layer kind=" + code + ": expected below " + KINDS.size());
        }
        Kind kind = KINDS.get(code);
        String name = in.readUTF();
        List<Integer> inputs = GraphFile.list(GraphFile.readInts(in));
        int output = in.readInt();
        int[] n = GraphFile.readInts(in);
        if (inputs.isEmpty() && kind != Kind.CONSTANT) {
            throw new IOException("layer " + name + " reads nothing");
        }
        try {
            return read(in, kind, name, inputs, output, n);
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("layer " + name + " lacks numbers", e);
        }
    }

    private static Layer read(DataInputStream in, Kind kind, String name, List<Integer> inputs, int output, int[] n)
            throws IOException {
        int input = inputs.isEmpty() ? -1 : inputs.getFirst();
        return switch (kind) {
            case CONV -> {
                Activation activation = readActivation(in);
                yield new Layer.Conv(name, input, output, window(n), n[10], readWeights(in), activation);
            }
            case LINEAR -> {
                Activation activation = readActivation(in);
                yield new Layer.Linear(name, input, output, readWeights(in), activation);
            }
            case MAX_POOL -> new Layer.Pool(name, input, output, Layer.Pool.Kind.MAX, window(n), n[10] != 0);
            case AVERAGE_POOL -> new Layer.Pool(name, input, output, Layer.Pool.Kind.AVERAGE, window(n), n[10] != 0);
            case GLOBAL_AVERAGE_POOL -> new Layer.GlobalAveragePool(name, input, output);
            case ADD -> new Layer.Add(name, input, inputs.get(1), output, readActivation(in));
            case CONCAT -> new Layer.Concat(name, inputs, output, n[0]);
            case UPSAMPLE -> new Layer.Upsample(name, input, output, n[0], n[1]);
            case CHANNEL_AFFINE ->
                new Layer.ChannelAffine(name, input, output, n[0], GraphFile.readFloats(in), GraphFile.readFloats(in));
            case ACTIVATE -> new Layer.Activate(name, input, output, readActivation(in));
            case SOFTMAX -> new Layer.Softmax(name, input, output);
            case LAYER_NORM ->
                new Layer.LayerNorm(
                        name, input, output, GraphFile.readFloats(in), GraphFile.readFloats(in), in.readFloat());
            case MAT_MUL -> new Layer.MatMul(name, input, inputs.get(1), output, n[0]);
            case ATTENTION ->
                new Layer.Attention(name, input, inputs.get(1), inputs.get(2), output, AttentionCodec.read(in, n));
            case RESHAPE -> new Layer.Reshape(name, input, output);
            case TRANSPOSE -> new Layer.Transpose(name, input, output, GraphFile.list(n));
            case SLICE -> new Layer.Slice(name, input, output, n[0], n[1], n[2]);
            case CONSTANT -> {
                float[] values = GraphFile.readFloats(in);
                GraphFile.readFloats(in);
                yield new Layer.Constant(name, output, values);
            }
            case QUANTIZE -> new Layer.Quantize(name, input, output);
            case DEQUANTIZE -> new Layer.Dequantize(name, input, output);
        };
    }

    private static Window window(int[] n) {
        return new Window(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9]);
    }

    private static Activation readActivation(DataInputStream in) throws IOException {
        return new Activation(Activation.Kind.valueOf(in.readUTF()), in.readFloat());
    }

    private static Weights readWeights(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            return new Weights.Float32(GraphFile.readFloats(in), GraphFile.readFloats(in));
        }
        byte[] values = new byte[GraphFile.count(in)];
        in.readFully(values);
        return new Weights.Int8(values, GraphFile.readInts(in), GraphFile.readFloats(in));
    }
}
