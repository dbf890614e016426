package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/** A source that ends after so many frames or when asked to; sets up the thread that reads it. */
final class BenchSource implements FrameSource {

    private final FrameSource inner;
    private final long limit;
    private final BooleanSupplier stop;
    private final Runnable onStart;
    private volatile long delivered;
    private volatile long firstNanos;

    /**
     * @param inner plays in a loop; not closed here
     * @param onStart runs on the thread that starts the source
     */
    BenchSource(FrameSource inner, long limit, BooleanSupplier stop, Runnable onStart) {
        this.inner = inner;
        this.limit = limit;
        this.stop = stop;
        this.onStart = onStart;
    }

    @Override
    public SensorFormat format() {
        return inner.format();
    }

    @Override
    public String description() {
        return inner.description();
    }

    @Override
    public void start() throws IOException {
        onStart.run();
        inner.start();
    }

    @Override
    public ReadResult read(SensorFrame into) throws IOException {
        // One thread at a time reads, so nothing is lost between load and store.
        long before = delivered;
        if (before >= limit || stop.getAsBoolean()) {
            return ReadResult.END;
        }
        ReadResult result = inner.read(into);
        if (result == ReadResult.FRAME) {
            if (before == 0) {
                firstNanos = into.captureNanos();
            }
            delivered = before + 1;
        }
        return result;
    }

    /** Frames so far. Any thread. */
    long delivered() {
        return delivered;
    }

    /** Capture time of the first frame; 0 before it. Any thread. */
    long firstNanos() {
        return firstNanos;
    }

    @Override
    public void close() {}
}
