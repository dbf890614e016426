package org.flatgaze.accel.cost;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the published figures kept beside the repository; tests that need them are skipped where they are absent. */
public final class SharedEyecod {

    private SharedEyecod() {}

    /** A file of the published data set. */
    public static Path file(String name) {
        Path file = folder().resolve(name);
        Assumptions.assumeTrue(Files.isRegularFile(file), "no shared data: " + name);
        return file;
    }

    private static Path folder() {
        String property = System.getProperty("flatgaze.shared");
        if (property != null) {
            return Path.of(property, "data", "eyecod");
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve("shared/DESIGN.md"))) {
                return at.resolve("shared/data/eyecod");
            }
        }
        Assumptions.abort("no shared data folder");
        throw new AssertionError("unreachable");
    }
}
