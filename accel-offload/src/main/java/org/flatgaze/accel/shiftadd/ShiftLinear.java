package org.flatgaze.accel.shiftadd;

import java.util.Arrays;

/**
 * A shift layer over fixed-point activations in 32 bits, in both ways of summing. For 8-bit activations use
 * {@link ExpandedShift}, which is the same layer in the fast form.
 *
 * <p>Inputs outside, outputs inside: the inner loop has one activation and a run of weights, which C2 turns into
 * variable vector shifts. Allocates nothing; may be shared between threads.
 */
public final class ShiftLinear {

    private final int outputs;
    private final int inputs;
    private final Accumulation accumulation;
    private final int activationBits;
    private final int commonShift;
    private final int[] signs;
    private final int[] shifts;

    /**
     * Lays the weights out.
     *
     * @param activationBits activations lie in {@code [-2^(bits-1), 2^(bits-1))}, 2..32
     * @throws IllegalArgumentException if a sum could leave 32 bits ({@code FLOOR_EACH}) or 63 bits ({@code EXACT})
     */
    public ShiftLinear(ShiftWeights weights, Accumulation accumulation, int activationBits) {
        if (activationBits < 2 || activationBits > 32) {
            throw new IllegalArgumentException("activationBits=" + activationBits + ": expected 2..32");
        }
        this.accumulation = accumulation;
        this.activationBits = activationBits;
        outputs = weights.outputs();
        inputs = weights.inputs();
        signs = new int[weights.signs().length];
        shifts = new int[signs.length];
        int largest = 0;
        for (int o = 0; o < outputs; o++) {
            largest = Math.max(largest, weights.largestShift(o));
        }
        commonShift = largest;
        for (int o = 0; o < outputs; o++) {
            double bound = 0;
            for (int i = 0; i < inputs; i++) {
                int at = o * inputs + i;
                signs[i * outputs + o] = weights.signs()[at];
                shifts[i * outputs + o] = weights.shifts()[at];
                if (weights.signs()[at] != 0) {
                    bound += Math.max(1, Math.scalb(1.0, activationBits - 1 - weights.shifts()[at]));
                }
            }
            // The rounded sum of the exact mode lands in 32 bits as well.
            if (bound > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("row " + o + ": its sum could reach " + (long) bound
                        + ": expected at most 2^31 - 1; fewer activationBits or inputs are needed");
            }
        }
    }

    /**
     * Computes one row of inputs, in the step of the activations.
     *
     * @param x {@code inputs} activations from {@code xOffset}
     * @param y {@code outputs} sums from {@code yOffset}, overwritten
     * @throws IllegalArgumentException if an array is too short or an activation is wider than promised
     */
    public void run(int[] x, int xOffset, int[] y, int yOffset) {
        Checks.room("x", x.length, xOffset, inputs);
        Checks.room("y", y.length, yOffset, outputs);
        int unused = 32 - activationBits;
        for (int i = 0; i < inputs; i++) {
            if ((x[xOffset + i] << unused) >> unused != x[xOffset + i]) {
                throw new IllegalArgumentException("x[" + i + "]=" + x[xOffset + i] + ": expected activationBits="
                        + activationBits + " signed bits");
            }
        }
        if (accumulation == Accumulation.FLOOR_EACH) {
            floorEach(x, xOffset, y, yOffset);
        } else {
            exact(x, xOffset, y, yOffset);
        }
    }

    private void floorEach(int[] x, int xOffset, int[] y, int yOffset) {
        Arrays.fill(y, yOffset, yOffset + outputs, 0);
        for (int i = 0; i < inputs; i++) {
            int value = x[xOffset + i];
            int at = i * outputs;
            for (int o = 0; o < outputs; o++) {
                y[yOffset + o] += signs[at + o] * (value >> shifts[at + o]);
            }
        }
    }

    private void exact(int[] x, int xOffset, int[] y, int yOffset) {
        for (int o = 0; o < outputs; o++) {
            long sum = 0;
            for (int i = 0; i < inputs; i++) {
                int at = i * outputs + o;
                sum += signs[at] * ((long) x[xOffset + i] << (commonShift - shifts[at]));
            }
            y[yOffset + o] = (int) Requantizer.roundedShift(sum, commonShift);
        }
    }
}
