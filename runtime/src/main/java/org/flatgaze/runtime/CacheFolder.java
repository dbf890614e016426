package org.flatgaze.runtime;

import java.nio.file.Path;
import java.util.Map;

/** Where rendered frames and quantised networks are kept unless said otherwise. */
public final class CacheFolder {

    private CacheFolder() {}

    /** {@code $XDG_CACHE_HOME/flatgaze}, or {@code ~/.cache/flatgaze} (XDG Base Directory Specification). */
    public static Path standard() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static Path of(Map<String, String> environment, Path home) {
        String base = environment.get("XDG_CACHE_HOME");
        // The specification: a relative path is to be ignored.
        boolean usable = base != null && !base.isEmpty() && Path.of(base).isAbsolute();
        return (usable ? Path.of(base) : home.resolve(".cache")).resolve("flatgaze");
    }
}
