package org.flatgaze.accel.shiftadd.convert;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.emulator.Int8Interpreter;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;

/**
 * Runs two graphs of the same tensors on the same inputs and says how far their activations are apart, layer by layer.
 *
 * @param layers each layer's root mean square difference over the original's root mean square
 * @param outputError the same over all outputs of the graph
 * @param largestOutputDifference largest absolute difference of an output
 */
public record GraphComparison(List<LayerError> layers, double outputError, double largestOutputDifference) {

    /**
     * A layer's share.
     *
     * @param layer its name
     * @param relativeError accumulated up to and including the layer
     */
    public record LayerError(String layer, double relativeError) {}

    public GraphComparison {
        layers = List.copyOf(layers);
    }

    /**
     * Compares on samples.
     *
     * @param samples one row-major array per input of the graphs for each sample
     */
    public static GraphComparison of(LayerGraph original, LayerGraph converted, List<float[][]> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("samples=0: expected at least 1");
        }
        Int8Interpreter first = new Int8Interpreter(original);
        Int8Interpreter second = new Int8Interpreter(converted);
        int count = original.layers().size();
        double[] errors = new double[count];
        double[] squares = new double[count];
        double outputError = 0;
        double outputSquares = 0;
        double largest = 0;
        for (float[][] sample : samples) {
            for (int i = 0; i < original.inputs().size(); i++) {
                fill(first.floats(original.inputs().get(i)), sample[i]);
                fill(second.floats(converted.inputs().get(i)), sample[i]);
            }
            first.run();
            second.run();
            for (int l = 0; l < count; l++) {
                int tensor = original.layers().get(l).output();
                boolean isOutput = original.outputs().contains(tensor);
                for (int e = 0; e < original.tensors().get(tensor).shape().elements(); e++) {
                    double a = value(first, tensor, e);
                    double difference = a - value(second, tensor, e);
                    errors[l] += difference * difference;
                    squares[l] += a * a;
                    if (isOutput) {
                        outputError += difference * difference;
                        outputSquares += a * a;
                        largest = Math.max(largest, Math.abs(difference));
                    }
                }
            }
        }
        List<LayerError> layers = new ArrayList<>();
        for (int l = 0; l < count; l++) {
            Layer layer = original.layers().get(l);
            layers.add(new LayerError(layer.name(), ratio(errors[l], squares[l])));
        }
        return new GraphComparison(layers, ratio(outputError, outputSquares), largest);
    }

    private static void fill(float[] input, float[] sample) {
        if (input == null || input.length != sample.length) {
            throw new IllegalArgumentException("sample.length=" + sample.length + ": expected "
                    + (input == null ? "a float32 input" : String.valueOf(input.length)));
        }
        System.arraycopy(sample, 0, input, 0, input.length);
    }

    private static double value(Int8Interpreter interpreter, int tensor, int element) {
        float[] floats = interpreter.floats(tensor);
        return floats != null ? floats[element] : dequantized(interpreter, tensor, element);
    }

    private static double dequantized(Int8Interpreter interpreter, int tensor, int element) {
        var quant = interpreter.graph().tensors().get(tensor).quant();
        var shape = interpreter.graph().tensors().get(tensor).shape();
        int channel = quant.isPerChannel() ? element / (shape.rows() * shape.columns()) % shape.channels() : 0;
        return quant.real(interpreter.quantized(tensor)[element], channel);
    }

    private static double ratio(double error, double squares) {
        return squares == 0 ? 0 : Math.sqrt(error / squares);
    }
}
