package org.flatgaze.flatcam.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.flatgaze.flatcam.FrameSource.ReadResult;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameTruth;
import org.junit.jupiter.api.Test;

class SimulatorSourceTest {

    private static final FlatCamOptics OPTICS = new FlatCamOptics(FlatCamGeometry.REFERENCE, SensorModel.REFERENCE);
    private static final SensorFormat FORMAT = SensorFormat.REFERENCE;

    private static SimulatorSource source(int people, int framesPerPerson, long frames) {
        return new SimulatorSource(
                new SimulatorOptions(500, people, framesPerPerson, 240, 0, frames, 1, 7, FORMAT), OPTICS.newInstance());
    }

    @Test
    void shouldGiveTheSameFramesAgainAndThenEnd() {
        byte[][] first = new byte[4][];
        for (int round = 0; round < 2; round++) {
            try (SimulatorSource source = source(2, 2, 4)) {
                source.start();
                SensorFrame frame = new SensorFrame(FORMAT);
                for (int i = 0; i < 4; i++) {
                    assertEquals(ReadResult.FRAME, source.read(frame));
                    assertEquals(i, frame.sequence());
                    assertEquals(i / 2, source.personIndex());
                    if (round == 0) {
                        first[i] = frame.data().clone();
                    } else {
                        assertArrayEquals(first[i], frame.data());
                    }
                }
                assertEquals(ReadResult.END, source.read(frame));
            }
        }
        assertFalse(Arrays.equals(first[0], first[1]), "noise at least differs from frame to frame");
    }

    @Test
    void shouldUseTheSensorsRangeLikeARealCapture() {
        try (SimulatorSource source = source(1, 10, 0)) {
            source.start();
            SensorFrame frame = new SensorFrame(FORMAT);
            source.read(frame);
            short[] counts = new short[FORMAT.samples()];
            RawPacking.unpack(frame, counts);
            double mean = 0;
            double square = 0;
            int largest = 0;
            for (short count : counts) {
                mean += count / (double) counts.length;
                square += count * (double) count / counts.length;
                largest = Math.max(largest, count);
            }
            double spread = Math.sqrt(square - mean * mean);
            // Real captures: means of 233 to 713, a spread of 6 to 15 counts, nothing saturated.
            assertTrue(mean > 500 && mean < 830, "mean=" + mean);
            assertTrue(spread > 8 && spread < 60, "spread=" + spread);
            assertTrue(largest > mean + spread && largest < FORMAT.maxValue(), "largest=" + largest);
        }
    }

    @Test
    void shouldTellTheTruthOfTheLastFrame() {
        try (SimulatorSource source = source(1, 10, 0)) {
            source.start();
            source.read(new SensorFrame(FORMAT));
            FrameTruth truth = new FrameTruth();
            source.readTruth(truth);
            assertEquals(
                    1,
                    Math.sqrt(truth.gazeX * truth.gazeX + truth.gazeY * truth.gazeY + truth.gazeZ * truth.gazeZ),
                    1e-5);
            assertTrue(truth.gazeZ < 0, "looks forward");
            assertEquals(source.scene().gaze[0], truth.gazeX);
            assertEquals(0, truth.person);
        }
    }

    @Test
    void shouldRefuseAFormatThatIsNotTheDevices() {
        SensorFormat other = new SensorFormat(640, 400, 10, Packing.RAW10);
        SimulatorOptions options = new SimulatorOptions(500, 1, 10, 240, 0, 0, 1, 7, other);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new SimulatorSource(options, OPTICS));
        assertTrue(e.getMessage().contains("expected the device's 480 x 640, 10 bit"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> SimulatorOptions.of(500, 0));
    }
}
