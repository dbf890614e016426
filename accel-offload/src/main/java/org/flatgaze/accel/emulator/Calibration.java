package org.flatgaze.accel.emulator;

import java.util.List;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;

/**
 * The ranges that the tensors of a float32 graph take over a set of inputs: for each tensor, and for each channel of a
 * picture.
 */
final class Calibration implements TensorRanges {

    private static final int BINS = 4096;

    private final LayerGraph graph;
    private final float[][] lowest;
    private final float[][] highest;

    /**
     * Runs the graph over the samples.
     *
     * @param samples one array per input of the graph each, row-major
     * @param percentile part of the numbers that a tensor's range keeps at either end, in percent; 100 for all. Channels
     *     keep all of theirs.
     */
    Calibration(LayerGraph graph, List<float[][]> samples, double percentile) {
        this.graph = graph;
        int tensors = graph.tensors().size();
        this.lowest = new float[tensors][];
        this.highest = new float[tensors][];
        for (int t = 0; t < tensors; t++) {
            lowest[t] = new float[channels(t) + 1];
            highest[t] = new float[channels(t) + 1];
        }
        Int8Interpreter interpreter = new Int8Interpreter(graph);
        for (float[][] sample : samples) {
            run(interpreter, sample);
            for (int t = 0; t < tensors; t++) {
                widen(t, interpreter.floats(t));
            }
        }
        if (percentile < 100) {
            trim(interpreter, samples, percentile);
        }
    }

    private void run(Int8Interpreter interpreter, float[][] sample) {
        for (int i = 0; i < graph.inputs().size(); i++) {
            float[] to = interpreter.floats(graph.inputs().get(i));
            if (sample.length != graph.inputs().size() || sample[i].length != to.length) {
                throw new IllegalArgumentException("sample of " + sample[i].length + " numbers for input "
                        + graph.tensors().get(graph.inputs().get(i)).name() + ": expected " + to.length);
            }
            System.arraycopy(sample[i], 0, to, 0, to.length);
        }
        interpreter.run();
    }

    private int channels(int tensor) {
        Shape shape = graph.tensors().get(tensor).shape();
        return shape.isPicture() ? shape.channels() : 0;
    }

    /** The last entry is the whole tensor's; all start at 0, which every range must hold. */
    private void widen(int tensor, float[] values) {
        int channels = channels(tensor);
        int plane = values.length / Math.max(1, channels);
        for (int i = 0; i < values.length; i++) {
            float v = values[i];
            for (int c : new int[] {Math.min(i / plane, channels), channels}) {
                lowest[tensor][c] = Math.min(lowest[tensor][c], v);
                highest[tensor][c] = Math.max(highest[tensor][c], v);
            }
        }
    }

    private void trim(Int8Interpreter interpreter, List<float[][]> samples, double percentile) {
        long[][] histograms = new long[graph.tensors().size()][BINS];
        for (float[][] sample : samples) {
            run(interpreter, sample);
            for (int t = 0; t < histograms.length; t++) {
                float low = low(t);
                float width = (high(t) - low) / BINS;
                for (float v : interpreter.floats(t)) {
                    histograms[t][Math.max(0, Math.min(BINS - 1, (int) ((v - low) / width)))]++;
                }
            }
        }
        for (int t = 0; t < histograms.length; t++) {
            trim(t, histograms[t], percentile);
        }
    }

    private void trim(int tensor, long[] histogram, double percentile) {
        long total = java.util.Arrays.stream(histogram).sum();
        long drop = (long) (total * (1 - percentile / 100));
        float low = low(tensor);
        float width = (high(tensor) - low) / BINS;
        int first = 0;
        for (long seen = histogram[0]; seen <= drop && first < BINS - 1; seen += histogram[first]) {
            first++;
        }
        int last = BINS - 1;
        for (long seen = histogram[last]; seen <= drop && last > first; seen += histogram[last]) {
            last--;
        }
        int whole = channels(tensor);
        highest[tensor][whole] = Math.max(0, low + (last + 1) * width);
        lowest[tensor][whole] = Math.min(0, low + first * width);
    }

    @Override
    public float low(int tensor) {
        return lowest[tensor][channels(tensor)];
    }

    @Override
    public float high(int tensor) {
        return highest[tensor][channels(tensor)];
    }

    @Override
    public float low(int tensor, int channel) {
        return Math.max(lowest[tensor][channel], low(tensor));
    }

    @Override
    public float high(int tensor, int channel) {
        return Math.min(highest[tensor][channel], high(tensor));
    }
}
