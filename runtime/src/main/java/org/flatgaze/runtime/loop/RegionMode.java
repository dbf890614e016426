package org.flatgaze.runtime.loop;

import java.util.Locale;

/** Where a live loop renews its region of interest. */
public enum RegionMode {
    /** Beside the frames where there is a second core, else between them. */
    AUTO,
    /** On a thread of its own. */
    WORKER,
    /** On the frame thread, in slices, in the time that frames leave. */
    SLICED;

    /** Name in options and files. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What is to be done on a machine.
     *
     * @param cores cores that this process may use, at least 1
     * @return not {@link #AUTO}
     */
    public RegionMode on(int cores) {
        if (this != AUTO) {
            return this;
        }
        return cores > 1 ? WORKER : SLICED;
    }

    /** What is to be done on this machine. */
    public RegionMode here() {
        return on(Runtime.getRuntime().availableProcessors());
    }
}
