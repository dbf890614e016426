package org.flatgaze.calibration.session;

import java.util.Locale;
import org.flatgaze.calibration.gaze.GazeRefusedException;

/**
 * How a client's clock stands to the device's, as the client measured it.
 *
 * @param offsetNanos device clock minus client clock
 * @param uncertaintyNanos half of the round trip in which it was measured: the offset is off by no more
 */
public record ClientClock(long offsetNanos, long uncertaintyNanos) {

    /** More would let the eye's way to the target in among the samples. */
    public static final long LARGEST_UNCERTAINTY_NANOS = 100_000_000L;

    /** No command takes longer than this from client to device. */
    private static final long SLOWEST_NANOS = 5_000_000_000L;

    public ClientClock {
        if (uncertaintyNanos < 0) {
            throw new IllegalArgumentException("uncertainty=" + uncertaintyNanos + ": expected 0 or more");
        }
    }

    /**
     * From one exchange (the four stamps of NTP, RFC 5905): asked at {@code t}, received at {@code tRx}, answered at {@code tTx},
     * answer received at {@code now}; the middle two are the device's. Of several exchanges the least uncertain is the best.
     */
    public static ClientClock ofExchange(long t, long tRx, long tTx, long now) {
        // Differences first: the clocks may be ages apart.
        return new ClientClock((tRx - t) / 2 + (tTx - now) / 2, Math.max(0, (now - t) - (tTx - tRx)) / 2);
    }

    /** A client's time in the device's clock. */
    public long toDevice(long clientNanos) {
        return clientNanos + offsetNanos;
    }

    /**
     * Holds the offset against a command that says when it was sent.
     *
     * @param sentNanos client clock
     * @param receivedNanos device clock
     * @throws GazeRefusedException if the offset is too uncertain, or cannot be right
     */
    public void check(long sentNanos, long receivedNanos) {
        if (uncertaintyNanos > LARGEST_UNCERTAINTY_NANOS) {
            throw new GazeRefusedException(String.format(
                    Locale.ROOT,
                    "the clock offset is uncertain by %.0f ms, at most %d ms will do; exchange cmd/clock several times and"
                            + " take the quickest",
                    uncertaintyNanos * 1e-6,
                    LARGEST_UNCERTAINTY_NANOS / 1_000_000));
        }
        long travel = receivedNanos - toDevice(sentNanos);
        if (travel < -uncertaintyNanos || travel > SLOWEST_NANOS) {
            throw new GazeRefusedException(String.format(
                    Locale.ROOT,
                    "by this clock offset the command was sent %.3f s %s it came; measure the offset again with cmd/clock",
                    Math.abs(travel * 1e-9),
                    travel < 0 ? "after" : "before"));
        }
    }
}
