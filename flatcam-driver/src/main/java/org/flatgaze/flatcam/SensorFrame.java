package org.flatgaze.flatcam;

/**
 * One raw frame, reused: a source fills it in place, the pipeline reads it. Nothing is allocated after construction.
 *
 * <p>Owned by one thread at a time; whoever hands it over must do so with a happens-before edge.
 */
public final class SensorFrame {

    private final SensorFormat format;
    private final byte[] data;
    private long sequence;
    private long captureNanos;
    private int exposureMicros;

    public SensorFrame(SensorFormat format) {
        this.format = format;
        this.data = new byte[format.frameBytes()];
    }

    /** Geometry and packing; fixed for the life of this frame. */
    public SensorFormat format() {
        return format;
    }

    /** Raw samples, rows x columns, packed as {@link SensorFormat#packing()} says. Shared, not copied. */
    public byte[] data() {
        return data;
    }

    /** Number of this frame at its source; a gap means lost frames. */
    public long sequence() {
        return sequence;
    }

    /** Mid-exposure, CLOCK_MONOTONIC ({@link System#nanoTime()}), in ns. */
    public long captureNanos() {
        return captureNanos;
    }

    /** Exposure time in microseconds; 0 when the source does not know. */
    public int exposureMicros() {
        return exposureMicros;
    }

    /** Sets what describes the samples now in {@link #data()}. */
    public void stamp(long newSequence, long newCaptureNanos, int newExposureMicros) {
        this.sequence = newSequence;
        this.captureNanos = newCaptureNanos;
        this.exposureMicros = newExposureMicros;
    }
}
