package org.flatgaze.accel.shiftadd.cost;

/**
 * Which shortcuts of the published simulator are kept. All true is mode {@code paper}, all false is {@code fair}.
 *
 * @param denseGroups depth-wise layers are counted as dense ones
 * @param freeAdderTransfers adder layers pay neither DRAM nor global buffer nor network, and one addition per tap, not two
 * @param freeAccumulation the addition that sums a product or a shifted value costs nothing
 * @param narrowShiftWords shift layers move 10-bit words at every level and finish 3.2 times sooner
 */
public record CostRules(
        boolean denseGroups, boolean freeAdderTransfers, boolean freeAccumulation, boolean narrowShiftWords) {

    /** The published simulator as it is. */
    public static CostRules paper() {
        return new CostRules(true, true, true, true);
    }

    /** All four shortcuts mended. */
    public static CostRules fair() {
        return new CostRules(false, false, false, false);
    }
}
