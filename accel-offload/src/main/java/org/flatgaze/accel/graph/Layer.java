package org.flatgaze.accel.graph;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * One step of a graph. Tensors are named by their index in {@link LayerGraph#tensors()}.
 *
 * <p>A layer whose inputs and output are all float32 computes in float32; one whose inputs and output are all quantised
 * computes in integers; {@link Quantize} and {@link Dequantize} stand between. A convolution or linear layer with int8
 * weights may also write float32: its exact sums times {@link Weights.Int8#accumulatorScale()}. Arrays are not copied and must not be
 * changed afterwards.
 */
public sealed interface Layer {

    /** The node's name in the model: unique, for messages, tables and pictures. */
    String name();

    /** Indices of the tensors read, in the order the layer defines. */
    List<Integer> inputs();

    /** Index of the tensor written. */
    int output();

    /** The same layer between other tensors. */
    default Layer between(IntUnaryOperator tensors) {
        return LayerRewrites.renumber(this, tensors);
    }

    /** Multiply-accumulates of a layer whose output has this shape; 0 for layers without a product. */
    default long macs(Shape output) {
        return 0;
    }

    /** Trained numbers in the layer. */
    default long parameters() {
        return 0;
    }

    /**
     * Convolution; depth-wise if {@code groups} is the number of input channels.
     *
     * @param groups divides input and output channels
     * @param activation fused behind the bias, piecewise linear
     */
    record Conv(String name, int input, int output, Window window, int groups, Weights weights, Activation activation)
            implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public long macs(Shape out) {
            return (long) weights.count() * out.rows() * out.columns();
        }

        @Override
        public long parameters() {
            return (long) weights.count() + weights.biases();
        }
    }

    /** {@code y = W x + b} along the last axis; W is outputs x inputs. */
    record Linear(String name, int input, int output, Weights weights, Activation activation) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public long macs(Shape out) {
            return (long) weights.count() * (out.elements() / out.extent(-1));
        }

        @Override
        public long parameters() {
            return (long) weights.count() + weights.biases();
        }
    }

    /**
     * Maximum or mean over a window; padding takes no part in a maximum.
     *
     * @param countPadding whether a mean divides by the whole window even where it hangs over the edge
     */
    record Pool(String name, int input, int output, Kind kind, Window window, boolean countPadding) implements Layer {
        /** What is kept of a window. */
        public enum Kind {
            MAX,
            AVERAGE
        }

        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Mean over all rows and columns; the output is 1 x channels x 1 x 1. */
    record GlobalAveragePool(String name, int input, int output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Sum of two tensors of one shape; the activation is fused behind it and piecewise linear. */
    record Add(String name, int left, int right, int output, Activation activation) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(left, right);
        }
    }

    /** Joins tensors along an axis. */
    record Concat(String name, List<Integer> inputs, int output, int axis) implements Layer {
        public Concat {
            inputs = List.copyOf(inputs);
        }
    }

    /** Nearest neighbour enlargement by whole factors: output pixel (y, x) is input pixel (y / rows, x / columns). */
    record Upsample(String name, int input, int output, int factorRows, int factorColumns) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /**
     * {@code y = scale x + shift} with one pair per index of an axis: batch normalisation that could not be folded, or
     * a product or sum with a constant vector.
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record ChannelAffine(String name, int input, int output, int axis, float[] scale, float[] shift) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public long parameters() {
            return 2L * scale.length;
        }
    }

    /** An element-wise function on its own. */
    record Activate(String name, int input, int output, Activation activation) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Softmax along the last axis. */
    record Softmax(String name, int input, int output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Layer normalisation along the last axis: {@code scale (x - mean) / sqrt(variance + epsilon) + shift}. */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record LayerNorm(String name, int input, int output, float[] scale, float[] shift, float epsilon) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public long parameters() {
            return (long) scale.length + shift.length;
        }
    }

    /** Product of two activations: ... x m x k times ... x k x n, outer extents equal. */
    record MatMul(String name, int left, int right, int output, int depth) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(left, right);
        }

        @Override
        public long macs(Shape out) {
            return (long) out.elements() * depth;
        }
    }

    /**
     * Attention of all heads of a block: {@code softmax(scale q k^T + bias) v} over the pairs that each head keeps. The
     * three inputs may be one tensor.
     */
    record Attention(String name, int q, int k, int v, int output, AttentionForm form) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(q, k, v);
        }

        @Override
        public long macs(Shape out) {
            return form.keptPairs() * (form.depth() + form.valueDepth());
        }
    }

    /** The same elements in the same (row-major) order under another shape; also flatten and squeeze. */
    record Reshape(String name, int input, int output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Axis d of the output is axis {@code permutation[d]} of the input. */
    record Transpose(String name, int input, int output, List<Integer> permutation) implements Layer {
        public Transpose {
            permutation = List.copyOf(permutation);
        }

        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Elements {@code start .. start + length - 1} of an axis, all of the others. */
    record Slice(String name, int input, int output, int axis, int start, int length) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** Fixed numbers; where the output is quantised they are quantised once, by its parameters. */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record Constant(String name, int output, float[] values) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of();
        }

        @Override
        public long parameters() {
            return values.length;
        }
    }

    /** float32 to 8 bits: divide by the scale, round half to even, add the zero point, clamp. */
    record Quantize(String name, int input, int output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }

    /** 8 bits to float32. */
    record Dequantize(String name, int input, int output) implements Layer {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }
    }
}
