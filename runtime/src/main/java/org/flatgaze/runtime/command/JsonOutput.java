package org.flatgaze.runtime.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.flatgaze.accel.array.AtomicFile;

/** Writes what {@code --json} asks for: whole or not at all. */
public final class JsonOutput {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonOutput() {}

    /**
     * Writes {@code result} as indented JSON through a temporary file beside {@code file}.
     *
     * @throws UsageError if the file cannot be written
     */
    public static void write(Path file, Map<String, ?> result) {
        try {
            AtomicFile.write(file.toAbsolutePath(), out -> out.write(MAPPER.writeValueAsBytes(result)));
        } catch (IOException e) {
            throw new UsageError(e.getMessage() + "; choose a writable folder", e);
        }
    }

    /**
     * Fails early, before long work, if {@code file} could not be written at the end.
     *
     * @param file path from an option, or null when the option is not given
     */
    public static void checkWritable(Path file) {
        if (file == null) {
            return;
        }
        if (Files.isDirectory(file)) {
            throw new UsageError("cannot write " + file + ": it is a folder; name a file");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new UsageError("cannot write " + file + ": no writable folder " + folder + "; create it first");
        }
    }
}
