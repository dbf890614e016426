package org.flatgaze.pipeline.reconstruct;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The folder of real captures beside the repository; tests that need it are skipped where it is absent. */
final class SharedData {

    private SharedData() {}

    static Path flatcam() {
        String configured = System.getProperty("flatgaze.shared");
        Path found = null;
        if (configured != null) {
            found = Path.of(configured);
        } else {
            for (Path at = Path.of("").toAbsolutePath(); at != null && found == null; at = at.getParent()) {
                Path candidate = at.resolve("shared");
                if (Files.isRegularFile(candidate.resolve("DESIGN.md"))) {
                    found = candidate;
                }
            }
        }
        Path flatcam = found == null ? null : found.resolve("data/flatcam");
        Assumptions.assumeTrue(flatcam != null && Files.isDirectory(flatcam), "real captures are not here");
        return flatcam;
    }
}
