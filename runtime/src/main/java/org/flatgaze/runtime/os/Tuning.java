package org.flatgaze.runtime.os;

/**
 * What is asked of the operating system.
 *
 * @param pin keep the working threads on cores of their own, with exact timers
 * @param lockMemory keep memory from being swapped out
 * @param keepAwake let no core sleep so deeply between frames that it wakes late; costs power, all the time
 * @param realTimePriority of the capture, publish and MQTT threads, the frame threads having one less: 2..98 as it is, 1 and 99
 *     as the nearest of these; 0 for the ordinary class
 */
public record Tuning(boolean pin, boolean lockMemory, boolean keepAwake, int realTimePriority) {

    /** Nothing; a helper may still step back behind the threads that are in a hurry. */
    public static final Tuning NONE = new Tuning(false, false, false, 0);

    public Tuning {
        if (realTimePriority < 0 || realTimePriority > 99) {
            throw new IllegalArgumentException("realTimePriority=" + realTimePriority + ": expected 0..99");
        }
    }
}
