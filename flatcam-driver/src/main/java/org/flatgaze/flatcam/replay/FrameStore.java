package org.flatgaze.flatcam.replay;

import java.io.IOException;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/** Recorded frames by number. */
interface FrameStore extends AutoCloseable {

    /** Format of every frame. */
    SensorFormat format();

    /** Number of frames, at least 1. */
    int frameCount();

    /**
     * Copies one frame; the stamp of {@code into} is left alone. Allocates nothing.
     *
     * @param index 0..frameCount - 1
     * @param into a frame of {@link #format()}
     */
    void read(int index, SensorFrame into) throws IOException;

    @Override
    void close();
}
