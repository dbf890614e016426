package org.flatgaze.calibration.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveCapturesTest {

    private static final PatternPlan PLAN = SmallBench.PLAN;
    private static final int SHOTS = PLAN.shots().size();
    private static final long SETTLE_NANOS = 50_000_000;

    @TempDir
    private Path folder;

    @Test
    void shouldCalibrateWhenTheScreenFollowsLateAndTheCameraRunsOn() throws IOException {
        FlatCamOptics optics = SmallBench.optics(0, 5);
        Bench bench = new Bench(SmallBench.captures(optics, 2));
        try (LiveCaptures live = LiveCaptures.of(bench, bench, SETTLE_NANOS, 2, () -> bench.now)) {
            assertEquals(SHOTS, fill(live));
            assertEquals(0, fill(live));
        }
        assertTrue(bench.closed);
        CameraCalibration found = PatternCalibration.run(
                CaptureFolder.open(folder, PLAN, bench.format()), PLAN, SmallBench.options(), CaptureProgress.SILENT);
        SimulatedTruth truth = new SimulatedTruth(optics, SmallBench.SCREEN_MM, bench.captures.electronsPerUnit());
        double error = truth.forwardError(found.detailed(), found.sensor(), found.plane());
        assertEquals(2, found.frames());
        assertTrue(error < 0.04, "error=" + error);
    }

    @Test
    void shouldKeepWhatWasTakenAndGoOnWhenTheCameraDiesHalfWay() throws IOException {
        Bench bench = new Bench(SmallBench.captures(SmallBench.optics(0, 5), 1));
        bench.diesAt = 61;
        String line = assertThrows(IOException.class, () -> fill(bench.live())).getMessage();
        assertTrue(line.startsWith("bench: no frame came for 5 s at capture 0061-left-030-pos"), line);
        assertEquals(61, stored());
        bench.diesAt = Integer.MAX_VALUE;
        assertEquals(SHOTS - 61, fill(bench.live()));
        assertEquals(SHOTS, stored());
    }

    @Test
    void shouldRefuseAtOnceAndKeepTheRestWhenACaptureIsOfNoUse() throws IOException {
        Bench bench = new Bench(SmallBench.captures(SmallBench.optics(0, 5), 1));
        bench.gain = 1.4;
        assertRefused(bench, "0001-left-000-pos is saturated", 1);
        bench.gain = 0.1;
        assertRefused(bench, "0001-left-000-pos is dark", 1);
        bench.gain = 1;
        bench.movesAt = 41;
        assertRefused(bench, "0041-left-020-pos and its negative do not add up", 41);
        // Somebody stood in the way, and has gone.
        bench.movesAt = Integer.MAX_VALUE;
        bench.litAt = PLAN.darkPosition(1);
        assertRefused(bench, "0065-dark-001 is", 65);
        bench.litAt = -1;
        // The camera moved between two runs: the first pair after it tells.
        bench.movesAt = 0;
        assertRefused(bench, "0066-right-000-pos and its negative do not add up", 66);
        bench.movesAt = Integer.MAX_VALUE;
        assertEquals(SHOTS - 66, fill(bench.live()));
    }

    @Test
    void shouldRefuseToGoOnWhenTheFolderHoldsOtherFrames() throws IOException {
        Bench bench = new Bench(SmallBench.captures(SmallBench.optics(0, 5), 1));
        bench.diesAt = 10;
        assertThrows(IOException.class, () -> fill(bench.live()));
        String line = assertThrows(IOException.class, () -> fill(LiveCaptures.of(bench, bench, 0, 4, () -> bench.now)))
                .getMessage();
        assertTrue(line.contains("expected 4 frames of 160 x 200; go on as it was begun"), line);
    }

    @Test
    void shouldTakePatternsAsTheyComeWhenARecordingHoldsThemInOrder() throws IOException {
        Bench bench = new Bench(SmallBench.captures(SmallBench.optics(0, 5), 1));
        bench.endsAfter = 40;
        String line = assertThrows(IOException.class, () -> fill(LiveCaptures.inOrder(bench, 1)))
                .getMessage();
        assertTrue(line.contains("no more frames at capture 0040-left-019-neg"), line);
        assertEquals(39, stored()); // a pair is kept whole or not at all
        bench.read = 0;
        bench.endsAfter = Integer.MAX_VALUE;
        assertEquals(SHOTS - 39, fill(LiveCaptures.inOrder(bench, 1)));
    }

    private void assertRefused(Bench bench, String expected, int kept) throws IOException {
        String line = assertThrows(CalibrationRefusedException.class, () -> fill(bench.live()))
                .getMessage();
        assertTrue(line.contains(expected), line);
        assertEquals(kept, stored());
    }

    private int fill(LiveCaptures live) throws IOException {
        return CaptureStore.fill(live, PLAN, folder, CaptureLimits.DEFAULT, CaptureProgress.SILENT);
    }

    private long stored() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    /** Screen and camera on one bench: the camera delivers a frame every 10 ms, the screen changes 30 ms after it says so. */
    private static final class Bench implements FrameSource, PatternScreen {

        private static final long FRAME_NANOS = 10_000_000;
        private static final long LATE_NANOS = 30_000_000;

        final SimulatedCaptures captures;
        long now;
        int diesAt = Integer.MAX_VALUE;
        int endsAfter = Integer.MAX_VALUE;
        int movesAt = Integer.MAX_VALUE;
        int litAt = -1;
        double gain = 1;
        int read;
        boolean closed;
        private final short[] counts;
        private boolean screened;
        private int before;
        private int shown;
        private long shownNanos;

        Bench(SimulatedCaptures captures) {
            this.captures = captures;
            counts = new short[captures.sensor().samples()];
        }

        LiveCaptures live() {
            return LiveCaptures.of(this, this, SETTLE_NANOS, 1, () -> now);
        }

        @Override
        public long show(Shot shot, int position) {
            screened = true;
            before = shown;
            shown = position;
            shownNanos = now;
            return now;
        }

        @Override
        public SensorFormat format() {
            return captures.sensor();
        }

        @Override
        public String description() {
            return "bench";
        }

        @Override
        public void start() {}

        @Override
        public ReadResult read(SensorFrame into) {
            now += FRAME_NANOS;
            if (screened && shown >= diesAt) {
                now += 100_000_000;
                return ReadResult.TIMEOUT;
            }
            if (read >= endsAfter) {
                return ReadResult.END;
            }
            int position = !screened ? read : now - shownNanos < LATE_NANOS ? before : shown;
            int pattern = position == litAt ? 1 : position;
            captures.read(PLAN.shots().get(pattern), pattern, read & 1, counts);
            boolean moved = position >= movesAt;
            double factor = PLAN.shots().get(pattern).kind() == Shot.Kind.DARK ? 1 : gain;
            for (int i = 0; i < counts.length; i++) {
                int from = moved && i + 6 < counts.length ? i + 6 : i;
                counts[i] = (short) Math.min(format().maxValue(), factor * counts[from]);
            }
            RawPacking.pack(counts, into);
            into.stamp(read++, now, 0);
            return ReadResult.FRAME;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
