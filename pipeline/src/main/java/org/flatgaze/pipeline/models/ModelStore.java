package org.flatgaze.pipeline.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;

/**
 * The directory of trained networks: {@code manifest.json} and the ONNX files it names.
 *
 * <p>Immutable and safe for any thread. Reads the manifest once, at {@link #open}; a model file is read and its digest
 * checked each time it is loaded. Every failure is a {@link ModelException} of one line.
 */
public final class ModelStore {

    private static final String MANIFEST = "manifest.json";

    private final Path directory;
    private final Map<String, ModelEntry> entries;

    private ModelStore(Path directory, Map<String, ModelEntry> entries) {
        this.directory = directory;
        this.entries = entries;
    }

    /**
     * Reads the manifest of a model directory.
     *
     * @throws ModelException if it is missing, unreadable, of another version or incomplete
     */
    public static ModelStore open(Path directory) {
        Path manifest = directory.resolve(MANIFEST);
        String json;
        try {
            json = Files.readString(manifest);
        } catch (NoSuchFileException e) {
            throw new ModelException(manifest + ": not found; give the directory that holds the models", e);
        } catch (IOException e) {
            throw new ModelException(manifest + ": cannot be read (" + e.getMessage() + "); check its permissions", e);
        }
        return new ModelStore(directory, ModelManifest.parse(json, manifest.toString()));
    }

    /** Ids of all models, sorted. */
    public Set<String> ids() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /**
     * What the manifest says about a model.
     *
     * @throws ModelException if there is no such model; the message lists the known ids
     */
    public ModelEntry entry(String id) {
        ModelEntry entry = entries.get(id);
        if (entry == null) {
            throw new ModelException("model " + id + ": not in " + directory.resolve(MANIFEST) + "; known models: "
                    + String.join(", ", entries.keySet()));
        }
        return entry;
    }

    /**
     * Reads a model and checks its digest.
     *
     * @throws ModelException if the model is unknown, its file is missing, or the file is not the one of the manifest
     */
    public ModelSource load(String id) {
        ModelEntry entry = entry(id);
        Path root = directory.toAbsolutePath().normalize();
        Path file = root.resolve(entry.file()).normalize();
        if (!file.startsWith(root)) {
            throw new ModelException(
                    "model " + id + ": file=" + entry.file() + ": expected a file inside " + directory);
        }
        byte[] onnx;
        try {
            onnx = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ModelException(
                    "model " + id + ": " + file + " not found; restore the file or train the model again", e);
        } catch (IOException e) {
            throw new ModelException(
                    "model " + id + ": " + file + " cannot be read (" + e.getMessage() + "); check its permissions", e);
        }
        String actual = sha256(onnx);
        if (!actual.equals(entry.sha256())) {
            throw new ModelException(
                    "model " + id + ": " + file + " is damaged or replaced (sha256 " + actual + ", manifest says "
                            + entry.sha256() + "); restore the file, or update the manifest with the model");
        }
        return new ModelSource(id, onnx);
    }

    /**
     * Loads and compiles a model for one thread per execution.
     *
     * @throws ModelException if it cannot be loaded or does not have the shapes of the manifest
     * @throws org.flatgaze.accel.AcceleratorException if the accelerator cannot run it
     */
    public Program compile(Accelerator accelerator, String id) {
        ModelEntry entry = entry(id);
        Program program = accelerator.compile(load(id), CompileOptions.singleThreaded());
        try {
            check(entry, "input", entry.input(), program.inputs());
            check(entry, "output", entry.output(), program.outputs());
        } catch (ModelException e) {
            program.close();
            throw e;
        }
        return program;
    }

    /** Says if the reconstruction filter in use is not the one a model was trained with; for callers that only warn. */
    public Optional<FilterMismatch> filterMismatch(String id, String reconstructionFilterId) {
        ModelEntry entry = entry(id);
        return entry.filterId().equals(reconstructionFilterId)
                ? Optional.empty()
                : Optional.of(new FilterMismatch(id, entry.filterId(), reconstructionFilterId));
    }

    /**
     * Refuses a reconstruction filter that a model was not trained with.
     *
     * @throws ModelException with {@link FilterMismatch#message()}
     */
    public void requireFilter(String id, String reconstructionFilterId) {
        Optional<FilterMismatch> mismatch = filterMismatch(id, reconstructionFilterId);
        if (mismatch.isPresent()) {
            throw new ModelException(mismatch.get().message());
        }
    }

    private void check(ModelEntry entry, String role, TensorSpec expected, List<TensorSpec> actual) {
        if (actual.size() != 1) {
            throw new ModelException("model " + entry.id() + ": " + directory.resolve(entry.file()) + " has "
                    + actual.size() + " " + role + "s, expected 1; train or export it again");
        }
        TensorSpec found = actual.get(0);
        if (found.type() != expected.type() || !Arrays.equals(found.shape(), expected.shape())) {
            throw new ModelException("model " + entry.id() + ": " + role + " " + found.name() + " of "
                    + directory.resolve(entry.file()) + " is " + found.type() + Arrays.toString(found.shape())
                    + ", manifest says " + expected.type() + Arrays.toString(expected.shape())
                    + "; file and manifest must come from the same training run");
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
