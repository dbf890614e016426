package org.flatgaze.accel.shiftadd.cost;

/**
 * Millijoules per tap and per word moved, and seconds per cycle, for one kind of layer.
 *
 * <p>Memory energies as in Eyeriss, in units of one 32-bit multiplication (3.7 pJ) per 16-bit word: global buffer 6,
 * network 2, neighbour and register 1, weight register 2; DRAM 200 pJ.
 */
final class TransferCosts {

    private static final double PER_PICO = 1e9;
    private static final double UNIT_PJ = 3.7;
    private static final int WORD_BITS = 16;
    private static final int SHIFT_WEIGHT_BITS = 5;

    final double tap;
    final double dram;
    final double dramToBuffer;
    final double buffer;
    final double network;
    final double neighbour;
    final double register;
    final double weightRegister;
    final double secondsPerCycle;

    /** Width of a stored weight over that of an activation. */
    final double weightWidth;

    TransferCosts(LayerKind kind, CostRules rules, UnitEnergies energies, double clockHz) {
        boolean narrow = kind == LayerKind.SHIFT && rules.narrowShiftWords();
        int bits = narrow ? (WORD_BITS + SHIFT_WEIGHT_BITS) / 2 : energies.bits();
        double words = (double) bits / WORD_BITS;
        boolean free = kind == LayerKind.ADD && rules.freeAdderTransfers();
        dram = free ? 0 : 200 / PER_PICO * words;
        dramToBuffer = 0.0 / PER_PICO * words;
        buffer = free ? 0 : 6.0 / PER_PICO * UNIT_PJ * words;
        network = free ? 0 : 2.0 / PER_PICO * UNIT_PJ * words;
        neighbour = 1.0 / PER_PICO * UNIT_PJ * words;
        register = 1.0 / PER_PICO * UNIT_PJ * words;
        weightRegister = 2.0 / PER_PICO * UNIT_PJ * words;
        tap = tapPj(kind, rules, energies) / PER_PICO;
        double cycle = 1.0 / clockHz;
        secondsPerCycle = narrow ? cycle / (32.0 / bits) : cycle;
        weightWidth = kind == LayerKind.SHIFT && !rules.narrowShiftWords()
                ? (double) SHIFT_WEIGHT_BITS / energies.bits()
                : 1.0;
    }

    private static double tapPj(LayerKind kind, CostRules rules, UnitEnergies energies) {
        return switch (kind) {
            case ADD -> rules.freeAdderTransfers() ? energies.addPj() : energies.differenceAccumulatePj();
            case SHIFT -> rules.freeAccumulation() ? energies.shiftPj() : energies.shiftAccumulatePj();
            case CONV, LINEAR, MATMUL ->
                rules.freeAccumulation() ? energies.multiplyPj() : energies.multiplyAccumulatePj();
        };
    }
}
