package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand faults of every kind in one run: it goes on, lies about nothing and accounts for every frame. */
@Timeout(60)
final class FaultInjectionTest {

    private static final int FAULTS = 1_000;
    private static final int GOOD_AT_THE_END = 20;
    private static final long SEED = 7;
    private static final long PERIOD_NANOS = 1_000_000;

    private final AtomicLong clock = new AtomicLong(1);
    private final AtomicInteger faults = new AtomicInteger();
    private final AtomicInteger regionFaults = new AtomicInteger();
    private final GazeSample sample = new GazeSample();
    private long samples;
    private long holes;
    private long failed;
    private long late;
    private long last = -1;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldGoOnAndAccountForEveryFrameThroughAThousandFaults(int frameThreads) {
        FaultySource source = new FaultySource();
        List<FaultyProcessor> processors =
                IntStream.range(0, frameThreads).mapToObj(FaultyProcessor::new).toList();
        FrameLoopConfig config = new FrameLoopConfig(PERIOD_NANOS, 2, 3, 3, Long.MAX_VALUE, 1 << 12);
        try (FrameLoop loop =
                new FrameLoop(source, processors, new FaultyProcessor(0), config, clock::get, LoopListener.NONE)) {
            source.loop = loop;
            loop.start();
            LoopState state = LoopState.INIT;
            while (true) {
                if (loop.poll(sample)) {
                    check();
                    state = loop.state() == LoopState.STOPPED ? state : loop.state();
                } else if (loop.isFinished()) {
                    break;
                } else {
                    LockSupport.parkNanos(1_000);
                }
            }
            String seed = "seed " + SEED;
            assertNull(loop.failure(), seed);
            assertTrue(faults.get() >= FAULTS, seed + ": " + faults + " faults");
            assertTrue(regionFaults.get() > 0 && loop.regionFailures() == regionFaults.get(), seed);
            long lost = loop.framesReplaced() + loop.samplesOvertaken() + loop.samplesDropped();
            assertEquals(source.delivered.get(), samples + lost, seed);
            assertEquals(holes, lost + loop.framesMissed(), seed);
            assertEquals(source.skipped.get(), loop.framesMissed(), seed);
            assertBetween(failed, loop.framesFailed(), loop.samplesOvertaken());
            assertBetween(late, loop.framesLate(), loop.samplesOvertaken());
            assertTrue(failed > FAULTS / 4 && late > FAULTS / 10 && holes > 0, failed + " " + late + " " + holes);
            assertEquals(FrameStatus.OK, sample.status, "it recovers: " + seed);
            assertEquals(LoopState.READY, state, seed);
        }
    }

    /** Samples that nobody saw because they were overtaken have a status, too. */
    private static void assertBetween(long seen, long counted, long unseen) {
        assertTrue(seen <= counted && counted <= seen + unseen, seen + " " + counted + " " + unseen);
    }

    private void check() {
        assertTrue(sample.sequence > last, "frame " + sample.sequence + " after " + last);
        assertEquals(sample.sequence - last - 1, sample.dropped, "lost before frame " + sample.sequence);
        holes += sample.sequence - last - 1;
        last = sample.sequence;
        samples++;
        switch (sample.status) {
            case OK -> assertEquals((float) sample.sequence, sample.dirX, "the direction is this frame's own");
            case LATE -> late++;
            case FAILED -> failed++;
            case EYE_CLOSED, SATURATED, DARK -> throw new AssertionError("nobody said " + sample.status);
        }
        if (sample.status != FrameStatus.OK) {
            assertTrue(Float.isNaN(sample.dirX), "frame " + sample.sequence + " " + sample.status + " has a direction");
        }
    }

    /** Loses frames, delivers some in bursts, has nothing now and then; ends when all faults were seen. */
    private final class FaultySource implements FrameSource {

        private final Random random = new Random(SEED);
        private volatile FrameLoop loop;
        private final AtomicLong delivered = new AtomicLong();
        private final AtomicLong skipped = new AtomicLong();
        private long sequence;
        private int burst;
        private int goodLeft = GOOD_AT_THE_END;

        @Override
        public SensorFormat format() {
            return FakeFrames.FORMAT;
        }

        @Override
        public String description() {
            return "faulty";
        }

        @Override
        public void start() {}

        @Override
        public ReadResult read(SensorFrame into) {
            boolean calm = faults.get() >= FAULTS;
            if (calm && --goodLeft < 0) {
                return ReadResult.END;
            }
            if (burst > 0 && !calm) {
                burst--;
            } else {
                while (loop.framesProcessed() + loop.framesReplaced() + loop.samplesOvertaken() < delivered.get()
                        && loop.failure() == null) {
                    LockSupport.parkNanos(1_000);
                }
                burst = random.nextInt(10) == 0 ? 5 : 0;
            }
            if (!calm && random.nextInt(20) == 0) {
                return ReadResult.TIMEOUT;
            }
            // The very first frame must be seen, or nobody could know what came before it.
            if (delivered.get() > 0 && !calm && random.nextInt(15) == 0) {
                int lost = 1 + random.nextInt(3);
                sequence += lost;
                skipped.addAndGet(lost);
            }
            into.stamp(sequence++, clock.addAndGet(PERIOD_NANOS), 0);
            delivered.incrementAndGet();
            return ReadResult.FRAME;
        }

        @Override
        public void close() {}
    }

    /** Fails in the worst moments: before anything is cleared, after everything is written, much too late. */
    private final class FaultyProcessor implements FrameProcessor {

        private final Random random;
        private Throwable failure;

        FaultyProcessor(int number) {
            random = new Random(SEED + 1 + number);
        }

        @Override
        public void process(SensorFrame frame, GazeSample into) {
            int kind = faults.get() < FAULTS ? random.nextInt(8) : 7;
            if (kind < 5) {
                faults.incrementAndGet();
            }
            if (kind == 0) {
                throw new IllegalStateException("before: the sample still holds what came earlier");
            }
            into.clear();
            into.sequence = frame.sequence();
            into.captureNanos = frame.captureNanos();
            if (kind == 1) {
                failure = new IllegalStateException("soft");
                into.status = FrameStatus.FAILED;
                return;
            }
            into.status = FrameStatus.OK;
            into.dirX = frame.sequence();
            into.dirY = into.dirZ = 0;
            if (kind == 2) {
                throw new ArithmeticException("after everything was written");
            }
            if (kind == 3) {
                clock.addAndGet(5 * PERIOD_NANOS);
            }
            if (kind == 4) {
                throw new IndexOutOfBoundsException("in the middle");
            }
        }

        @Override
        public boolean isRegionDue(SensorFrame frame) {
            return frame.sequence() % 5 == 0;
        }

        @Override
        public boolean refreshRegion(SensorFrame frame) {
            if (random.nextBoolean()) {
                regionFaults.incrementAndGet();
                if (random.nextBoolean()) {
                    throw new IllegalStateException("no region");
                }
                return false;
            }
            return true;
        }

        @Override
        public Throwable lastFailure() {
            return failure;
        }

        @Override
        public void close() {}
    }
}
