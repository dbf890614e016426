package org.flatgaze.flatcam.v4l2;

import static org.flatgaze.flatcam.v4l2.V4l2.INT;
import static org.flatgaze.flatcam.v4l2.V4l2.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Plays the kernel's part of the V4L2 conversation for one camera, strictly: a call out of order is an error. */
final class FakeVideoDriver implements VideoDriver {

    int openError;
    int capabilities = V4l2.CAN_CAPTURE | V4l2.CAN_STREAM;
    int offeredFormat;
    int width = 8;
    int height = 4;
    int padding;
    int flags = V4l2.STAMP_MONOTONIC;
    int dequeueError;
    final Deque<byte[]> frames = new ArrayDeque<>();
    final List<String> log = new ArrayList<>();
    int sequence = 40;
    int mapped;
    boolean open;
    boolean streaming;

    private final Deque<Integer> queued = new ArrayDeque<>();
    private final List<MemorySegment> memory = new ArrayList<>();
    private int bytesPerLine;

    @Override
    public int open(String path) {
        open = openError == 0;
        return open ? 7 : -openError;
    }

    @Override
    public int ioctl(int descriptor, long request, MemorySegment argument) {
        if (!open || descriptor != 7) {
            return -9;
        }
        if (request == V4l2.QUERY_CAPABILITY) {
            argument.set(INT, V4l2.CAPABILITY_CAPABILITIES, V4l2.HAS_DEVICE_CAPS | V4l2.CAN_CAPTURE | V4l2.CAN_STREAM);
            argument.set(INT, V4l2.CAPABILITY_DEVICE_CAPS, capabilities);
        } else if (request == V4l2.SET_FORMAT) {
            if (offeredFormat != 0) {
                argument.set(INT, V4l2.FORMAT_PIXEL_FORMAT, offeredFormat);
            }
            argument.set(INT, V4l2.FORMAT_WIDTH, width);
            argument.set(INT, V4l2.FORMAT_HEIGHT, height);
            bytesPerLine = width * 5 / 4 + padding;
            argument.set(INT, V4l2.FORMAT_BYTES_PER_LINE, bytesPerLine);
            argument.set(INT, V4l2.FORMAT_SIZE_IMAGE, bytesPerLine * height);
        } else if (request == V4l2.SET_PARAMETERS) {
            log.add("rate " + argument.get(INT, V4l2.STREAM_PARAMETERS_PERIOD) + "/"
                    + argument.get(INT, V4l2.STREAM_PARAMETERS_PERIOD + 4));
            return -Errno.ENOTTY;
        } else if (request == V4l2.REQUEST_BUFFERS) {
            for (int i = 0; i < argument.get(INT, 0); i++) {
                memory.add(Arena.ofAuto().allocate((long) bytesPerLine * height));
            }
        } else if (request == V4l2.QUERY_BUFFER) {
            argument.set(INT, V4l2.BUFFER_LENGTH, bytesPerLine * height);
            argument.set(INT, V4l2.BUFFER_OFFSET, 4096 * argument.get(INT, 0));
        } else if (request == V4l2.QUEUE_BUFFER) {
            queued.add(argument.get(INT, 0));
        } else if (request == V4l2.STREAM_ON) {
            streaming = true;
        } else if (request == V4l2.STREAM_OFF) {
            streaming = false;
        } else if (request == V4l2.DEQUEUE_BUFFER) {
            return dequeue(argument);
        } else {
            return -Errno.ENOTTY;
        }
        return 0;
    }

    private int dequeue(MemorySegment argument) {
        if (dequeueError != 0) {
            return -dequeueError;
        }
        if (!streaming || queued.isEmpty() || frames.isEmpty()) {
            return -Errno.EAGAIN;
        }
        int index = queued.remove();
        byte[] frame = frames.remove();
        int rowBytes = width * 5 / 4;
        for (int row = 0; row < height; row++) {
            MemorySegment.copy(
                    frame,
                    row * rowBytes,
                    memory.get(index),
                    ValueLayout.JAVA_BYTE,
                    (long) row * bytesPerLine,
                    rowBytes);
        }
        argument.set(INT, 0, index);
        argument.set(INT, V4l2.BUFFER_BYTES_USED, bytesPerLine * height);
        argument.set(INT, V4l2.BUFFER_FLAGS, flags);
        argument.set(INT, V4l2.BUFFER_SEQUENCE, sequence++);
        argument.set(LONG, V4l2.BUFFER_SECONDS, 3L);
        argument.set(LONG, V4l2.BUFFER_MICROSECONDS, 250_000L);
        return 0;
    }

    @Override
    public MemorySegment map(int descriptor, long offset, long length) {
        mapped++;
        return memory.get((int) (offset / 4096));
    }

    @Override
    public void unmap(MemorySegment buffer) {
        mapped--;
    }

    @Override
    public int awaitReadable(int descriptor, int timeoutMillis) {
        return frames.isEmpty() && dequeueError == 0 ? 0 : 1;
    }

    @Override
    public void close(int descriptor) {
        open = false;
    }
}
