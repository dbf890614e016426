package org.flatgaze.runtime.bench;

import java.util.Locale;

/** How frames come to the pipeline. */
public enum BenchMode {
    /** As fast as they are taken; every frame is processed. */
    THROUGHPUT,
    /** At the rate of a camera; the newest frame wins, every frame has a deadline. */
    PACED;

    /** Name in options and files. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
