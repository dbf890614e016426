package org.flatgaze.accel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model as it comes from disk: an ONNX file's bytes and the name to use in messages.
 *
 * @param name short id such as {@code "fbnet-c100"}, for messages only
 * @param onnx the complete ONNX file; not copied, must not be changed afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: a source is never compared
public record ModelSource(String name, byte[] onnx) {
    public ModelSource {
        if (onnx.length == 0) {
            throw new IllegalArgumentException("model " + name + " is empty");
        }
    }

    /**
     * Reads a model file; its name is the file's.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is empty
     */
    public static ModelSource read(Path file) throws IOException {
        return new ModelSource(String.valueOf(file.getFileName()), Files.readAllBytes(file));
    }
}
