package org.flatgaze.accel.vitcod.engine;

/**
 * The attention engine's parameters.
 *
 * @param macLines multiply-accumulate lines; the array counts {@code macLines * macLines} products a cycle
 * @param clockHz cycles per second
 * @param memoryBytesPerSecond external memory
 */
public record EngineProfile(int macLines, double clockHz, double memoryBytesPerSecond) {

    public EngineProfile {
        if (macLines < 2 || !(clockHz > 0) || !(memoryBytesPerSecond > 0)) {
            throw new IllegalArgumentException("macLines=" + macLines + ", clockHz=" + clockHz
                    + ", memoryBytesPerSecond=" + memoryBytesPerSecond + ": expected at least 2 lines, rates above 0");
        }
    }

    /** The released simulator's values: 64 lines, 500 MHz, 76.8 GiB/s. */
    public static EngineProfile published() {
        return new EngineProfile(64, 500e6, 76.8 * 1024 * 1024 * 1024);
    }

    /** Cycles to move 8-bit elements over a share of the memory's bandwidth, rounded up. */
    double loadCycles(double elements, int sharedBy) {
        double bytesPerSecond = memoryBytesPerSecond / sharedBy;
        return Math.ceil(elements * 8 / (bytesPerSecond * 8) * clockHz);
    }
}
