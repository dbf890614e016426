package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording shows of the frames, and that nobody pays who does not record. */
final class FlightRecorderTest {

    private static final int FRAMES = 50_000;

    @TempDir
    Path folder;

    @Test
    void shouldShowStagesOfEveryFrameAndRegionWhenRecorded() throws IOException {
        assumeTrue(FlightRecorder.isAvailable(), "a JVM with a flight recorder");
        FrameEvent frame = new FrameEvent();
        RegionEvent region = new RegionEvent();
        Path file = folder.resolve("frames.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("org.flatgaze.Frame").withoutThreshold();
            recording.enable("org.flatgaze.Region").withoutThreshold();
            recording.start();
            for (int i = 0; i < 3; i++) {
                frame.begin();
                frame.finish(sample(i));
            }
            region.begin();
            region.finish(2, false);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        List<RecordedEvent> frames = events.stream()
                .filter(e -> e.getEventType().getName().equals("org.flatgaze.Frame"))
                .toList();
        assertEquals(3, frames.size());
        RecordedEvent last = frames.get(2);
        assertEquals(2, last.getLong("sequence"));
        assertEquals("EYE_CLOSED", last.getString("status"));
        assertEquals(Duration.ofNanos(11), last.getDuration("reconstruction"));
        assertEquals(Duration.ofNanos(12), last.getDuration("gaze"));
        assertEquals(7, last.getLong("regionAge"));
        assertFalse(last.getStartTime().isBefore(frames.get(0).getStartTime()), "a time of its own");
        RecordedEvent renewal = events.stream()
                .filter(e -> e.getEventType().getName().equals("org.flatgaze.Region"))
                .findFirst()
                .orElseThrow();
        assertEquals(2, renewal.getLong("sequence"));
        assertFalse(renewal.getBoolean("renewed"));
    }

    @Test
    void shouldAllocateNothingWhenNobodyRecords() {
        assumeTrue(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean, "a JVM that counts allocations");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        FrameEvent event = new FrameEvent();
        GazeSample sample = sample(1);
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < 5 && bytes > FRAMES / 10; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < FRAMES; i++) {
                event.begin();
                event.finish(sample);
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(bytes <= FRAMES / 10, bytes + " bytes for " + FRAMES + " frames");
    }

    private static GazeSample sample(long sequence) {
        GazeSample sample = new GazeSample();
        sample.clear();
        sample.sequence = sequence;
        sample.status = FrameStatus.EYE_CLOSED;
        sample.reconstructNanos = 11;
        sample.gazeNanos = 12;
        sample.roiAge = 7;
        return sample;
    }
}
