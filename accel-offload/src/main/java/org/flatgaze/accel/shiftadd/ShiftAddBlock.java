package org.flatgaze.accel.shiftadd;

/**
 * The block of ShiftAddNet that replaces one convolution: shift convolution, adder convolution on its result with nothing
 * normalised in between, then the affine normalisation and ReLU.
 *
 * <p>Pictures are rows x columns x channels of signed bytes. The shift convolution carries the stride; the adder
 * convolution keeps the size. One thread per instance; allocates nothing.
 */
public final class ShiftAddBlock {

    private final PatchRows shiftPatches;
    private final PatchRows adderPatches;
    private final MatrixKernel shift;
    private final MatrixKernel adder;
    private final Requantizer afterShift;
    private final Requantizer afterAdder;
    private final byte[] patches;
    private final byte[] between;
    private final int[] sums;

    /**
     * Puts a block together.
     *
     * @param shiftPatches windows of the input
     * @param shiftWeights {@code outputs x shiftPatches.columns}
     * @param afterShift to the step that the adder weights have too
     * @param adderWindow stride 1 and padding that keeps the size
     * @param adderWeights {@code outputs x (kernel * kernel * outputs)}
     * @param afterAdder normalisation, to the step of the block's result
     */
    public ShiftAddBlock(
            ShiftAddKernels kernels,
            PatchRows shiftPatches,
            ShiftWeights shiftWeights,
            Requantizer afterShift,
            Window adderWindow,
            Int8Matrix adderWeights,
            Requantizer afterAdder) {
        int outputs = shiftWeights.outputs();
        this.shiftPatches = shiftPatches;
        int height = shiftPatches.window().outputs(shiftPatches.height());
        int width = shiftPatches.window().outputs(shiftPatches.width());
        adderPatches = new PatchRows(outputs, height, width, adderWindow);
        require("shiftWeights.inputs", shiftWeights.inputs(), shiftPatches.columns());
        require("adderWindow.stride", adderWindow.stride(), 1);
        require("adder rows", adderPatches.rows(), shiftPatches.rows());
        require("adderWeights.outputs", adderWeights.outputs(), outputs);
        require("adderWeights.inputs", adderWeights.inputs(), adderPatches.columns());
        require("afterShift.channels", afterShift.channels(), outputs);
        require("afterAdder.channels", afterAdder.channels(), outputs);
        shift = ExpandedShift.of(shiftWeights).kernel(kernels, shiftPatches.rows());
        adder = kernels.difference(adderWeights);
        this.afterShift = afterShift;
        this.afterAdder = afterAdder;
        int rows = shiftPatches.rows();
        patches = new byte[Math.multiplyExact(rows, Math.max(shiftPatches.columns(), adderPatches.columns()))];
        between = new byte[Math.multiplyExact(rows, outputs)];
        sums = new int[between.length];
    }

    /**
     * Computes one picture.
     *
     * @param x the input picture from {@code xOffset}
     * @param out {@code outputRows x outputColumns x outputs} from {@code outOffset}, never negative
     */
    public void run(byte[] x, int xOffset, byte[] out, int outOffset) {
        int rows = shiftPatches.rows();
        shiftPatches.fill(x, xOffset, patches);
        shift.run(rows, patches, 0, sums, 0);
        afterShift.run(rows, sums, between, 0);
        adderPatches.fill(between, 0, patches);
        adder.run(rows, patches, 0, sums, 0);
        afterAdder.run(rows, sums, out, outOffset);
        for (int i = outOffset; i < outOffset + between.length; i++) {
            out[i] = (byte) Math.max(0, out[i]);
        }
    }

    private static void require(String name, int value, int expected) {
        if (value != expected) {
            throw new IllegalArgumentException(name + "=" + value + ": expected " + expected);
        }
    }
}
