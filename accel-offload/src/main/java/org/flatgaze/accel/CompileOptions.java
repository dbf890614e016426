package org.flatgaze.accel;

/**
 * How a model is compiled.
 *
 * @param threads threads one execution may use, at least 1; the frame path uses 1
 */
public record CompileOptions(int threads) {
    public CompileOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads=" + threads + ": expected at least 1");
        }
    }

    /** One thread, no spinning: what the frame path uses. */
    public static CompileOptions singleThreaded() {
        return new CompileOptions(1);
    }
}
