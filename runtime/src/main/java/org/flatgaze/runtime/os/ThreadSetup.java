package org.flatgaze.runtime.os;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts the working threads where a {@link Tuning} says, and remembers what the system answered. Any thread. */
public final class ThreadSetup {

    private static final long TIMER_SLACK_NANOS = 1;

    private final Tuning tuning;
    private final SystemTuning system;
    private final int[] cores;
    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();

    /** Asks nothing yet. */
    public ThreadSetup(Tuning tuning, SystemTuning system) {
        this.tuning = tuning;
        this.system = system;
        this.cores = system.cores();
    }

    /** What concerns the whole process; before any run. */
    public void process() {
        if (tuning.lockMemory()) {
            note(system.lockMemory());
        }
        if (tuning.pin()) {
            note(system.hugePages());
        }
    }

    /**
     * For a thread that should have a core to itself.
     *
     * @param number 0 for the last core of the machine, 1 for the one before, and so on around
     */
    public Runnable ownCore(int number) {
        return () -> {
            if (tuning.pin() && cores.length > 0) {
                note(system.pinThread(cores[cores.length - 1 - number % cores.length]));
                note(system.timerSlack(TIMER_SLACK_NANOS));
            }
            realTime(0);
        };
    }

    /**
     * For a thread that brings frames or takes samples away: off the last core, with little to do and no time to lose. Where
     * the frame threads go before ordinary threads it goes before them, or it would wait for milliseconds behind a region or
     * a second frame.
     */
    public Runnable shortTurns() {
        return () -> {
            avoidTheLastCore();
            realTime(1);
        };
    }

    /**
     * For the thread that computes regions in the time that frame threads leave. Beside one of them it has the other cores.
     * Where there are several there may be no other core, so it runs when nobody else wants to: a third ordinary thread on two
     * cores would take turns of milliseconds from the frames.
     */
    public Runnable leftover(int frameThreads) {
        return frameThreads == 1 ? this::avoidTheLastCore : () -> note(system.idleThread());
    }

    /** The last core is where the first frame thread is. */
    private void avoidTheLastCore() {
        if (tuning.pin() && cores.length > 1) {
            note(system.pinThread(Arrays.copyOf(cores, cores.length - 1)));
            note(system.timerSlack(TIMER_SLACK_NANOS));
        }
    }

    /** For the idle timer: where our threads go before others, it must go before ours, or it would measure them. */
    public Runnable idleTimer() {
        return () -> {
            if (tuning.pin()) {
                note(system.timerSlack(TIMER_SLACK_NANOS));
            }
            realTime(2);
        };
    }

    private void realTime(int above) {
        if (tuning.realTimePriority() > 0) {
            note(system.realTimeThread(Math.min(99, tuning.realTimePriority() + above)));
        }
    }

    private synchronized void note(Outcome outcome) {
        outcomes.put(outcome.measure(), outcome);
    }

    /** What was asked and answered so far. Any thread. */
    public synchronized Collection<Outcome> outcomes() {
        return List.copyOf(outcomes.values());
    }
}
