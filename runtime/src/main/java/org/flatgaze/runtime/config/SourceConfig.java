package org.flatgaze.runtime.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the frames of a run come from.
 *
 * @param kind which source
 * @param path recording or video; empty for a simulator or a camera
 * @param index number of the OpenCV camera; read only where {@code path} is empty
 * @param rate frames per second that a simulator or a replay is paced to; what a camera is expected to deliver
 * @param loop whether a recording begins again at its end
 * @param seed seed of the simulator
 * @param people people the simulator shows, one after the other
 * @param frames frames the simulator renders ahead, shared out among the people, then repeated
 */
public record SourceConfig(
        Kind kind, Optional<Path> path, int index, double rate, boolean loop, long seed, int people, int frames) {

    /** Kinds of sources; the names in the file are in lower case. */
    public enum Kind {
        /** The virtual device. */
        SIMULATOR,
        /** A packed frame file, a {@code .npy} stack or a folder of PNG files. */
        REPLAY,
        /** A camera or a video through OpenCV. */
        OPENCV
    }
}
