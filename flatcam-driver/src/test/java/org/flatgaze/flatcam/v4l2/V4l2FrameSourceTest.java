package org.flatgaze.flatcam.v4l2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.flatgaze.flatcam.FrameSource.ReadResult;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.junit.jupiter.api.Test;

class V4l2FrameSourceTest {

    private static final SensorFormat FORMAT = new SensorFormat(8, 4, 10, Packing.RAW10);
    private static final V4l2Options OPTIONS = new V4l2Options(240, 2000, 100, 3);

    private final FakeVideoDriver driver = new FakeVideoDriver();
    private final SensorFrame frame = new SensorFrame(FORMAT);

    private V4l2FrameSource source() {
        return new V4l2FrameSource("/dev/video9", FORMAT, OPTIONS, driver);
    }

    private static byte[] picture(int value) {
        byte[] bytes = new byte[FORMAT.frameBytes()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value + i);
        }
        return bytes;
    }

    @Test
    void shouldDeliverFramesAgainAndAgainFromTheSameBuffers() throws IOException {
        try (V4l2FrameSource source = source()) {
            source.start();
            assertEquals(List.of("rate 1000/240000"), driver.log, "a refused rate is no error");
            for (int i = 0; i < 10; i++) {
                driver.frames.add(picture(i));
                assertEquals(ReadResult.FRAME, source.read(frame));
                assertArrayEquals(picture(i), frame.data());
                assertEquals(40 + i, frame.sequence());
                assertEquals(2000, frame.exposureMicros());
            }
            assertEquals(ReadResult.TIMEOUT, source.read(frame));
        }
    }

    @Test
    void shouldLeaveOutThePaddingWhenRowsArePadded() throws IOException {
        driver.padding = 6;
        driver.frames.add(picture(5));
        try (V4l2FrameSource source = source()) {
            source.start();
            assertEquals(ReadResult.FRAME, source.read(frame));
            assertArrayEquals(picture(5), frame.data());
        }
    }

    @Test
    void shouldStampTheMiddleOfTheExposure() throws IOException {
        try (V4l2FrameSource source = source()) {
            source.start();
            driver.frames.add(picture(5));
            source.read(frame);
            assertEquals(3_250_000_000L - 1_000_000L, frame.captureNanos());
            driver.flags |= V4l2.STAMP_START_OF_EXPOSURE;
            driver.frames.add(picture(5));
            source.read(frame);
            assertEquals(3_250_000_000L + 1_000_000L, frame.captureNanos());
        }
    }

    @Test
    void shouldLeaveOutDamagedFramesAndGiveTheirBufferBack() throws IOException {
        try (V4l2FrameSource source = source()) {
            source.start();
            driver.flags |= V4l2.BUFFER_DAMAGED;
            for (int i = 0; i < 5; i++) {
                driver.frames.add(picture(i));
                assertEquals(ReadResult.TIMEOUT, source.read(frame));
            }
            assertEquals(5, source.damagedFrames());
            driver.flags = V4l2.STAMP_MONOTONIC;
            driver.frames.add(picture(9));
            assertEquals(ReadResult.FRAME, source.read(frame));
            assertEquals(45, frame.sequence());
        }
    }

    @Test
    void shouldGiveEverythingBackWhenClosed() throws IOException {
        V4l2FrameSource source = source();
        source.start();
        assertEquals(3, driver.mapped);
        assertTrue(driver.streaming);
        source.close();
        source.close();
        assertEquals(0, driver.mapped);
        assertFalse(driver.streaming);
        assertFalse(driver.open);
    }

    @Test
    void shouldSayWhatTheCameraOffersWhenItCannotDoTheFormat() {
        driver.offeredFormat = V4l2.fourCharacters("YUYV");
        driver.width = 16;
        startFails("offers 16 x 4 YUYV, expected 8 x 4 Y10P");
        assertFalse(driver.open, "closed again");
    }

    @Test
    void shouldSayWhyWhenTheNodeIsNoUsableCamera() {
        driver.capabilities = V4l2.CAN_STREAM;
        startFails("does not capture video");
        driver.openError = Errno.EACCES;
        startFails("group video");
        driver.openError = Errno.EBUSY;
        startFails("in use by another program");
    }

    @Test
    void shouldFailWhenTheCameraIsPulledOut() throws IOException {
        try (V4l2FrameSource source = source()) {
            source.start();
            driver.dequeueError = Errno.ENODEV;
            IOException e = assertThrows(IOException.class, () -> source.read(frame));
            assertEquals("/dev/video9: take frame: the camera has gone", e.getMessage());
        }
    }

    private void startFails(String reason) {
        try (V4l2FrameSource source = source()) {
            IOException e = assertThrows(IOException.class, source::start);
            assertTrue(e.getMessage().startsWith("/dev/video9: "), e.getMessage());
            assertTrue(e.getMessage().contains(reason), e.getMessage());
        }
    }

    @Test
    void shouldHaveTheRequestCodesOfTheKernelHeader() {
        // printed by a C program that includes linux/videodev2.h, on x86-64
        assertEquals(0x80685600L, V4l2.QUERY_CAPABILITY);
        assertEquals(0xc0d05605L, V4l2.SET_FORMAT);
        assertEquals(0xc0145608L, V4l2.REQUEST_BUFFERS);
        assertEquals(0xc0585609L, V4l2.QUERY_BUFFER);
        assertEquals(0xc058560fL, V4l2.QUEUE_BUFFER);
        assertEquals(0xc0585611L, V4l2.DEQUEUE_BUFFER);
        assertEquals(0x40045612L, V4l2.STREAM_ON);
        assertEquals(0x40045613L, V4l2.STREAM_OFF);
        assertEquals(0xc0cc5616L, V4l2.SET_PARAMETERS);
        assertEquals(0x50303159, V4l2.pixelFormat(FORMAT));
        assertEquals(0x59455247, V4l2.pixelFormat(new SensorFormat(8, 4, 8, Packing.U8)));
        assertEquals(0x20323159, V4l2.pixelFormat(new SensorFormat(8, 4, 12, Packing.U16_LOW)));
        assertEquals("Y16 ", V4l2.text(V4l2.pixelFormat(new SensorFormat(8, 4, 12, Packing.U16_HIGH))));
        assertThrows(
                IllegalArgumentException.class, () -> V4l2.pixelFormat(new SensorFormat(8, 4, 11, Packing.U16_LOW)));
    }

    @Test
    void shouldMakeRealSystemCallsWhenTheNodeIsNoCamera() {
        assertRefusedByTheKernel("/dev/null", "/dev/null: query: not a video device");
        assertRefusedByTheKernel(
                "/dev/no-such-camera", "/dev/no-such-camera: open: no such device; is the camera plugged in?");
    }

    private static void assertRefusedByTheKernel(String device, String message) {
        try (V4l2FrameSource source = new V4l2FrameSource(device, FORMAT, V4l2Options.DEFAULT)) {
            IOException e = assertThrows(IOException.class, source::start);
            assertEquals(message, e.getMessage());
        }
    }

    @Test
    void shouldMapAndWaitThroughTheKernel() {
        LinuxVideoDriver kernel = new LinuxVideoDriver();
        int descriptor = kernel.open("/dev/zero");
        assertTrue(descriptor >= 0);
        var mapped = kernel.map(descriptor, 0, 4096);
        assertEquals(4096, mapped.byteSize());
        assertTrue(Arrays.equals(new byte[4096], mapped.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)));
        kernel.unmap(mapped);
        assertEquals(1, kernel.awaitReadable(descriptor, 10));
        kernel.close(descriptor);
    }
}
