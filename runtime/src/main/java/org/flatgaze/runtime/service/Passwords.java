package org.flatgaze.runtime.service;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a password from its own file, so that no configuration holds one. */
final class Passwords {

    private Passwords() {}

    /**
     * The first line of {@code file}.
     *
     * @throws IOException if it cannot be read or is empty; one line that names the file
     */
    static String read(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String line = reader.readLine();
            if (line == null || line.isBlank()) {
                throw new IOException(file + ": its first line is empty; write the broker's password there");
            }
            return line.strip();
        }
    }
}
