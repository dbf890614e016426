package org.flatgaze.accel.shiftadd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Finds the published tables; tests that need them are skipped where they are absent. */
public final class SharedData {

    private SharedData() {}

    /** A file of the ShiftAddNAS data set, or the test is skipped. */
    public static Path shiftAddNas(String relative) {
        Path file = root().resolve("data/shiftaddnas").resolve(relative);
        Assumptions.assumeTrue(Files.exists(file), "absent: " + file);
        return file;
    }

    /** Rows of numbers of a CSV file; {@code headerLines} are skipped. */
    public static List<double[]> numbers(Path csv, int headerLines) throws IOException {
        return Files.readAllLines(csv).stream()
                .skip(headerLines)
                .filter(line -> !line.isBlank())
                .map(line -> java.util.Arrays.stream(line.trim().split(",", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toList();
    }

    private static Path root() {
        String property = System.getProperty("flatgaze.shared");
        if (property != null) {
            return Path.of(property);
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path shared = folder.resolveSibling("shared");
            if (Files.exists(shared.resolve("DESIGN.md"))) {
                return shared;
            }
        }
        return Path.of("shared");
    }
}
