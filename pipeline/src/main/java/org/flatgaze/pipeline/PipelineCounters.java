package org.flatgaze.pipeline;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What became of a pipeline's frames. The pipeline's thread counts, any thread reads. */
public final class PipelineCounters {

    private final Map<FrameStatus, AtomicLong> frames = new EnumMap<>(FrameStatus.class);
    private final Map<EarlyCause, AtomicLong> early = new EnumMap<>(EarlyCause.class);
    private final AtomicLong notFinite = new AtomicLong();
    private final AtomicLong regions = new AtomicLong();
    private final AtomicLong regionsHeld = new AtomicLong();
    private final AtomicLong regionFailures = new AtomicLong();

    PipelineCounters() {
        for (FrameStatus status : FrameStatus.values()) {
            frames.put(status, new AtomicLong());
        }
        for (EarlyCause cause : EarlyCause.values()) {
            early.put(cause, new AtomicLong());
        }
    }

    /** Frames that ended with {@code status}. */
    public long frames(FrameStatus status) {
        return frames.get(status).get();
    }

    /** Frames whose gaze network answered something that is not finite; they are among EYE_CLOSED. */
    public long notFinite() {
        return notFinite.get();
    }

    /** Renewals of the region that ended, whatever they found. */
    public long regions() {
        return regions.get();
    }

    /** Those among them that found no eye and held the previous region. */
    public long regionsHeld() {
        return regionsHeld.get();
    }

    /** Renewals that failed: the stage threw or the picture was not finite. */
    public long regionFailures() {
        return regionFailures.get();
    }

    /** Frames after which a renewal before its time was asked for. */
    public long early(EarlyCause cause) {
        return early.get(cause).get();
    }

    /** The same for all causes together. */
    public long early() {
        long sum = 0;
        for (EarlyCause cause : EarlyCause.values()) {
            sum += early(cause);
        }
        return sum;
    }

    void countEarly(EarlyCause cause) {
        increment(early.get(cause));
    }

    void countFrame(FrameStatus status) {
        increment(frames.get(status));
    }

    void countNotFinite() {
        increment(notFinite);
    }

    void countRegion(boolean held) {
        increment(regions);
        if (held) {
            increment(regionsHeld);
        }
    }

    void countRegionFailure() {
        increment(regionFailures);
    }

    /** One thread writes, so an ordered store is enough and cheaper than an atomic addition. */
    private static void increment(AtomicLong counter) {
        counter.lazySet(counter.get() + 1);
    }
}
