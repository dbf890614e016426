package org.flatgaze.runtime.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.flatcam.FramePacer;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.loop.FrameProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class BenchLoopTest {

    private static final int FRAMES = 400;

    @Test
    void shouldSaySoAndCountWhenTheMachineCannotHoldTheRate() throws Exception {
        long period = 500_000;
        BenchSource source = source(2_000);
        RunRecorder recorder = new RunRecorder(period, FRAMES);
        IdleTimer idle = new IdleTimer(List.of());
        Measurement.Deadlines missed;
        long dropped;
        try (LocalOutlet outlet = new LocalOutlet(() -> {});
                BenchLoop loop = BenchLoop.paced(
                        source,
                        List.of(new Slow(3_000_000)),
                        new Slow(0),
                        Optional.empty(),
                        period,
                        outlet::wake,
                        next -> {})) {
            outlet.begin(loop, recorder);
            loop.start();
            finish(loop, outlet, recorder);
            loop.end();
            dropped = loop.drops().values().stream().mapToLong(Long::longValue).sum();
            missed = DeadlineCount.of(recorder.trace(), source.delivered(), idle, period, 2);
        }
        assertEquals(FRAMES, source.delivered());
        assertEquals(FRAMES, recorder.frames() + dropped, "every frame is accounted for");
        assertTrue(dropped > 0, "the newest frame won");
        assertTrue(missed.frames() > FRAMES / 2, missed::toString);
        String text = SmallReports.report(BenchMode.PACED, List.of(SmallReports.run(recorder, source.delivered(), 1)))
                .text();
        assertTrue(text.contains("does not hold"), text);
    }

    @Test
    void shouldHandEveryFrameOverInOrderWhenNotPaced() throws Exception {
        BenchSource source = source(0);
        RunRecorder recorder = new RunRecorder(0, FRAMES);
        AtomicReference<String> setUpOn = new AtomicReference<>();
        try (LocalOutlet outlet =
                        new LocalOutlet(() -> setUpOn.set(Thread.currentThread().getName()));
                BenchLoop loop =
                        BenchLoop.throughput(source, List.of(new Slow(1_000), new Slow(50_000)), sequence -> {})) {
            outlet.begin(loop, recorder);
            loop.start();
            finish(loop, outlet, recorder);
            loop.end();
        }
        assertEquals(FRAMES, recorder.frames());
        for (int i = 0; i < FRAMES; i++) {
            assertEquals(i, recorder.trace().sequence(i));
        }
        assertEquals(FRAMES, recorder.count(FrameStatus.OK));
        assertEquals("publish", setUpOn.get());
    }

    @Test
    void shouldSetUpAThreadOnceWhenItFirstWorks() {
        AtomicInteger times = new AtomicInteger();
        MeteredProcessor processor = new MeteredProcessor(new Slow(0), times::incrementAndGet);
        SensorFrame frame = new SensorFrame(Numbered.FORMAT);
        processor.process(frame, new GazeSample());
        processor.process(frame, new GazeSample());
        processor.refreshRegion(frame);
        assertEquals(1, times.get());
    }

    @Test
    void shouldSeeWhatTheProcessorAllocates() {
        byte[][] keep = new byte[1][];
        MeteredProcessor processor = new MeteredProcessor(
                new Slow(0) {
                    @Override
                    public void process(SensorFrame frame, GazeSample into) {
                        keep[0] = new byte[100_000];
                    }
                },
                () -> {});
        SensorFrame frame = new SensorFrame(Numbered.FORMAT);
        GazeSample sample = new GazeSample();
        processor.process(frame, sample);
        processor.begin();
        processor.process(frame, sample);
        assertTrue(processor.bytes() >= 100_000 && processor.bytes() < 101_000, processor.bytes() + " bytes");
        assertEquals(100_000, keep[0].length);
    }

    private static BenchSource source(double framesPerSecond) {
        return new BenchSource(new Numbered(framesPerSecond), FRAMES, () -> false, () -> {});
    }

    private static void finish(BenchLoop loop, Outlet outlet, RunRecorder recorder) {
        while (!loop.isFinished() || recorder.frames() < outlet.taken()) {
            LockSupport.parkNanos(100_000);
        }
    }

    private static final class Numbered implements FrameSource {

        private static final SensorFormat FORMAT = new SensorFormat(8, 2, 8, Packing.U8);

        private final FramePacer pacer;
        private long next;

        Numbered(double framesPerSecond) {
            pacer = new FramePacer(framesPerSecond);
        }

        @Override
        public SensorFormat format() {
            return FORMAT;
        }

        @Override
        public String description() {
            return "numbered";
        }

        @Override
        public void start() {
            pacer.start();
        }

        @Override
        public ReadResult read(SensorFrame into) {
            into.stamp(next++, pacer.awaitNext(), 0);
            return ReadResult.FRAME;
        }

        @Override
        public void close() {}
    }

    /** Answers OK after a time. */
    private static class Slow implements FrameProcessor {

        private final long nanos;

        Slow(long nanos) {
            this.nanos = nanos;
        }

        @Override
        public void process(SensorFrame frame, GazeSample into) {
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() - end < 0) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            into.clear();
            into.sequence = frame.sequence();
            into.captureNanos = frame.captureNanos();
            into.status = FrameStatus.OK;
        }

        @Override
        public boolean isRegionDue(SensorFrame frame) {
            return false;
        }

        @Override
        public boolean refreshRegion(SensorFrame frame) {
            return true;
        }

        @Override
        public Throwable lastFailure() {
            return null;
        }

        @Override
        public void close() {}
    }
}
