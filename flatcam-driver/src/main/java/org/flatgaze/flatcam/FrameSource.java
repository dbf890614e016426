package org.flatgaze.flatcam;

import java.io.IOException;

/**
 * Where raw frames come from: a camera, a recording, the simulator.
 *
 * <p>One thread, the capture thread, calls every method: {@code start}, then {@code read} until it answers
 * {@link ReadResult#END} or the caller has had enough, then {@code close}. {@code read} allocates nothing.
 */
public interface FrameSource extends AutoCloseable {

    /** What {@link #read} found. */
    enum ReadResult {
        /** The frame holds new samples and its stamp. */
        FRAME,
        /** No frame came within the source's own time limit; try again. */
        TIMEOUT,
        /** The source is exhausted; there will be no more frames. */
        END
    }

    /** Format of every frame this source delivers; known before {@link #start()}. */
    SensorFormat format();

    /** One line for people: kind, path or device, size. */
    String description();

    /**
     * Begins delivery.
     *
     * @throws IOException if the device or file cannot be used; the message says what, where and what to do
     */
    void start() throws IOException;

    /**
     * Fills {@code into} with the next frame and its stamp.
     *
     * @param into a frame of {@link #format()}
     * @throws IOException if the device vanished or the recording is damaged
     */
    ReadResult read(SensorFrame into) throws IOException;

    @Override
    void close();
}
