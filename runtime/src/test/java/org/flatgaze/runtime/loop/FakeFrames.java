package org.flatgaze.runtime.loop;

import java.io.IOException;
import java.util.function.LongConsumer;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/** A source of {@code count} tiny frames numbered from 0, with a hook that runs before each is delivered. */
final class FakeFrames implements FrameSource {

    static final SensorFormat FORMAT = new SensorFormat(8, 2, 8, Packing.U8);

    private final long count;
    private final NanoClock clock;
    private final LongConsumer before;
    private long next;
    IOException failAt;
    long failSequence = -1;
    int timeouts;

    FakeFrames(long count, NanoClock clock, LongConsumer before) {
        this.count = count;
        this.clock = clock;
        this.before = before;
    }

    @Override
    public SensorFormat format() {
        return FORMAT;
    }

    @Override
    public String description() {
        return "fake";
    }

    @Override
    public void start() {}

    @Override
    public ReadResult read(SensorFrame into) throws IOException {
        if (timeouts > 0) {
            timeouts--;
            return ReadResult.TIMEOUT;
        }
        if (next == count) {
            return ReadResult.END;
        }
        if (next == failSequence) {
            throw failAt;
        }
        before.accept(next);
        into.data()[0] = (byte) next;
        into.stamp(next++, clock.nanoTime(), 0);
        return ReadResult.FRAME;
    }

    @Override
    public void close() {}
}
