package org.flatgaze.runtime.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The MQTT broker of a run.
 *
 * @param uri {@code tcp://host:port} or {@code ssl://host:port}
 * @param username empty for anonymous
 * @param passwordFile file whose first line is the password, so that the configuration itself holds no secret
 */
public record BrokerConfig(String uri, Optional<String> username, Optional<Path> passwordFile) {}
