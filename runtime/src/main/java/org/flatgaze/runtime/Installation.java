package org.flatgaze.runtime;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this FlatGaze is installed; the launcher says so through the system property {@code flatgaze.home}. */
public final class Installation {

    private static final String HOME = "flatgaze.home";

    private Installation() {}

    /**
     * Folder of the models.
     *
     * @param chosen folder from an option, or null for the committed models
     */
    public static Path models(Path chosen) {
        return chosen != null ? chosen : home().resolve("pipeline").resolve("models");
    }

    /** Root of the installation; without the property, the nearest parent folder that holds the models. */
    public static Path home() {
        String property = System.getProperty(HOME);
        if (property != null) {
            return Path.of(property);
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("pipeline").resolve("models"))) {
                return folder;
            }
        }
        return start;
    }
}
