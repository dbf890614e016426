package org.flatgaze.runtime.loop;

import org.flatgaze.accel.Execution;

/**
 * A model that runs in the time that frames leave, part by part: the background program of the partial time-multiplexed
 * plan, on the frame thread. Call {@link #runUntil} after a frame's sample is on its way, with the time the next frame is
 * due; a part is only begun if the longest part known fits before that.
 *
 * <p>One thread; allocates nothing. The execution's owner fills its input before the first part of a run and takes its
 * output when {@link #runUntil} answers true.
 */
public final class BackgroundProgram {

    private final Execution execution;
    private final NanoClock clock;
    private final long marginNanos;
    private long longestNow;
    private long longestBefore;
    private long runs;
    private long parts;
    private long refusals;

    /**
     * Takes over an execution's stepping.
     *
     * @param marginNanos time kept free before the next frame, at least 0
     * @throws IllegalArgumentException if the execution cannot yield, as ONNX Runtime's cannot: it would hold up frames
     */
    public BackgroundProgram(Execution execution, NanoClock clock, long marginNanos) {
        if (!execution.isPreemptible()) {
            throw new IllegalArgumentException("a background model has to yield between layers, which this backend"
                    + " cannot; compile it for cpu");
        }
        if (marginNanos < 0) {
            throw new IllegalArgumentException("marginNanos=" + marginNanos + ": expected at least 0");
        }
        this.execution = execution;
        this.clock = clock;
        this.marginNanos = marginNanos;
    }

    /**
     * Runs parts for as long as they are sure to end in time.
     *
     * @param nextFrameNanos when the next frame is due, on the loop's clock
     * @return whether the model's last part was among them: the output is complete, and the next call starts anew
     */
    public boolean runUntil(long nextFrameNanos) {
        long end = nextFrameNanos - marginNanos;
        long now = clock.nanoTime();
        while (true) {
            long longest = Math.max(longestNow, longestBefore);
            if (now + longest - end >= 0) {
                if (now - end < 0) {
                    forgetALittle();
                }
                return false;
            }
            boolean done = execution.step(0) == Execution.StepResult.DONE;
            long after = clock.nanoTime();
            parts++;
            longestNow = Math.max(longestNow, after - now);
            now = after;
            if (done) {
                longestBefore = longestNow;
                longestNow = 0;
                runs++;
                return true;
            }
        }
    }

    /** One part that the machine held up must not keep the model from running for good. */
    private void forgetALittle() {
        refusals++;
        longestNow -= longestNow / 16;
        longestBefore -= longestBefore / 16;
    }

    /** Whole runs of the model. */
    public long runs() {
        return runs;
    }

    /** Parts that ran. */
    public long parts() {
        return parts;
    }

    /** Times that there was time left, but perhaps not enough. */
    public long refusals() {
        return refusals;
    }

    /** The longest part of this run and the one before, ns. */
    public long longestPartNanos() {
        return Math.max(longestNow, longestBefore);
    }
}
