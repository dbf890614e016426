package org.flatgaze.accel.cost;

import java.util.List;

/**
 * Unit energies of one source, picojoules per multiply-accumulate or per byte.
 *
 * @param id name on the command line
 * @param source where the numbers come from
 * @param macPicojoules one int8 multiply-accumulate
 * @param registerPicojoules one byte in a lane's register
 * @param smallSramPicojoules one byte of a memory of the 64 KB class (weight buffers)
 * @param largeSramPicojoules one byte of a memory of the 512 KB class
 * @param wiresPicojoules one byte from memory to lanes
 * @param dramPicojoules one byte over a DRAM-class interface
 */
public record EnergyTable(
        String id,
        String source,
        double macPicojoules,
        double registerPicojoules,
        double smallSramPicojoules,
        double largeSramPicojoules,
        double wiresPicojoules,
        double dramPicojoules) {

    private static final List<EnergyTable> ALL = List.of(
            new EnergyTable(
                    "horowitz-45nm",
                    "Horowitz, ISSCC 2014, 45 nm, interpolated to these memory sizes (second hand)",
                    0.33,
                    0.10,
                    2.0,
                    8.0,
                    0.3,
                    160),
            new EnergyTable(
                    "chip-predictor-28nm",
                    "the EyeCoD group's public predictor configuration of the sibling chip",
                    1.0,
                    0.5,
                    3.0,
                    3.0,
                    1.0,
                    100),
            new EnergyTable(
                    "smartexchange-28nm",
                    "SmartExchange, ISCA 2020, 28 nm, same group (second hand)",
                    0.143,
                    0.05,
                    1.36,
                    2.45,
                    0.1,
                    100));

    /** The tables that ship. */
    public static List<EnergyTable> all() {
        return ALL;
    }

    /**
     * The table with this id.
     *
     * @throws IllegalArgumentException if there is none; the message lists the ids there are
     */
    public static EnergyTable byId(String id) {
        for (EnergyTable table : ALL) {
            if (table.id().equals(id)) {
                return table;
            }
        }
        throw new IllegalArgumentException("energy table=" + id + ": expected one of "
                + String.join(", ", ALL.stream().map(EnergyTable::id).toList()));
    }
}
