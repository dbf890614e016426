package org.flatgaze.runtime.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.loop.EventCount;
import org.flatgaze.runtime.publish.SampleSource;

/** A publish thread without MQTT: what is handed to it counts as handed over. */
final class LocalOutlet implements Outlet {

    private static final long WAIT_NANOS = 500_000;
    private static final long END_NANOS = 5_000_000_000L;

    private record Run(SampleSource source, RunRecorder recorder, EventCount taken) {}

    private final Thread thread;
    private volatile Run run;
    private volatile boolean closing;

    /** @param setup runs first on the thread that takes the samples */
    LocalOutlet(Runnable setup) {
        thread = Thread.ofPlatform().name("publish").daemon(true).start(() -> take(setup));
    }

    private void take(Runnable setup) {
        setup.run();
        GazeSample sample = new GazeSample();
        while (!closing) {
            Run current = run;
            if (current == null) {
                LockSupport.parkNanos(this, WAIT_NANOS);
            } else if (current.source().poll(sample)) {
                current.taken().increment();
                current.recorder().accept(sample, System.nanoTime());
            } else {
                current.source().awaitSample(WAIT_NANOS);
            }
        }
    }

    @Override
    public void begin(SampleSource source, RunRecorder recorder) {
        run = new Run(source, recorder, new EventCount());
    }

    @Override
    public void end() {
        run = null;
    }

    @Override
    public void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public long taken() {
        Run current = run;
        return current == null ? 0 : current.taken().get();
    }

    @Override
    public long dropped() {
        return 0;
    }

    @Override
    public void failIfDead() {}

    @Override
    public String description() {
        return "none (samples are taken and thrown away)";
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, END_NANOS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
