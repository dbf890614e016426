package org.flatgaze.accel.cost;

/**
 * Energy two ways that are never mixed: power times time (comparable with the published figures, which are exactly
 * that), and counted accesses times a named table of unit energies (no leakage, no clock tree).
 */
public final class EnergyModel {

    private static final double PICOJOULES_TO_MILLIJOULES = 1e-9;

    private EnergyModel() {}

    /** Energy in mJ as the profile's constant power times the time of {@code cycles}. */
    public static double powerTimesTime(AcceleratorProfile profile, double cycles) {
        return profile.powerMilliwatts() * 1e-3 * profile.millis(cycles);
    }

    /** Counted energy of one run of a network, in mJ. */
    public static Counted counted(NetworkCost cost, EnergyTable table) {
        Counted sum = Counted.NONE;
        for (LayerCost layer : cost.layers()) {
            sum = sum.plus(counted(layer, cost.profile(), table));
        }
        return sum;
    }

    private static Counted counted(LayerCost cost, AcceleratorProfile profile, EnergyTable table) {
        LayerShape layer = cost.layer();
        if (!layer.kind().multiplies()) {
            return Counted.NONE;
        }
        double streamed = profile.weightsResident() ? 0 : cost.weightBytes() * table.dramPicojoules();
        return new Counted(
                        layer.macs() * table.macPicojoules(),
                        2 * layer.macs() * table.registerPicojoules(),
                        cost.activationBytes() * (table.largeSramPicojoules() + table.wiresPicojoules()),
                        cost.weightReads() * table.smallSramPicojoules()
                                + cost.weightBytes() * table.largeSramPicojoules(),
                        layer.outputBytes() * table.largeSramPicojoules(),
                        streamed,
                        cost.spillBytes() * table.dramPicojoules())
                .times(PICOJOULES_TO_MILLIJOULES);
    }

    /**
     * Millijoules by where they go.
     *
     * @param mac arithmetic
     * @param registers operands in the lanes
     * @param activations activation buffer reads and their way to the lanes
     * @param weights weight buffer reads and the fill of the buffers
     * @param outputs activation buffer writes
     * @param weightStream weights over a DRAM-class interface, 0 if they are resident
     * @param spill tensors that do not fit the buffers, over the same interface
     */
    public record Counted(
            double mac,
            double registers,
            double activations,
            double weights,
            double outputs,
            double weightStream,
            double spill) {

        static final Counted NONE = new Counted(0, 0, 0, 0, 0, 0, 0);

        /** Everything together, mJ. */
        public double total() {
            return onChip() + weightStream + spill;
        }

        /** What stays on the chip, mJ. */
        public double onChip() {
            return mac + registers + activations + weights + outputs;
        }

        /** The sum of two. */
        public Counted plus(Counted other) {
            return new Counted(
                    mac + other.mac,
                    registers + other.registers,
                    activations + other.activations,
                    weights + other.weights,
                    outputs + other.outputs,
                    weightStream + other.weightStream,
                    spill + other.spill);
        }

        /** All parts scaled, as for a program that runs once in several frames. */
        public Counted times(double factor) {
            return new Counted(
                    mac * factor,
                    registers * factor,
                    activations * factor,
                    weights * factor,
                    outputs * factor,
                    weightStream * factor,
                    spill * factor);
        }
    }
}
