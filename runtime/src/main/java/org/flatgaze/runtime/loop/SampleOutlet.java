package org.flatgaze.runtime.loop;

import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;

/**
 * The way out of a live loop: frame threads finish their frames in any order, subscribers get the samples in the order in
 * which the frames were captured.
 *
 * <p>A sample that is ready while an earlier frame is still being worked on is held back for it, unless that one has missed its
 * deadline, and not for longer than its own thread needs for one more frame; then it leaves, and the one it waited for is dropped
 * and counted when it comes.
 *
 * <p>Each frame thread calls {@link #begin} and {@link #offer} in turns, behind a lock held for the copying of samples;
 * nothing is allocated after construction. Any thread reads the counters.
 */
final class SampleOutlet {

    private static final long NONE = Long.MAX_VALUE;

    /** What a frame thread works on and what is held of it; numbers are {@link #NONE} where there is nothing. */
    private static final class Turn {

        private long working = NONE;
        private long captureNanos;
        private long waiting = NONE;
        private final GazeSample held = new GazeSample();
    }

    private final SampleRing ring;
    private final FrameGate gate;

    /** By frame thread; guarded by {@code this} like everything below. */
    private final Turn[] turns;

    private long lastNumber;
    private long expectedSequence = -1;
    private final EventCount offered = new EventCount();
    private final EventCount overtaken = new EventCount();
    private final EventCount overtakenLate = new EventCount();

    /**
     * Hands samples on into {@code ring}, whose only producer this is.
     *
     * @param gate knows the deadline of a frame and has the last word on a sample that was held back
     */
    SampleOutlet(SampleRing ring, FrameGate gate, int frameThreads) {
        this.ring = ring;
        this.gate = gate;
        this.turns = new Turn[frameThreads];
        for (int i = 0; i < frameThreads; i++) {
            turns[i] = new Turn();
        }
    }

    /**
     * Says that a frame thread has taken a frame.
     *
     * @param thread from 0
     * @param number rising in the order in which frames were captured, at least 1
     * @param captureNanos when it was captured
     * @return {@code false} if a sample of a later frame has left already; the frame is counted and of no use
     */
    synchronized boolean begin(int thread, long number, long captureNanos) {
        if (number <= lastNumber) {
            overtaken.increment();
            return false;
        }
        turns[thread].working = number;
        turns[thread].captureNanos = captureNanos;
        return true;
    }

    /** Hands on what waits for no frame any more, such as one that has missed its deadline; returns how many samples that were. */
    synchronized int releasePast() {
        return release(oldestAtWork() - 1);
    }

    /**
     * Takes the sample of the frame that {@code thread} has begun; hands on what is next in order and writes into it how many
     * frames were lost before.
     *
     * @return how many samples were handed on
     */
    synchronized int offer(int thread, GazeSample sample) {
        Turn own = turns[thread];
        long number = own.working;
        own.working = NONE;
        int handedOn = 0;
        if (own.waiting != NONE) {
            // Waited for a whole frame: whatever it waited for is too late.
            handedOn += release(own.waiting);
        }
        if (number <= lastNumber) {
            overtaken.increment();
            if (sample.status == FrameStatus.LATE) {
                overtakenLate.increment();
            }
        } else if (oldestAtWork() < number) {
            own.held.set(sample);
            own.waiting = number;
        } else {
            handedOn += release(number - 1);
            handOn(number, sample);
            handedOn++;
        }
        // Others may have waited for this one alone.
        return handedOn + releasePast();
    }

    /** The earliest frame that is worth waiting for. */
    private long oldestAtWork() {
        long oldest = NONE;
        for (Turn turn : turns) {
            if (turn.working > lastNumber && turn.working < oldest && !gate.isPast(turn.captureNanos)) {
                oldest = turn.working;
            }
        }
        return oldest;
    }

    /** Hands on, in order, what is held of frames up to a number. */
    private int release(long upTo) {
        int released = 0;
        for (Turn next = oldestHeld(); next.waiting <= upTo && next.waiting != NONE; next = oldestHeld()) {
            gate.release(next.held);
            handOn(next.waiting, next.held);
            next.waiting = NONE;
            released++;
        }
        return released;
    }

    private Turn oldestHeld() {
        Turn oldest = turns[0];
        for (Turn turn : turns) {
            if (turn.waiting < oldest.waiting) {
                oldest = turn;
            }
        }
        return oldest;
    }

    private void handOn(long number, GazeSample sample) {
        lastNumber = number;
        // A source that starts to count anew has lost nothing.
        long lost = expectedSequence < 0 ? 0 : Math.max(0, sample.sequence - expectedSequence);
        expectedSequence = sample.sequence + 1;
        sample.dropped = (int) Math.min(lost, Integer.MAX_VALUE);
        ring.offerDroppingOldest(sample);
        offered.increment();
    }

    /** Samples handed on. */
    long offered() {
        return offered.get();
    }

    /** Those among {@link #overtaken()} that were late, too. */
    long overtakenLate() {
        return overtakenLate.get();
    }

    /** Samples dropped because one of a later frame had been handed on. */
    long overtaken() {
        return overtaken.get();
    }
}
