package org.flatgaze.flatcam.opencv;

import static org.bytedeco.opencv.global.opencv_core.CV_16UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_videoio.CAP_PROP_CONVERT_RGB;
import static org.bytedeco.opencv.global.opencv_videoio.CAP_PROP_FRAME_HEIGHT;
import static org.bytedeco.opencv.global.opencv_videoio.CAP_PROP_FRAME_WIDTH;
import static org.bytedeco.opencv.global.opencv_videoio.CAP_PROP_POS_FRAMES;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_videoio.VideoCapture;
import org.flatgaze.flatcam.FramePacer;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * Frames from a camera or a video file through OpenCV: the portable fallback of the desktop.
 *
 * <p>A format of 8 bits takes whatever the camera shows and turns it to grey. A 16-bit packing asks the driver for its raw
 * samples (conversion to RGB off) and refuses anything else, because a picture that went through gamma and JPEG cannot be
 * reconstructed. Packed 10-bit is not offered: OpenCV does not deliver it reliably. Cameras behind libcamera do not open here.
 *
 * <p>The capture time is taken when OpenCV hands the frame over: later than mid-exposure by transfer and decoding.
 */
public final class OpenCvFrameSource implements FrameSource {

    private final Path file;
    private final int cameraIndex;
    private final SensorFormat format;
    private final boolean loop;
    private final FramePacer pacer;
    private final VideoCapture capture = new VideoCapture();
    private final Mat grabbed = new Mat();
    private final Mat samples;
    private final BytePointer sampleBytes;
    private long sequence;

    private OpenCvFrameSource(Path file, int cameraIndex, SensorFormat format, double framesPerSecond, boolean loop) {
        if (format.packing() == Packing.RAW10) {
            throw new IllegalArgumentException(
                    "packing=RAW10: expected U8, U16_LOW or U16_HIGH; OpenCV does not deliver packed 10-bit samples");
        }
        OpenCvLibrary.prepare();
        this.file = file;
        this.cameraIndex = cameraIndex;
        this.format = format;
        this.loop = loop;
        this.pacer = new FramePacer(framesPerSecond);
        this.samples = new Mat(format.height(), format.width(), format.packing() == Packing.U8 ? CV_8UC1 : CV_16UC1);
        this.sampleBytes = samples.data();
    }

    /** A camera, at the rate it delivers. */
    public static OpenCvFrameSource camera(int cameraIndex, SensorFormat format) {
        if (cameraIndex < 0) {
            throw new IllegalArgumentException("cameraIndex=" + cameraIndex + ": expected 0 or more");
        }
        return new OpenCvFrameSource(null, cameraIndex, format, 0, false);
    }

    /**
     * A video file.
     *
     * @param framesPerSecond rate, or 0 for as fast as asked
     * @param loop whether to begin again at the end
     */
    public static OpenCvFrameSource video(Path file, SensorFormat format, double framesPerSecond, boolean loop) {
        return new OpenCvFrameSource(file, -1, format, framesPerSecond, loop);
    }

    @Override
    public SensorFormat format() {
        return format;
    }

    @Override
    public String description() {
        return "opencv " + name() + ", " + format.width() + " x " + format.height() + ", " + format.bitDepth() + " bit "
                + format.packing();
    }

    private String name() {
        return file == null ? "camera " + cameraIndex : file.toString();
    }

    @Override
    public void start() throws IOException {
        if (file == null) {
            if (!capture.open(cameraIndex)) {
                throw new IOException("camera " + cameraIndex + ": cannot be opened; check that /dev/video"
                        + cameraIndex + " exists and may be read");
            }
            capture.set(CAP_PROP_FRAME_WIDTH, format.width());
            capture.set(CAP_PROP_FRAME_HEIGHT, format.height());
            if (format.packing() != Packing.U8) {
                capture.set(CAP_PROP_CONVERT_RGB, 0);
            }
        } else {
            if (!Files.isRegularFile(file)) {
                throw new IOException(file + ": no such video file");
            }
            if (!capture.open(file.toString())) {
                throw new IOException(file + ": not a video OpenCV can open; motion-JPEG in .avi always works");
            }
        }
        pacer.start();
    }

    @Override
    public ReadResult read(SensorFrame into) throws IOException {
        if (!into.format().equals(format)) {
            throw new IllegalArgumentException("into.format=" + into.format() + ": expected " + format);
        }
        if (!grab()) {
            if (file != null) {
                return ReadResult.END;
            }
            if (!capture.isOpened()) {
                throw new IOException(name() + ": the camera has gone");
            }
            return ReadResult.TIMEOUT;
        }
        convert();
        sampleBytes.position(0).get(into.data(), 0, format.frameBytes());
        into.stamp(sequence, pacer.awaitNext(), 0);
        sequence++;
        return ReadResult.FRAME;
    }

    private boolean grab() {
        if (capture.read(grabbed)) {
            return true;
        }
        if (file == null || !loop || sequence == 0) {
            return false;
        }
        // Not every container can seek back; opening again always works.
        return (capture.set(CAP_PROP_POS_FRAMES, 0) && capture.read(grabbed))
                || (capture.open(file.toString()) && capture.read(grabbed));
    }

    private void convert() throws IOException {
        int type = grabbed.type();
        long expected = (long) format.width() * format.height();
        if (format.packing() != Packing.U8) {
            if (type != CV_16UC1 || grabbed.total() != expected) {
                throw new IOException(name() + ": delivers " + describe(grabbed) + ", expected raw 16-bit grey "
                        + format.width() + " x " + format.height()
                        + "; a converted 8-bit picture cannot be reconstructed, choose a raw pixel format");
            }
            // Some drivers hand 16-bit frames over as one long row.
            if (grabbed.rows() == format.height()) {
                grabbed.copyTo(samples);
            } else {
                try (Mat shaped = grabbed.reshape(1, format.height())) {
                    shaped.copyTo(samples);
                }
            }
            return;
        }
        if (grabbed.rows() != format.height() || grabbed.cols() != format.width()) {
            throw new IOException(name() + ": delivers " + describe(grabbed) + ", expected " + format.width() + " x "
                    + format.height());
        }
        if (grabbed.channels() == 3) {
            cvtColor(grabbed, samples, COLOR_BGR2GRAY);
        } else if (type == CV_8UC1) {
            grabbed.copyTo(samples);
        } else {
            throw new IOException(name() + ": delivers " + describe(grabbed) + ", expected 8-bit grey or colour");
        }
    }

    private static String describe(Mat mat) {
        return mat.cols() + " x " + mat.rows() + " with " + mat.channels() + " channel(s) of " + 8 * mat.elemSize1()
                + " bit";
    }

    @Override
    public void close() {
        capture.release();
        capture.close();
        grabbed.close();
        samples.close();
    }
}
