package org.flatgaze.runtime.os;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Puts the working threads where a {@link Tuning} says, and remembers what the system answered. Any thread. */
public final class ThreadSetup {

    private static final long TIMER_SLACK_NANOS = 1;

    /** The least the kernel takes; moving a sample takes about half of it. */
    private static final long SHORT_TURN_NANOS = 100_000;

    private final Tuning tuning;
    private final SystemTuning system;
    private final int[] cores;
    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
    private volatile int frameThreads = 1;

    /** Asks nothing yet. */
    public ThreadSetup(Tuning tuning, SystemTuning system) {
        this.tuning = tuning;
        this.system = system;
        this.cores = system.cores();
    }

    /** Says how many threads will have a core of their own; one until then. */
    public void frameThreads(int threads) {
        frameThreads = threads;
    }

    /** Threads that have a core of their own. */
    public int frameThreads() {
        return frameThreads;
    }

    /** What concerns the whole process; before any run. */
    public void process() {
        if (tuning.lockMemory()) {
            note(system.lockMemory());
        }
        if (tuning.keepAwake()) {
            note(system.keepAwake());
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
            realTime(framePriority());
        };
    }

    /**
     * For a thread that brings frames or takes samples away, with little to do and no time to lose. Where the frame threads
     * go before ordinary threads it goes before them, or it would wait for milliseconds behind a region or a second frame.
     * Otherwise it asks for short turns, which needs no permission and lets it go before a thread in the midst of a long one.
     */
    public Runnable shortTurns() {
        return () -> {
            avoidFrames();
            if (!realTime(framePriority() + 1)) {
                note(system.turns(SHORT_TURN_NANOS));
            }
        };
    }

    /**
     * For the thread that computes regions in the time that frame threads leave. Where these have all the cores it steps back
     * behind them, as a third ordinary thread on two cores would take turns of milliseconds. Where they go first anyway, it
     * steps back behind the rest: somebody in a hurry may wait for an ordinary thread that waits for this one.
     */
    public Runnable leftover() {
        return () -> {
            avoidFrames();
            if (cores.length > 0 && frameThreads >= cores.length) {
                note(system.stepBack());
            }
        };
    }

    /** Off the last core, where the first frame thread is, unless all cores have one. */
    private void avoidFrames() {
        if (!tuning.pin() || cores.length < 2) {
            return;
        }
        if (cores.length > frameThreads) {
            note(system.pinThread(Arrays.copyOf(cores, cores.length - frameThreads)));
        }
        note(system.timerSlack(TIMER_SLACK_NANOS));
    }

    /**
     * For idle timers; each answers whether it is of use. Where our threads go before others, these must go before ours, or they
     * would measure them; then there is one on each core of a frame thread and one on another, so that nothing that stops one
     * of them goes unseen. Otherwise there is one, which goes where there is room.
     */
    public List<BooleanSupplier> idleTimers() {
        int count = tuning.realTimePriority() == 0 ? 1 : Math.clamp(cores.length, 1, frameThreads + 1);
        return IntStream.range(0, count)
                .mapToObj(number -> (BooleanSupplier) () -> idleTimer(number))
                .toList();
    }

    private boolean idleTimer(int number) {
        if (tuning.pin()) {
            note(system.timerSlack(TIMER_SLACK_NANOS));
        }
        // Beside capture and publish at least, where more is not permitted: their turns are short.
        boolean first = realTime(framePriority() + 2) || realTime(framePriority() + 1);
        if (first && number < cores.length) {
            note(system.pinThread(cores[cores.length - 1 - number]));
        }
        return first || number == 0;
    }

    /** Of frame threads; capture and publish have one more, idle timers two. */
    private int framePriority() {
        return Math.clamp(tuning.realTimePriority() - 1, 1, 97);
    }

    /** Whether the calling thread now goes before ordinary ones. */
    private boolean realTime(int priority) {
        if (tuning.realTimePriority() == 0) {
            return false;
        }
        Outcome answer = system.realTimeThread(priority);
        note(answer);
        return answer.applied();
    }

    private synchronized void note(Outcome outcome) {
        outcomes.put(outcome.measure(), outcome);
    }

    /** What was asked and answered so far. Any thread. */
    public synchronized Collection<Outcome> outcomes() {
        return List.copyOf(outcomes.values());
    }
}
