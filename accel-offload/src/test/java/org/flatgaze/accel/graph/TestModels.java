package org.flatgaze.accel.graph;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.accel.ModelSource;

/** Models for tests: the small ones that make_models.py writes, and the trained ones where they are there. */
public final class TestModels {

    private TestModels() {}

    /** A model from the resources of this package. */
    public static ModelSource small(String name) {
        try (InputStream in = TestModels.class.getResourceAsStream(name + ".onnx")) {
            return new ModelSource(name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A trained model, or null. */
    public static ModelSource trained(String name) {
        Path file = found("pipeline/models/" + name + ".onnx");
        try {
            return file == null ? null : new ModelSource(name, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the shared folder, or null. */
    public static Path shared(String path) {
        String folder = System.getProperty("flatgaze.shared");
        Path file = folder == null ? found("shared/" + path) : Path.of(folder, path);
        return file != null && Files.exists(file) ? file : null;
    }

    private static Path found(String path) {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(path))) {
                return folder.resolve(path);
            }
        }
        return null;
    }
}
