package org.flatgaze.accel.fallback;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;

/**
 * An accelerator that can be lost, with a spare that cannot.
 *
 * <p>A run that fails on the first is made again at once on the spare, from the same inputs, so that the caller sees no
 * failure and no old result. From then on the spare works, while a thread of this object asks the first one now and
 * then; when every program ran there again, it takes over. Both compile every model: use a spare that gives the same
 * numbers, such as our own kernels for 8-bit programs.
 */
public final class FallbackAccelerator implements Accelerator {

    private static final long STOP_MILLIS = 5_000;

    private final Accelerator first;
    private final Accelerator spare;
    private final FallbackListener listener;
    private final List<FallbackProgram> programs = new CopyOnWriteArrayList<>();
    private final AtomicBoolean lost = new AtomicBoolean();
    private final AtomicLong losses = new AtomicLong();
    private final AtomicLong spareRuns = new AtomicLong();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread watcher;

    /**
     * Takes over both accelerators.
     *
     * @param listener hears of losses and returns
     * @param askMillis pause between two questions to a lost accelerator, at least 1
     */
    public FallbackAccelerator(Accelerator first, Accelerator spare, FallbackListener listener, long askMillis) {
        if (askMillis < 1) {
            throw new IllegalArgumentException("askMillis=" + askMillis + ": expected at least 1");
        }
        this.first = first;
        this.spare = spare;
        this.listener = listener;
        this.watcher = Thread.ofPlatform().daemon().name("accelerator-watch").start(() -> watch(askMillis));
    }

    @Override
    public String id() {
        return first.id();
    }

    @Override
    public Program compile(ModelSource model, CompileOptions options) {
        Program firstProgram = first.compile(model, options);
        try {
            FallbackProgram program = new FallbackProgram(this, firstProgram, spare.compile(model, options));
            programs.add(program);
            return program;
        } catch (RuntimeException e) {
            firstProgram.close();
            throw e;
        }
    }

    /** Whether the spare works at the moment. Any thread. */
    public boolean isLost() {
        return lost.get();
    }

    /** How often the first accelerator was lost. Any thread. */
    public long losses() {
        return losses.get();
    }

    /** Runs that the spare made. Any thread. */
    public long spareRuns() {
        return spareRuns.get();
    }

    /** Notes a failed run; the first of several threads to notice tells. */
    void lost(AcceleratorException e) {
        if (lost.compareAndSet(false, true)) {
            losses.incrementAndGet();
            listener.onLost("accelerator " + first.id() + " is lost, " + spare.id() + " goes on: " + e.getMessage());
        }
    }

    void countSpareRun() {
        spareRuns.incrementAndGet();
    }

    void forget(FallbackProgram program) {
        programs.remove(program);
    }

    private void watch(long askMillis) {
        try {
            while (!stop.await(askMillis, TimeUnit.MILLISECONDS)) {
                if (lost.get() && isBack()) {
                    lost.set(false);
                    listener.onReturned("accelerator " + first.id() + " is back");
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every program runs once, on whatever its trial inputs hold: that loads it too, so that no frame has to wait. */
    private boolean isBack() {
        try {
            for (FallbackProgram program : programs) {
                program.tryFirst();
            }
            return true;
        } catch (AcceleratorException _) {
            return false;
        }
    }

    @Override
    public void close() {
        stop.countDown();
        try {
            watcher.join(STOP_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        try (spare) {
            first.close();
        }
    }
}
