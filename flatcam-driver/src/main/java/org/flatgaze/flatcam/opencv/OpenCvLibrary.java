package org.flatgaze.flatcam.opencv;

import static org.bytedeco.opencv.global.opencv_core.setNumThreads;

/**
 * Settings of the native library that hold for the whole process. Its chatter on the error stream can only be silenced from
 * outside, with {@code OPENCV_LOG_LEVEL=FATAL} in the environment.
 */
final class OpenCvLibrary {

    private OpenCvLibrary() {}

    /** One thread, because its pool would compete with the frame thread. */
    static void prepare() {
        setNumThreads(1);
    }
}
