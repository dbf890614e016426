package org.flatgaze.flatcam.v4l2;

import java.lang.foreign.MemorySegment;

/**
 * The system calls a camera needs, so that tests can stand in for the kernel. Results below 0 are negated error numbers
 * ({@link Errno}).
 */
interface VideoDriver {

    /** Opens for reading and writing, not blocking; answers a file descriptor. */
    int open(String path);

    int ioctl(int descriptor, long request, MemorySegment argument);

    /** Maps a buffer of the driver for reading; null if that fails. */
    MemorySegment map(int descriptor, long offset, long length);

    void unmap(MemorySegment buffer);

    /** Waits for a frame: 1 there is one, 0 none in time. */
    int awaitReadable(int descriptor, int timeoutMillis);

    void close(int descriptor);
}
