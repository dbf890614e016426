package org.flatgaze.accel.graph;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.flatgaze.accel.AcceleratorException;

/**
 * A graph as bytes, so that a quantised one can be kept: {@code FGGRAPH1}, then big-endian numbers and UTF-8 names in the
 * order of the records, then the CRC-32 of everything before it. {@link OnnxImport#read} takes such bytes in place of
 * ONNX.
 */
public final class GraphFile {

    private static final byte[] MAGIC = "FGGRAPH1".getBytes(StandardCharsets.US_ASCII);

    /** More numbers than this in one array are taken for damage. */
    private static final int MOST_NUMBERS = 1 << 28;

    private GraphFile() {}

    /** Whether these bytes are a graph, judged by their start. */
    public static boolean isGraph(byte[] bytes) {
        return bytes.length > MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** The bytes of a graph. */
    public static byte[] write(LayerGraph graph) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(MAGIC);
            out.writeUTF(graph.name());
            out.writeInt(graph.tensors().size());
            for (Tensor tensor : graph.tensors()) {
                out.writeUTF(tensor.name());
                writeInts(out, tensor.shape().toArray());
                out.writeBoolean(tensor.isQuantized());
                if (tensor.isQuantized()) {
                    out.writeBoolean(tensor.quant().signed());
                    writeFloats(out, tensor.quant().scales());
                    writeInts(out, tensor.quant().zeroPoints());
                }
            }
            writeInts(out, ints(graph.inputs()));
            writeInts(out, ints(graph.outputs()));
            out.writeInt(graph.layers().size());
            for (Layer layer : graph.layers()) {
                LayerCodec.write(out, layer);
            }
            CRC32 crc = new CRC32();
            crc.update(bytes.toByteArray());
            out.writeLong(crc.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    /**
     * The graph in some bytes.
     *
     * @param model name for messages; the graph keeps its own
     * @throws AcceleratorException if the bytes are damaged or cut short; one line
     */
    public static LayerGraph read(String model, byte[] bytes) {
        if (!isGraph(bytes) || bytes.length < MAGIC.length + Long.BYTES) {
            throw new AcceleratorException("model " + model + ": not a compiled graph");
        }
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - Long.BYTES);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            in.skipNBytes(bytes.length - Long.BYTES);
            if (in.readLong() != crc.getValue()) {
                throw new AcceleratorException("model " + model + ": damaged or cut short; compile it again");
            }
            in = new DataInputStream(new ByteArrayInputStream(bytes));
            in.skipNBytes(MAGIC.length);
            return read(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new AcceleratorException("model " + model + ": damaged: " + e.getMessage(), e);
        }
    }

    private static LayerGraph read(DataInputStream in) throws IOException {
        String name = in.readUTF();
        List<Tensor> tensors = new ArrayList<>();
        int tensorCount = count(in);
        for (int t = 0; t < tensorCount; t++) {
            String tensorName = in.readUTF();
            Shape shape = Shape.of(readInts(in));
            QuantParams quant =
                    in.readBoolean() ? new QuantParams(in.readBoolean(), readFloats(in), readInts(in)) : null;
            tensors.add(new Tensor(tensorName, shape, quant));
        }
        List<Integer> inputs = list(readInts(in));
        List<Integer> outputs = list(readInts(in));
        List<Layer> layers = new ArrayList<>();
        int layerCount = count(in);
        for (int l = 0; l < layerCount; l++) {
            layers.add(LayerCodec.read(in));
        }
        return new LayerGraph(name, tensors, layers, inputs, outputs);
    }

    static List<Integer> list(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    static void writeInts(DataOutputStream out, int... values) throws IOException {
        out.writeInt(values.length);
        for (int value : values) {
            out.writeInt(value);
        }
    }

    static int[] readInts(DataInputStream in) throws IOException {
        int[] values = new int[count(in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readInt();
        }
        return values;
    }

    static void writeFloats(DataOutputStream out, float[] values) throws IOException {
        out.writeInt(values.length);
        for (float value : values) {
            out.writeFloat(value);
        }
    }

    static float[] readFloats(DataInputStream in) throws IOException {
        float[] values = new float[count(in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }

    static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MOST_NUMBERS) {
            throw new IOException("count=" + count + ": expected 0.." + MOST_NUMBERS);
        }
        return count;
    }
}
