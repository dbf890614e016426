package org.flatgaze.accel.schedule;

import java.util.List;

/**
 * One frame of a period.
 *
 * @param index frame of the period, from 0
 * @param cycles length
 * @param slots what runs, by start cycle; each program's slots in layer order
 */
public record PlannedFrame(int index, long cycles, List<Slot> slots) {

    public PlannedFrame {
        slots = List.copyOf(slots);
        for (Slot slot : slots) {
            if (slot.endCycle() > cycles) {
                throw new IllegalArgumentException(
                        "frame " + index + ": cycles=" + cycles + ": expected at least " + slot.endCycle());
            }
        }
    }

    /** Lane-cycles in which lanes work for {@code role}. */
    public long busyLaneCycles(Role role) {
        return slots.stream()
                .filter(slot -> slot.role() == role)
                .mapToLong(slot -> slot.busyCycles() * slot.lanes())
                .sum();
    }
}
