package org.flatgaze.accel.shiftadd.cost;

import java.util.List;

/**
 * Picojoules per arithmetic operation of one technology and width, and square micrometres per unit where known.
 *
 * <p>45 nm figures after Horowitz (ISSCC 2014) as ShiftAddNAS uses them; areas and the FPGA column as the authors of
 * ShiftAddNet attribute them, not verified independently.
 *
 * @param name how the table is asked for
 * @param bits width of an operand
 * @param multiplyPj energy of a multiplication
 * @param addPj energy of an addition
 * @param shiftPj energy of a shift
 * @param multiplyArea area of a multiplier in square micrometres, 0 where unknown
 * @param addArea area of an adder, 0 where unknown
 * @param shiftArea area of a shifter, 0 where unknown
 */
public record UnitEnergies(
        String name,
        int bits,
        double multiplyPj,
        double addPj,
        double shiftPj,
        double multiplyArea,
        double addArea,
        double shiftArea) {

    private static final List<UnitEnergies> TABLES = List.of(
            new UnitEnergies("45nm-fp32", 32, 3.7, 0.9, 0.13, 7700, 4184, 157),
            new UnitEnergies("45nm-int32", 32, 3.1, 0.1, 0.13, 3495, 137, 157),
            new UnitEnergies("45nm-int8", 8, 0.2, 0.03, 0.024, 282, 36, 34),
            new UnitEnergies("zc706-fp32", 32, 18.8, 0.4, 0.1, 0, 0, 0),
            new UnitEnergies("zc706-int32", 32, 19.6, 0.1, 0.1, 0, 0, 0),
            new UnitEnergies("zc706-int8", 8, 0.2, 0.1, 0.025, 0, 0, 0));

    public UnitEnergies {
        if (bits != 8 && bits != 32) {
            throw new IllegalArgumentException("bits=" + bits + ": expected 8 or 32");
        }
        if (!(multiplyPj > 0 && addPj > 0 && shiftPj > 0)) {
            throw new IllegalArgumentException("energies of table " + name + ": expected all > 0 pJ");
        }
    }

    /**
     * A table by its name.
     *
     * @throws IllegalArgumentException naming the tables there are
     */
    public static UnitEnergies named(String name) {
        return TABLES.stream()
                .filter(table -> table.name.equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("energy table " + name + ": expected one of " + names()));
    }

    /** Names of all tables. */
    public static List<String> names() {
        return TABLES.stream().map(UnitEnergies::name).toList();
    }

    /** What the published simulator uses for a width: floating point at 32 bits, integers at 8. */
    public static UnitEnergies published(int bits) {
        return named(bits == 8 ? "45nm-int8" : "45nm-fp32");
    }

    /** Energy of one multiply-accumulate. */
    public double multiplyAccumulatePj() {
        return multiplyPj + addPj;
    }

    /** Energy of one shift-accumulate. */
    public double shiftAccumulatePj() {
        return shiftPj + addPj;
    }

    /** Energy of one absolute difference added to a sum: two additions. */
    public double differenceAccumulatePj() {
        return 2 * addPj;
    }
}
