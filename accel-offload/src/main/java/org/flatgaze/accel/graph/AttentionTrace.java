package org.flatgaze.accel.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.flatgaze.accel.graph.AttentionFusion.NotAttention;

/** Follows the operands of an attention block through scales, reshapes, transposes and slices to where they lie in rows. */
final class AttentionTrace {

    private final LayerGraph graph;
    private final Map<Integer, Layer> producers = new HashMap<>();
    private final Map<Integer, List<Layer>> readers = new HashMap<>();

    AttentionTrace(LayerGraph graph) {
        this.graph = graph;
        for (Layer layer : graph.layers()) {
            producers.put(layer.output(), layer);
            for (int input : layer.inputs().stream().distinct().toList()) {
                readers.computeIfAbsent(input, _ -> new ArrayList<>()).add(layer);
            }
        }
    }

    /** The product behind q k^T, what the scores are multiplied with and what is added to them. */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record Scores(Layer.MatMul product, double scale, float[] biases) {

        /** The part of one head, or null. */
        float[] bias(int head, int pairs) {
            if (biases == null) {
                return null;
            }
            float[] own = new float[pairs];
            System.arraycopy(biases, head * pairs, own, 0, pairs);
            return own;
        }
    }

    /** A tensor in which the rows of all heads lie, and the factor between it and the operand. */
    record Operand(int tensor, AttentionForm.Rows rows, double scale) {}

    /** The product of the softmax and v. */
    Layer.MatMul valueProduct(Layer.Softmax softmax) {
        for (Layer reader : readers.getOrDefault(softmax.output(), List.of())) {
            if (reader instanceof Layer.MatMul product && product.left() == softmax.output()) {
                return product;
            }
        }
        throw new NotAttention("its result is not multiplied with v; expected softmax(scale q k^T) v");
    }

    /** Back from the softmax to q k^T. */
    Scores scores(Layer.Softmax softmax) {
        double scale = 1;
        float[] biases = null;
        int tensor = softmax.input();
        while (true) {
            Layer layer = producers.get(tensor);
            if (layer instanceof Layer.MatMul product) {
                return new Scores(product, scale, biases);
            }
            if (layer instanceof Layer.ChannelAffine affine && isUniformScale(affine)) {
                scale *= affine.scale()[0];
                tensor = affine.input();
            } else if (layer instanceof Layer.Add add && add.activation().isNone() && constant(add) != null) {
                float[] values = constant(add).values();
                float[] sum = biases == null ? new float[values.length] : biases;
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += (float) (scale * values[i]);
                }
                biases = sum;
                tensor = producers.get(add.right()) instanceof Layer.Constant ? add.left() : add.right();
            } else {
                throw new NotAttention("it reads "
                        + (layer == null
                                ? "an input of the model"
                                : "layer " + layer.name() + " ("
                                        + layer.getClass().getSimpleName() + ")")
                        + "; expected q k^T, scaled by one number, with a constant bias at most");
            }
        }
    }

    private Layer.Constant constant(Layer.Add add) {
        if (producers.get(add.right()) instanceof Layer.Constant right) {
            return right;
        }
        return producers.get(add.left()) instanceof Layer.Constant left ? left : null;
    }

    private static boolean isUniformScale(Layer.ChannelAffine affine) {
        return IntStream.range(0, affine.scale().length)
                .allMatch(c -> affine.scale()[c] == affine.scale()[0] && affine.shift()[c] == 0);
    }

    /**
     * Back from an operand of heads x tokens x columns to the furthest tensor that holds it in rows.
     *
     * @param columnsFirst whether the operand is heads x columns x tokens, as k^T is
     */
    Operand operand(String name, int tensor, int heads, int tokens, int columns, boolean columnsFirst) {
        int[] places = new int[heads * tokens * columns];
        for (int i = 0; i < places.length; i++) {
            int column = i % columns;
            int token = i / columns % tokens;
            int head = i / (columns * tokens);
            places[i] = columnsFirst ? (head * columns + column) * tokens + token : i;
        }
        if (graph.tensors().get(tensor).shape().elements() != places.length) {
            throw new NotAttention(name + " is " + graph.tensors().get(tensor).shape() + ": expected " + heads
                    + " heads of " + tokens + " x " + columns);
        }
        double scale = 1;
        Operand best = null;
        int at = tensor;
        while (true) {
            AttentionForm.Rows rows = rows(places, tokens, columns);
            if (rows != null) {
                best = new Operand(at, rows, scale);
            }
            Layer layer = producers.get(at);
            if (layer instanceof Layer.ChannelAffine affine && isUniformScale(affine)) {
                scale *= affine.scale()[0];
            } else {
                int[] moved = moves(layer);
                if (moved == null) {
                    break;
                }
                for (int i = 0; i < places.length; i++) {
                    places[i] = moved[places[i]];
                }
            }
            at = layer.inputs().getFirst();
        }
        if (best == null) {
            throw new NotAttention(name + " is nowhere kept with the columns of a token side by side");
        }
        return best;
    }

    /** Forward from the block's product to the last tensor that only moves its numbers and holds them in rows. */
    Operand result(Layer.MatMul product, int heads, int tokens, int columns) {
        int[] places = IntStream.range(0, heads * tokens * columns).toArray();
        int at = product.output();
        Operand best = new Operand(at, rows(places, tokens, columns), 1);
        while (true) {
            Layer reader = onlyReader(at);
            int[] moved = reader == null || reader instanceof Layer.Slice ? null : moves(reader);
            if (moved == null) {
                return best;
            }
            int[] target = new int[moved.length];
            for (int i = 0; i < moved.length; i++) {
                target[moved[i]] = i;
            }
            for (int i = 0; i < places.length; i++) {
                places[i] = target[places[i]];
            }
            at = reader.output();
            AttentionForm.Rows rows = rows(places, tokens, columns);
            if (rows != null) {
                best = new Operand(at, rows, 1);
            }
        }
    }

    /** The layer that alone reads a tensor which the model does not hand out, or null. */
    Layer onlyReader(int tensor) {
        List<Layer> all = readers.getOrDefault(tensor, List.of());
        return all.size() == 1 && !graph.outputs().contains(tensor) ? all.getFirst() : null;
    }

    /** Which element of its input each element of a moving layer's output is, or null for any other layer. */
    private int[] moves(Layer layer) {
        return switch (layer) {
            case Layer.Reshape _ ->
                IntStream.range(0, graph.output(layer).shape().elements()).toArray();
            case Layer.Transpose transpose ->
                Moves.transpose(transpose, graph.input(layer, 0).shape());
            case Layer.Slice slice -> Moves.slice(slice, graph.input(layer, 0).shape());
            case null, default -> null;
        };
    }

    /** Places of heads x tokens x columns as rows, or null if the columns of a token are not side by side. */
    private static AttentionForm.Rows rows(int[] places, int tokens, int columns) {
        int perHead = tokens * columns;
        int heads = places.length / perHead;
        int headStep = heads > 1 ? places[perHead] - places[0] : 0;
        int tokenStep = tokens > 1 ? places[columns] - places[0] : columns;
        for (int i = 0; i < places.length; i++) {
            long expected = places[0]
                    + (long) (i / perHead) * headStep
                    + (long) (i / columns % tokens) * tokenStep
                    + i % columns;
            if (places[i] != expected) {
                return null;
            }
        }
        return headStep >= 0 && tokenStep >= columns ? new AttentionForm.Rows(places[0], headStep, tokenStep) : null;
    }
}
