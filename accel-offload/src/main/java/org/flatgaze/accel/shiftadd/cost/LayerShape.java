package org.flatgaze.accel.shiftadd.cost;

/**
 * One row of a layer table: everything the mapper needs to know about a layer.
 *
 * @param kind what happens per tap
 * @param name where the layer sits, for messages
 * @param batch independent inputs; a product of matrices counts its rows here
 * @param inputChannels channels (or features) read
 * @param inputHeight rows of the input picture, 1 for a linear layer
 * @param inputWidth columns of the input picture
 * @param outputChannels channels (or features) written
 * @param outputHeight rows of the output picture
 * @param outputWidth columns of the output picture
 * @param kernel edge of the square window
 * @param stride step of the window
 * @param groups channel groups that do not see each other; equal to the channels for a depth-wise layer
 */
public record LayerShape(
        LayerKind kind,
        String name,
        int batch,
        int inputChannels,
        int inputHeight,
        int inputWidth,
        int outputChannels,
        int outputHeight,
        int outputWidth,
        int kernel,
        int stride,
        int groups) {

    public LayerShape {
        positive("batch", batch, name);
        positive("inputChannels", inputChannels, name);
        positive("inputHeight", inputHeight, name);
        positive("inputWidth", inputWidth, name);
        positive("outputChannels", outputChannels, name);
        positive("outputHeight", outputHeight, name);
        positive("outputWidth", outputWidth, name);
        positive("kernel", kernel, name);
        positive("stride", stride, name);
        positive("groups", groups, name);
        if (inputChannels % groups != 0 || outputChannels % groups != 0) {
            throw new IllegalArgumentException("groups=" + groups + " (layer " + name
                    + "): expected a divisor of inputChannels=" + inputChannels + " and outputChannels="
                    + outputChannels);
        }
    }

    /**
     * A convolution of a square picture whose padding keeps {@code output = ceil(input / stride)}.
     *
     * @param size rows and columns of the input
     */
    public static LayerShape convolution(
            LayerKind kind,
            String name,
            int inputChannels,
            int outputChannels,
            int size,
            int kernel,
            int stride,
            int groups) {
        int output = (size + stride - 1) / stride;
        return new LayerShape(
                kind, name, 1, inputChannels, size, size, outputChannels, output, output, kernel, stride, groups);
    }

    /** A product {@code rows x inputs} times {@code inputs x outputs}. */
    public static LayerShape product(LayerKind kind, String name, int rows, int inputs, int outputs) {
        return new LayerShape(kind, name, rows, inputs, 1, 1, outputs, 1, 1, 1, 1, 1);
    }

    /** Taps computed: multiply-accumulates, shift-accumulates or absolute differences. */
    public long taps() {
        return denseTaps() / groups;
    }

    /** Taps if {@code groups} were 1, which is what the published mapper counts. */
    public long denseTaps() {
        return (long) batch * outputHeight * outputWidth * outputChannels * kernel * kernel * inputChannels;
    }

    /** Trained weights, biases not counted; a product of two activations has none. */
    public long weights() {
        return kind == LayerKind.MATMUL ? 0 : (long) kernel * kernel * (inputChannels / groups) * outputChannels;
    }

    /** Whether the layer works on a single pixel, so that it cannot be split along its rows. */
    public boolean isSinglePixel() {
        return inputHeight == 1 && inputWidth == 1 && outputHeight == 1 && outputWidth == 1;
    }

    private static void positive(String what, int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(what + "=" + value + " (layer " + name + "): expected >= 1");
        }
    }
}
