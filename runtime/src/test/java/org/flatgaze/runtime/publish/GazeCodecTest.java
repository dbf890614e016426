package org.flatgaze.runtime.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GazeCodecTest {

    private static final long SEED = 20_221_118L;
    private static final float JSON_PIXEL = 0.0006f;

    @ParameterizedTest
    @EnumSource(GazeEncoding.class)
    void shouldGiveBackEveryFieldWhenDecoded(GazeEncoding encoding) throws MalformedMessageException {
        GazeCodec codec = codec(encoding);
        SplittableRandom random = new SplittableRandom(SEED);
        boolean exact = encoding == GazeEncoding.CBOR;
        for (int i = 0; i < 2000; i++) {
            GazeSample sample = Samples.random(random, i);
            String id = i % 3 == 0 ? null : "user-" + i;
            codec.calibrationId(id);
            GazeMessage message = GazeMessage.decode(Samples.encode(codec, sample), encoding.contentType());
            assertEquals(sample.sequence, message.sequence());
            assertEquals(sample.captureNanos, message.captureNanos());
            assertEquals(sample.publishNanos, message.publishNanos());
            assertEquals(sample.status, message.status());
            if (sample.status == FrameStatus.OK) {
                assertEquals(sample.dirX, message.direction().x(), exact ? 0 : 1e-7f);
                assertEquals(sample.dirY, message.direction().y(), exact ? 0 : 1e-7f);
                assertEquals(sample.dirZ, message.direction().z(), exact ? 0 : 1e-7f);
                assertEquals(sample.yawDeg, message.direction().yawDeg(), exact ? 0 : 1e-5f);
                assertEquals(sample.pitchDeg, message.direction().pitchDeg(), exact ? 0 : 1e-5f);
            } else {
                assertNull(message.direction());
            }
            if (Float.isNaN(sample.pupilX)) {
                assertNull(message.pupil());
            } else {
                assertEquals(sample.pupilX, message.pupil().x(), exact ? 0 : JSON_PIXEL);
                assertEquals(sample.pupilY, message.pupil().y(), exact ? 0 : JSON_PIXEL);
                assertEquals(sample.pupilMajor, message.pupil().major(), exact ? 0 : JSON_PIXEL);
                assertEquals(sample.pupilMinor, message.pupil().minor(), exact ? 0 : JSON_PIXEL);
                assertEquals(sample.pupilAngleDeg, message.pupil().angleDeg(), exact ? 0 : JSON_PIXEL);
            }
            if (Float.isNaN(sample.openness)) {
                assertNull(message.openness());
            } else {
                assertEquals(sample.openness, message.openness(), exact ? 0 : 6e-5f);
            }
            assertEquals(sample.confidence, message.confidence(), exact ? 0 : 6e-5f);
            assertEquals(new GazeMessage.Roi(sample.roiX, sample.roiY, 160, 96), message.roi());
            assertEquals(sample.roiAge, message.roiAge());
            assertEquals(Math.round(sample.waitNanos / 1e3), message.latency().waitMicros());
            assertEquals(
                    Math.round(sample.reconstructNanos / 1e3), message.latency().reconstructMicros());
            assertEquals(
                    Math.round(sample.segmentNanos / 1e3), message.latency().segmentMicros());
            assertEquals(Math.round(sample.gazeNanos / 1e3), message.latency().gazeMicros());
            assertEquals(Samples.NOW_OFFSET_NANOS / 1000, message.latency().queueMicros());
            assertEquals(id, message.calibrationId());
            assertEquals(sample.dropped, message.dropped());
        }
    }

    @Test
    void shouldReadAsPlainCborArrayWhenDecodedByAnotherLibrary() throws IOException {
        GazeCodec codec = codec(GazeEncoding.CBOR);
        codec.calibrationId("lab-7");
        GazeSample sample = Samples.ok();
        JsonNode root = new CBORMapper().readTree(Samples.encode(codec, sample));
        assertEquals(GazeField.values().length, root.size());
        assertEquals(1, root.get(0).intValue());
        assertEquals(sample.sequence, root.get(1).longValue());
        assertEquals(sample.captureNanos, root.get(2).longValue());
        assertEquals(sample.publishNanos, root.get(3).longValue());
        assertEquals(0, root.get(4).intValue());
        assertTrue(root.get(5).get(0).isFloat());
        assertEquals(sample.dirZ, root.get(5).get(2).floatValue());
        assertEquals(sample.yawDeg, root.get(6).floatValue());
        assertEquals(12.5f, root.get(8).get(4).floatValue());
        assertEquals("lab-7", root.get(14).textValue());
    }

    @Test
    void shouldWriteAnyIntegerAsCborSaysWhenItsSizeChanges() throws IOException {
        byte[] buffer = new byte[64];
        CborWriter writer = new CborWriter(buffer);
        CBORMapper mapper = new CBORMapper();
        for (int bits = 0; bits < 64; bits++) {
            long edge = 1L << bits;
            for (long value : new long[] {edge - 1, edge, edge + 1, -edge, -edge - 1, -edge + 1}) {
                writer.reset();
                writer.integer(value);
                assertEquals(value, mapper.readTree(buffer, 0, writer.length()).longValue());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = FrameStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void shouldHoldBackDirectionWhenStatusIsNotOk(FrameStatus status) throws MalformedMessageException {
        GazeSample sample = Samples.ok();
        sample.status = status;
        for (GazeEncoding encoding : GazeEncoding.values()) {
            byte[] payload = Samples.encode(codec(encoding), sample);
            GazeMessage message = GazeMessage.decode(payload, encoding.contentType());
            assertEquals(status, message.status());
            assertNull(message.direction());
        }
    }

    @ParameterizedTest
    @EnumSource(GazeEncoding.class)
    void shouldCallFrameFailedWhenItSaysOkWithoutDirection(GazeEncoding encoding) throws MalformedMessageException {
        GazeSample sample = Samples.ok();
        sample.dirY = Float.NaN;
        GazeMessage message = GazeMessage.decode(Samples.encode(codec(encoding), sample), encoding.contentType());
        assertEquals(FrameStatus.FAILED, message.status());
        assertNull(message.direction());
    }

    @ParameterizedTest
    @EnumSource(GazeEncoding.class)
    void shouldFitItsBufferWhenEveryFieldIsAtItsLongest(GazeEncoding encoding) {
        GazeCodec codec = codec(encoding);
        codec.calibrationId("x".repeat(GazeCodec.CALIBRATION_ID_LENGTH_MAX));
        GazeSample sample = Samples.ok();
        sample.sequence = Long.MAX_VALUE;
        sample.captureNanos = Long.MIN_VALUE;
        sample.publishNanos = Long.MIN_VALUE;
        sample.dirX = sample.dirY = sample.dirZ = -0.99999994f;
        sample.yawDeg = sample.pitchDeg = -179.99998f;
        sample.pupilX = sample.pupilY = sample.pupilMajor = sample.pupilMinor = sample.pupilAngleDeg = -1e9f;
        sample.openness = sample.confidence = 0.9999f;
        sample.roiX = sample.roiY = sample.roiAge = sample.dropped = Integer.MAX_VALUE;
        sample.waitNanos = sample.reconstructNanos = sample.segmentNanos = sample.gazeNanos = Long.MAX_VALUE - 500;
        assertTrue(codec.encode(sample, Long.MAX_VALUE) < 900);
    }

    @Test
    void shouldStaySmallWhenMessageIsTypical() {
        int cbor = Samples.encode(codec(GazeEncoding.CBOR), Samples.ok()).length;
        int json = Samples.encode(codec(GazeEncoding.JSON), Samples.ok()).length;
        System.out.println("gaze message: " + cbor + " bytes of CBOR, " + json + " bytes of JSON");
        assertTrue(cbor <= 110, cbor + " bytes");
        assertTrue(json <= 320, json + " bytes");
    }

    @ParameterizedTest
    @EnumSource(GazeEncoding.class)
    void shouldAllocateNothingWhenEncoding(GazeEncoding encoding) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        GazeCodec codec = codec(encoding);
        codec.calibrationId("lab-7");
        GazeSample ok = Samples.ok();
        GazeSample closed = Samples.closed();
        long least = Long.MAX_VALUE;
        // The first rounds load classes and compile; the least of several is our own share.
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 5_000; i++) {
                codec.encode((i & 1) == 0 ? ok : closed, i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        // Asking for the figure may itself cost a few bytes; one byte a message would be 5,000.
        assertTrue(least < 500, least + " bytes for 5000 messages");
    }

    @Test
    void shouldWritePlainDecimalsWhenJson() {
        assertEquals("0", decimal(0f, 7));
        assertEquals("0", decimal(-1e-9f, 7));
        assertEquals("-0.5", decimal(-0.5f, 4));
        assertEquals("0.001", decimal(0.001f, 3));
        assertEquals("1", decimal(0.99999f, 3));
        assertEquals("12", decimal(12.34f, 0));
        assertEquals("null", decimal(Float.NaN, 3));
        assertEquals("null", decimal(Float.NEGATIVE_INFINITY, 3));
        assertEquals("null", decimal(2e9f, 3));
    }

    @Test
    void shouldRefuseCalibrationIdWhenItWouldNeedEscaping() {
        GazeCodec codec = codec(GazeEncoding.JSON);
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> codec.calibrationId("a\"b"));
        assertTrue(error.getMessage().startsWith("calibrationId=a\"b: expected"), error.getMessage());
    }

    private static String decimal(float value, int decimals) {
        byte[] buffer = new byte[32];
        JsonAppender appender = new JsonAppender(buffer);
        appender.decimalOrNull(value, decimals);
        return new String(buffer, 0, appender.length(), StandardCharsets.US_ASCII);
    }

    private static GazeCodec codec(GazeEncoding encoding) {
        return new GazeCodec(encoding, 160, 96);
    }
}
