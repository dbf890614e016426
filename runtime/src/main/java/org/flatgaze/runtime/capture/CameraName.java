package org.flatgaze.runtime.capture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.opencv.OpenCvFrameSource;
import org.flatgaze.flatcam.replay.ReplayFrameSource;
import org.flatgaze.flatcam.v4l2.V4l2FrameSource;
import org.flatgaze.flatcam.v4l2.V4l2Options;

/**
 * A frame source as a user names it on the command line: {@code v4l2:/dev/video0}, {@code opencv:0} or {@code replay:FILE}.
 *
 * @param kind which driver
 * @param target device, number or file
 */
public record CameraName(Kind kind, String target) {

    /** Drivers that can be named. */
    public enum Kind {
        /** A Linux camera node. */
        V4L2,
        /** A camera that OpenCV finds, by number. */
        OPENCV,
        /** A recording: frame file, .npy stack, folder of PNG files. */
        REPLAY
    }

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException with one line if it is none
     */
    public static CameraName of(String text) {
        int colon = text.indexOf(':');
        for (Kind kind : Kind.values()) {
            if (colon > 0
                    && colon + 1 < text.length()
                    && text.substring(0, colon).equals(kind.name().toLowerCase(Locale.ROOT))) {
                return new CameraName(kind, text.substring(colon + 1));
            }
        }
        throw new IllegalArgumentException(text
                + ": expected v4l2:/dev/video0, opencv:0 or replay:FILE (a frame file, .npy stack or folder of PNG)");
    }

    /**
     * Prepares the source; it is used from its {@code start} on.
     *
     * @param format what it delivers
     * @throws IOException if there is no such source; one line that names it
     */
    public FrameSource open(SensorFormat format) throws IOException {
        return switch (kind) {
            case V4L2 -> new V4l2FrameSource(target, format, V4l2Options.DEFAULT);
            case OPENCV -> OpenCvFrameSource.camera(index(), format);
            case REPLAY -> ReplayFrameSource.open(Path.of(target), format, 0, false);
        };
    }

    private int index() {
        try {
            return Integer.parseInt(target);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "opencv:" + target + ": expected the number of a camera, such as opencv:0", e);
        }
    }
}
