package org.flatgaze.flatcam.opencv;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_videoio.CAP_OPENCV_MJPEG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_videoio.VideoWriter;
import org.flatgaze.flatcam.FrameSource.ReadResult;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenCvFrameSourceTest {

    private static final SensorFormat GREY = new SensorFormat(64, 48, 8, Packing.U8);

    @TempDir
    Path folder;

    private Path video(int frames) {
        Path path = folder.resolve("eye.avi");
        try (VideoWriter writer = new VideoWriter(
                path.toString(),
                CAP_OPENCV_MJPEG,
                VideoWriter.fourcc((byte) 'M', (byte) 'J', (byte) 'P', (byte) 'G'),
                30,
                new Size(64, 48),
                true)) {
            assertTrue(writer.isOpened(), "motion-JPEG writer");
            for (int i = 0; i < frames; i++) {
                try (Mat frame = new Mat(48, 64, CV_8UC3, new Scalar(40.0 + 20 * i))) {
                    frame.put(new Scalar(40 + 20 * i, 40 + 20 * i, 40 + 20 * i, 0));
                    writer.write(frame);
                }
            }
            writer.release();
        }
        return path;
    }

    @Test
    void shouldDeliverGreyFramesAndEndWhenPlayingAVideo() throws IOException {
        try (OpenCvFrameSource source = OpenCvFrameSource.video(video(3), GREY, 0, false)) {
            source.start();
            SensorFrame frame = new SensorFrame(GREY);
            for (int i = 0; i < 3; i++) {
                assertEquals(ReadResult.FRAME, source.read(frame));
                assertEquals(i, frame.sequence());
                assertEquals(40 + 20 * i, frame.data()[1000] & 0xff, 3);
            }
            assertEquals(ReadResult.END, source.read(frame));
        }
    }

    @Test
    void shouldBeginAgainWhenLooping() throws IOException {
        try (OpenCvFrameSource source = OpenCvFrameSource.video(video(2), GREY, 0, true)) {
            source.start();
            SensorFrame frame = new SensorFrame(GREY);
            for (int i = 0; i < 7; i++) {
                assertEquals(ReadResult.FRAME, source.read(frame));
                assertEquals(40 + 20 * (i % 2), frame.data()[1000] & 0xff, 3);
            }
            assertEquals(6, frame.sequence());
        }
    }

    @Test
    void shouldRefuseAConvertedPictureWhenRawSamplesAreNeeded() throws IOException {
        SensorFormat raw = new SensorFormat(64, 48, 10, Packing.U16_LOW);
        try (OpenCvFrameSource source = OpenCvFrameSource.video(video(1), raw, 0, false)) {
            source.start();
            IOException e = assertThrows(IOException.class, () -> source.read(new SensorFrame(raw)));
            assertTrue(e.getMessage().contains("expected raw 16-bit grey 64 x 48"), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> OpenCvFrameSource.camera(0, SensorFormat.REFERENCE));
    }

    @Test
    void shouldSayTheSizesWhenTheVideoHasAnother() throws IOException {
        SensorFormat other = new SensorFormat(32, 48, 8, Packing.U8);
        try (OpenCvFrameSource source = OpenCvFrameSource.video(video(1), other, 0, false)) {
            source.start();
            IOException e = assertThrows(IOException.class, () -> source.read(new SensorFrame(other)));
            assertTrue(e.getMessage().contains("64 x 48"), e.getMessage());
            assertTrue(e.getMessage().contains("expected 32 x 48"), e.getMessage());
        }
    }

    @Test
    void shouldNameTheFileOrCameraWhenItCannotBeOpened() throws IOException {
        Path missing = folder.resolve("none.avi");
        assertRefused(OpenCvFrameSource.video(missing, GREY, 0, false), missing + ": no such video file");
        Path text = folder.resolve("text.avi");
        Files.writeString(text, "no video");
        assertRefused(OpenCvFrameSource.video(text, GREY, 0, false), "not a video OpenCV can open");
        assertRefused(OpenCvFrameSource.camera(97, GREY), "camera 97: cannot be opened");
    }

    private static void assertRefused(OpenCvFrameSource source, String reason) {
        try (source) {
            IOException e = assertThrows(IOException.class, source::start);
            assertTrue(e.getMessage().contains(reason), e.getMessage());
        }
    }
}
