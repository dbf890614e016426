package org.flatgaze.flatcam.v4l2;

import static org.flatgaze.flatcam.v4l2.V4l2.INT;
import static org.flatgaze.flatcam.v4l2.V4l2.LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * A camera node such as {@code /dev/video0} that delivers raw grey samples: a UVC camera, or a sensor configured through the
 * media controller beforehand.
 *
 * <p>The driver writes into mapped buffers; a frame is copied out once and its buffer goes back at once. Sequence numbers and
 * capture times are the driver's own. Where the driver stamps the start of the exposure, half the exposure time is added;
 * where it stamps the end of the frame, half is taken off, which leaves the readout time of the sensor in the stamp.
 */
public final class V4l2FrameSource implements FrameSource {

    private final String device;
    private final SensorFormat format;
    private final V4l2Options options;
    private final VideoDriver driver;

    private final MemorySegment capability = Arena.ofAuto().allocate(V4l2.CAPABILITY_SIZE, 8);
    private final MemorySegment pixelFormat = Arena.ofAuto().allocate(V4l2.FORMAT_SIZE, 8);
    private final MemorySegment parameters = Arena.ofAuto().allocate(V4l2.STREAM_PARAMETERS_SIZE, 8);
    private final MemorySegment request = Arena.ofAuto().allocate(V4l2.REQUEST_BUFFERS_SIZE, 8);
    private final MemorySegment buffer = Arena.ofAuto().allocate(V4l2.BUFFER_SIZE, 8);
    private final MemorySegment streamType = Arena.ofAuto().allocate(4, 4);

    private final List<MemorySegment> buffers = new ArrayList<>();
    private final int rowBytes;
    private final int wanted;
    private int descriptor = -1;
    private int bytesPerLine;
    private long damagedFrames;

    /**
     * @param device path of the node
     * @param format what the camera must deliver; refused at {@link #start} if it cannot
     */
    public V4l2FrameSource(String device, SensorFormat format, V4l2Options options) {
        this(device, format, options, new LinuxVideoDriver());
    }

    V4l2FrameSource(String device, SensorFormat format, V4l2Options options, VideoDriver driver) {
        this.device = device;
        this.format = format;
        this.options = options;
        this.driver = driver;
        this.rowBytes = format.packing().bytes(format.width());
        this.wanted = V4l2.pixelFormat(format);
    }

    @Override
    public SensorFormat format() {
        return format;
    }

    @Override
    public String description() {
        return "v4l2 " + device + ", " + format.width() + " x " + format.height() + ", "
                + V4l2.text(wanted).trim();
    }

    /** Frames the driver marked as damaged and that were therefore left out. */
    public long damagedFrames() {
        return damagedFrames;
    }

    @Override
    public void start() throws IOException {
        descriptor = driver.open(device);
        if (descriptor < 0) {
            throw failure("open", descriptor);
        }
        try {
            requireCamera();
            negotiateFormat();
            requestRate();
            mapBuffers();
            for (int index = 0; index < buffers.size(); index++) {
                queue(index);
            }
            streamType.set(INT, 0, V4l2.TYPE_CAPTURE);
            call("start streaming", V4l2.STREAM_ON, streamType);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void requireCamera() throws IOException {
        call("query", V4l2.QUERY_CAPABILITY, capability);
        int capabilities = capability.get(INT, V4l2.CAPABILITY_CAPABILITIES);
        if ((capabilities & V4l2.HAS_DEVICE_CAPS) != 0) {
            capabilities = capability.get(INT, V4l2.CAPABILITY_DEVICE_CAPS); // of this node, not of the whole device
        }
        if ((capabilities & V4l2.CAN_CAPTURE) == 0 || (capabilities & V4l2.CAN_STREAM) == 0) {
            throw new IOException(device + ": does not capture video by streaming; it may be the metadata node of a"
                    + " camera, try the node before it");
        }
    }

    private void negotiateFormat() throws IOException {
        pixelFormat.fill((byte) 0);
        pixelFormat.set(INT, 0, V4l2.TYPE_CAPTURE);
        pixelFormat.set(INT, V4l2.FORMAT_WIDTH, format.width());
        pixelFormat.set(INT, V4l2.FORMAT_HEIGHT, format.height());
        pixelFormat.set(INT, V4l2.FORMAT_PIXEL_FORMAT, wanted);
        pixelFormat.set(INT, V4l2.FORMAT_FIELD, V4l2.FIELD_NONE);
        call("set format", V4l2.SET_FORMAT, pixelFormat);
        int width = pixelFormat.get(INT, V4l2.FORMAT_WIDTH);
        int height = pixelFormat.get(INT, V4l2.FORMAT_HEIGHT);
        int offered = pixelFormat.get(INT, V4l2.FORMAT_PIXEL_FORMAT);
        if (width != format.width() || height != format.height() || offered != wanted) {
            throw new IOException(device + ": offers " + width + " x " + height + " "
                    + V4l2.text(offered).trim()
                    + ", expected " + format.width() + " x " + format.height() + " "
                    + V4l2.text(wanted).trim() + "; list what it can do with v4l2-ctl --list-formats-ext");
        }
        bytesPerLine = Math.max(rowBytes, pixelFormat.get(INT, V4l2.FORMAT_BYTES_PER_LINE));
    }

    private void requestRate() {
        if (options.framesPerSecond() == 0) {
            return;
        }
        parameters.fill((byte) 0);
        parameters.set(INT, 0, V4l2.TYPE_CAPTURE);
        parameters.set(INT, V4l2.STREAM_PARAMETERS_PERIOD, 1000);
        parameters.set(INT, V4l2.STREAM_PARAMETERS_PERIOD + 4, (int) Math.round(options.framesPerSecond() * 1000));
        // A raw sensor node has no rate of its own and answers with an error, which is no reason to stop.
        driver.ioctl(descriptor, V4l2.SET_PARAMETERS, parameters);
    }

    private void mapBuffers() throws IOException {
        request.fill((byte) 0);
        request.set(INT, 0, options.buffers());
        request.set(INT, V4l2.REQUEST_BUFFERS_TYPE, V4l2.TYPE_CAPTURE);
        request.set(INT, V4l2.REQUEST_BUFFERS_MEMORY, V4l2.MEMORY_MAPPED);
        call("request buffers", V4l2.REQUEST_BUFFERS, request);
        int granted = request.get(INT, 0);
        if (granted < 2) {
            throw new IOException(device + ": grants " + granted + " buffers, expected at least 2");
        }
        for (int index = 0; index < granted; index++) {
            prepareBuffer(index);
            call("query buffer", V4l2.QUERY_BUFFER, buffer);
            long length = Integer.toUnsignedLong(buffer.get(INT, V4l2.BUFFER_LENGTH));
            if (length < needed()) {
                throw new IOException(device + ": buffers of " + length + " bytes, expected at least " + needed());
            }
            MemorySegment mapped =
                    driver.map(descriptor, Integer.toUnsignedLong(buffer.get(INT, V4l2.BUFFER_OFFSET)), length);
            if (mapped == null) {
                throw new IOException(device + ": cannot map a buffer of " + length + " bytes");
            }
            buffers.add(mapped);
        }
    }

    private void prepareBuffer(int index) {
        buffer.fill((byte) 0);
        buffer.set(INT, 0, index);
        buffer.set(INT, V4l2.BUFFER_TYPE, V4l2.TYPE_CAPTURE);
        buffer.set(INT, V4l2.BUFFER_MEMORY, V4l2.MEMORY_MAPPED);
    }

    private void queue(int index) throws IOException {
        prepareBuffer(index);
        call("queue buffer", V4l2.QUEUE_BUFFER, buffer);
    }

    @Override
    public ReadResult read(SensorFrame into) throws IOException {
        if (!into.format().equals(format)) {
            throw new IllegalArgumentException("into.format=" + into.format() + ": expected " + format);
        }
        int ready = driver.awaitReadable(descriptor, options.timeoutMillis());
        if (ready == 0 || ready == -Errno.EINTR) {
            return ReadResult.TIMEOUT;
        }
        if (ready < 0) {
            throw failure("wait", ready);
        }
        prepareBuffer(0);
        int answer = driver.ioctl(descriptor, V4l2.DEQUEUE_BUFFER, buffer);
        if (answer == -Errno.EAGAIN || answer == -Errno.EINTR) {
            return ReadResult.TIMEOUT;
        }
        if (answer < 0) {
            throw failure("take frame", answer);
        }
        int index = buffer.get(INT, 0);
        boolean damaged = (buffer.get(INT, V4l2.BUFFER_FLAGS) & V4l2.BUFFER_DAMAGED) != 0
                || Integer.toUnsignedLong(buffer.get(INT, V4l2.BUFFER_BYTES_USED)) < needed();
        if (damaged) {
            damagedFrames++;
        } else {
            copy(buffers.get(index), into.data());
            into.stamp(
                    Integer.toUnsignedLong(buffer.get(INT, V4l2.BUFFER_SEQUENCE)),
                    captureNanos(),
                    options.exposureMicros());
        }
        queue(index);
        return damaged ? ReadResult.TIMEOUT : ReadResult.FRAME;
    }

    /** Bytes of a frame up to its last sample; the last row need not be padded. */
    private long needed() {
        return (long) bytesPerLine * (format.height() - 1) + rowBytes;
    }

    private void copy(MemorySegment from, byte[] to) {
        if (bytesPerLine == rowBytes) {
            MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 0, to, 0, to.length);
            return;
        }
        for (int row = 0; row < format.height(); row++) {
            MemorySegment.copy(from, ValueLayout.JAVA_BYTE, (long) row * bytesPerLine, to, row * rowBytes, rowBytes);
        }
    }

    private long captureNanos() {
        int flags = buffer.get(INT, V4l2.BUFFER_FLAGS);
        if ((flags & V4l2.STAMP_KIND) != V4l2.STAMP_MONOTONIC) {
            return System.nanoTime();
        }
        long stamp = buffer.get(LONG, V4l2.BUFFER_SECONDS) * 1_000_000_000L
                + buffer.get(LONG, V4l2.BUFFER_MICROSECONDS) * 1_000L;
        long halfExposure = options.exposureMicros() * 500L;
        boolean atStart = (flags & V4l2.STAMP_SOURCE) == V4l2.STAMP_START_OF_EXPOSURE;
        return atStart ? stamp + halfExposure : stamp - halfExposure;
    }

    private void call(String what, long requestCode, MemorySegment argument) throws IOException {
        int answer = driver.ioctl(descriptor, requestCode, argument);
        if (answer < 0) {
            throw failure(what, answer);
        }
    }

    private IOException failure(String what, int negatedErrno) {
        return new IOException(device + ": " + what + ": " + Errno.describe(-negatedErrno));
    }

    @Override
    public void close() {
        if (descriptor < 0) {
            return;
        }
        streamType.set(INT, 0, V4l2.TYPE_CAPTURE);
        driver.ioctl(descriptor, V4l2.STREAM_OFF, streamType);
        buffers.forEach(driver::unmap);
        buffers.clear();
        driver.close(descriptor);
        descriptor = -1;
    }
}
