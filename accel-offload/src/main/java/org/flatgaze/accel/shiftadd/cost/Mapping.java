package org.flatgaze.accel.shiftadd.cost;

/**
 * One tiling of a layer and what it costs. The order of the floating-point operations is that of the published program:
 * mappings that tie on paper differ in the last bit, and the last bit decides.
 */
final class Mapping {

    final int g0;
    final int g3;
    final int n0;
    final int n3;
    final int m0;
    final int m1;
    final int m2;
    final int m3;
    final int c0;
    final int c1;
    final int c2;
    final int c3;
    final int e1;
    final int e3;
    final Loops loops;

    double energyMj;
    double latencySeconds;

    private double dramInput;
    private double dramWeight;
    private double dramOutput;
    private double bufferInput;
    private double bufferOutput;
    private double networkInput;
    private double networkWeight;
    private double networkOutput;
    private double registerInput;
    private double registerWeight;
    private double registerOutput;

    Mapping(Loops loops, int[] groups, int[] batch, int[] outputs, int[] inputs, int[] rows) {
        this.loops = loops;
        g0 = groups[0];
        g3 = groups[1];
        n0 = batch[0];
        n3 = batch[1];
        m0 = outputs[0];
        m1 = outputs[1];
        m2 = outputs[2];
        m3 = outputs[3];
        c0 = inputs[0];
        c1 = inputs[1];
        c2 = inputs[2];
        c3 = inputs[3];
        e1 = rows[0];
        e3 = rows[1];
    }

    /** Fills in energy and latency. */
    void price(TransferCosts costs) {
        count(costs.weightWidth);
        energyMj = taps() * costs.tap
                + (dramInput + dramWeight + dramOutput) * costs.dram
                + (dramInput + dramOutput) * costs.dramToBuffer
                + (bufferInput + bufferOutput) * costs.buffer
                + (networkInput + networkWeight) * costs.network
                + networkOutput * costs.neighbour
                + (registerInput + registerOutput) * costs.register
                + registerWeight * costs.weightRegister;
        long cycles = (long) g3 * n3 * n0 * m3 * m2 * m0 * c3 * c2 * c0 * e3 * loops.columns * loops.kernel;
        latencySeconds = cycles * costs.secondsPerCycle;
    }

    /** The full breakdown; only asked for the winner. */
    LayerCost cost(LayerShape layer, TransferCosts costs) {
        return new LayerCost(
                layer,
                energyMj,
                latencySeconds,
                dramInput * (costs.dram + costs.dramToBuffer)
                        + bufferInput * costs.buffer
                        + networkInput * costs.network
                        + registerInput * costs.register,
                dramWeight * costs.dram + networkWeight * costs.network + registerWeight * costs.weightRegister,
                dramOutput * (costs.dram + costs.dramToBuffer)
                        + bufferOutput * costs.buffer
                        + networkOutput * costs.neighbour
                        + registerOutput * costs.register,
                taps() * costs.tap,
                (dramInput + dramWeight + dramOutput) * costs.dram,
                (dramInput + dramOutput) * costs.dramToBuffer,
                (bufferInput + bufferOutput) * costs.buffer,
                (networkInput + networkWeight) * costs.network + networkOutput * costs.neighbour,
                (registerInput + registerOutput) * costs.register + registerWeight * costs.weightRegister);
    }

    private double taps() {
        return (double) loops.outputWords() * loops.kernel * loops.kernel * loops.inputs * loops.groups;
    }

    private void count(double weightWidth) {
        double groups = loops.groups;
        double inputWords = loops.inputWords() * groups;
        double weightWords = loops.weightWords() * groups * weightWidth;
        double outputWords = loops.outputWords() * groups;
        int kernel = loops.kernel;
        long cOuter = (long) c3 * c2;
        dramInput = m3 * inputWords;
        dramWeight = (double) n3 * e3 * weightWords;
        dramOutput = Math.max(2 * c3 - 1, 1) * outputWords;
        bufferInput = (double) m3 * m2 * inputWords;
        bufferOutput = Math.max(2L * c3 * (c2 - 1), 1) * outputWords;
        double rowReads = (double) ((long) m3 * m2 * m1 * kernel * loops.rows) / loops.inputRows;
        networkInput = rowReads * inputWords;
        networkWeight = (double) ((long) n3 * e3 * e1) * weightWords;
        networkOutput = Math.max(cOuter * ((long) c1 * kernel - 1), 1) * outputWords;
        registerInput = rowReads * m0 * kernel * loops.columns / loops.inputColumns * inputWords;
        registerWeight = (double) ((long) n3 * e3 * e1 * loops.columns * n0) * weightWords;
        registerOutput = Math.max(cOuter * c1 * kernel * ((long) c0 * kernel - 1) * 2, 1) * outputWords;
    }
}
