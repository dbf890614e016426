package org.flatgaze.pipeline.roi;

import java.lang.invoke.VarHandle;

/**
 * The newest region, for readers in a hurry: they wait for nobody, not even for a writer that lost its core in the middle.
 *
 * <p>One writer at a time; any number of readers. A writer fills another slot than the one that readers take, and goes around:
 * only a reader that is slower than two whole renewals has to look again. No call allocates.
 */
final class NewestRegion {

    private static final int SLOTS = 4;

    private final RoiEstimate[] slots = new RoiEstimate[SLOTS];

    /** Regions so far; the newest lies in slot {@code count % SLOTS}. */
    private volatile long count;

    NewestRegion() {
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new RoiEstimate();
        }
    }

    /** Makes a region the newest. */
    void set(RoiEstimate estimate) {
        long next = count + 1;
        // Not before everybody can see that there is a newer one than the one that lay here.
        VarHandle.storeStoreFence();
        slots[slot(next)].set(estimate);
        count = next;
    }

    /** Copies the newest into {@code out}; the initial guess while there is none. */
    void get(RoiEstimate out) {
        while (true) {
            long seen = count;
            if (seen == 0) {
                out.clear();
                return;
            }
            out.set(slots[slot(seen)]);
            if (isWhole(seen)) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    /** The frame it comes from; {@link RoiEstimate#NO_SOURCE} while there is none. */
    long source() {
        while (true) {
            long seen = count;
            if (seen == 0) {
                return RoiEstimate.NO_SOURCE;
            }
            long source = slots[slot(seen)].sourceSequence;
            if (isWhole(seen)) {
                return source;
            }
            Thread.onSpinWait();
        }
    }

    /** Whether what has been read of region number {@code seen} was not being replaced by one that shares its slot. */
    private boolean isWhole(long seen) {
        VarHandle.acquireFence();
        return count - seen < SLOTS - 1;
    }

    /** Whether there is one. */
    boolean isThere() {
        return count > 0;
    }

    /** Forgets it; with no reader and no writer at work. */
    void clear() {
        count = 0;
    }

    private static int slot(long number) {
        return (int) (number % SLOTS);
    }
}
