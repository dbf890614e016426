package org.flatgaze.runtime.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The user whose gaze is tracked.
 *
 * @param profiles folder of the users' profiles; empty when this device keeps none and calibrates nobody
 * @param profile name of the profile that is in use from the start; empty for none
 */
public record UserConfig(Optional<Path> profiles, Optional<String> profile) {}
