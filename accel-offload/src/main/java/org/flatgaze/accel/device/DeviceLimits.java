package org.flatgaze.accel.device;

/**
 * How patient the driver is.
 *
 * @param commandNanos longest time one command may take, ns; after it the device counts as hung
 * @param returnNanos longest wait for a lost device to return, ns; 0 to ask once and give up, as the frame path does
 * @param pauseNanos pause between two questions to a device that is busy, working or away, ns
 * @param attempts how often a transfer, and a whole run, is tried
 */
public record DeviceLimits(long commandNanos, long returnNanos, long pauseNanos, int attempts) {

    /**
     * For the frame path: a second for a command, since a region takes an emulated device that long on a slow core; a lost
     * device is given up at once, because a spare waits.
     */
    public static final DeviceLimits LIVE = new DeviceLimits(1_000_000_000L, 0, 20_000, 4);

    public DeviceLimits {
        positive("commandNanos", commandNanos);
        positive("pauseNanos", pauseNanos);
        positive("attempts", attempts);
        if (returnNanos < 0) {
            throw new IllegalArgumentException("returnNanos=" + returnNanos + ": expected 0 or more");
        }
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + "=" + value + ": expected at least 1");
        }
    }
}
