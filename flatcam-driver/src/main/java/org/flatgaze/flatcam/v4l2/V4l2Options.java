package org.flatgaze.flatcam.v4l2;

/**
 * How to run a camera node.
 *
 * @param framesPerSecond rate to ask for, 0 to leave it alone
 * @param exposureMicros exposure time that was set elsewhere, 0 when unknown; used for the capture time
 * @param timeoutMillis how long a read waits for a frame
 * @param buffers to share with the driver; more bridge longer pauses, at the price of older frames
 */
public record V4l2Options(double framesPerSecond, int exposureMicros, int timeoutMillis, int buffers) {

    /** The camera's own rate, unknown exposure, 100 ms, 4 buffers. */
    public static final V4l2Options DEFAULT = new V4l2Options(0, 0, 100, 4);

    public V4l2Options {
        if (!(framesPerSecond >= 0 && framesPerSecond <= 10_000)) {
            throw new IllegalArgumentException("framesPerSecond=" + framesPerSecond + ": expected 0..10000");
        }
        if (exposureMicros < 0) {
            throw new IllegalArgumentException("exposureMicros=" + exposureMicros + ": expected 0 or more");
        }
        if (timeoutMillis < 1 || timeoutMillis > 10_000) {
            throw new IllegalArgumentException("timeoutMillis=" + timeoutMillis + ": expected 1..10000");
        }
        if (buffers < 2 || buffers > 32) {
            throw new IllegalArgumentException("buffers=" + buffers + ": expected 2..32");
        }
    }
}
