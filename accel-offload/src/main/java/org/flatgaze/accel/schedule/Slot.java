package org.flatgaze.accel.schedule;

import org.flatgaze.accel.cost.BindingLimit;

/**
 * A stretch of one layer on some lanes.
 *
 * <p>A slot computes the work units {@code fromUnit} (inclusive) to {@code toUnit} (exclusive) of its layer; a unit is a
 * segment of neighbouring output columns of one row, all output channels (see
 * {@link org.flatgaze.accel.cost.WorkUnits}). It occupies its lanes in the last {@code busyCycles} of its time; before
 * that it waits for {@code limit} and its lanes may be lent.
 *
 * @param role which program
 * @param layer index into the program's layer table
 * @param fromUnit first unit
 * @param toUnit end of the units
 * @param firstLane first lane it occupies
 * @param lanes lanes it occupies; 0 for layers that are addressing or fused
 * @param startCycle start inside the frame
 * @param cycles length
 * @param busyCycles cycles in which its lanes work, at most {@code cycles}
 * @param limit what decides its length
 */
public record Slot(
        Role role,
        int layer,
        int fromUnit,
        int toUnit,
        int firstLane,
        int lanes,
        long startCycle,
        long cycles,
        long busyCycles,
        BindingLimit limit) {

    public Slot {
        if (fromUnit < 0 || toUnit <= fromUnit) {
            throw new IllegalArgumentException("units=" + fromUnit + ".." + toUnit + ": expected a non-empty range");
        }
        if (firstLane < 0 || lanes < 0) {
            throw new IllegalArgumentException("lanes=" + firstLane + "+" + lanes + ": expected no negative lane");
        }
        if (startCycle < 0 || cycles < 0 || busyCycles < 0 || busyCycles > cycles) {
            throw new IllegalArgumentException("start=" + startCycle + ", cycles=" + cycles + ", busy=" + busyCycles
                    + ": expected 0 <= busy <= cycles");
        }
    }

    /** First cycle in which its lanes work. */
    public long busyFrom() {
        return startCycle + cycles - busyCycles;
    }

    /** End of the slot. */
    public long endCycle() {
        return startCycle + cycles;
    }
}
