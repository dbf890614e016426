package org.flatgaze.pipeline.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.array.AtomicFile;
import org.flatgaze.accel.emulator.ActivationRanges;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;

/**
 * The networks in 8 bits: a model and the ranges of its tensors, which stand beside it in {@code ID.int8.json}, give the same
 * integer graph to every backend. A ranges file names the digest of the model it was measured on, so that a network
 * trained anew never runs with the ranges of the old one.
 *
 * <p>Immutable and safe for any thread. Every failure is a {@link ModelException} of one line.
 */
public final class Int8Models {

    private static final String FORMAT = "flatgaze-int8-ranges";
    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final ModelStore store;
    private final Path directory;

    /** The 8-bit side of the store that was opened on {@code directory}. */
    public Int8Models(ModelStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /** Where the ranges of a model stand. */
    public Path file(String id) {
        return directory.resolve(id + ".int8.json");
    }

    /**
     * A model as an 8-bit graph; empty if it has no ranges.
     *
     * @throws ModelException if the model or its ranges are damaged, or the ranges are those of another model
     */
    public Optional<LayerGraph> graph(String id) {
        Path file = file(id);
        JsonNode json;
        try {
            json = MAPPER.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new ModelException(file + ": damaged: " + e.getOriginalMessage() + remedy(id), e);
        } catch (IOException e) {
            throw new ModelException(file + ": cannot be read (" + e.getMessage() + "); check its permissions", e);
        }
        if (!FORMAT.equals(json.path("format").asText()) || json.path("version").asInt() != VERSION) {
            throw new ModelException(file + ": format " + json.path("format").asText("?") + " version "
                    + json.path("version").asText("?") + ": expected " + FORMAT + " version " + VERSION + remedy(id));
        }
        if (!store.entry(id).sha256().equals(json.path("model_sha256").asText())) {
            throw new ModelException(file + ": measured on another " + id + remedy(id));
        }
        try {
            return Optional.of(Quantizer.quantize(OnnxImport.read(store.load(id)), ranges(json.path("ranges"))));
        } catch (IllegalArgumentException | AcceleratorException e) {
            throw new ModelException(file + ": " + e.getMessage() + remedy(id), e);
        }
    }

    private static ActivationRanges ranges(JsonNode node) {
        Map<String, ActivationRanges.Range> ranges = new HashMap<>();
        for (Map.Entry<String, JsonNode> tensor : node.properties()) {
            JsonNode ends = tensor.getValue();
            if (ends.size() != 2 || !ends.get(0).isNumber() || !ends.get(1).isNumber()) {
                throw new IllegalArgumentException("ranges." + tensor.getKey() + ": expected [low, high]");
            }
            ranges.put(
                    tensor.getKey(),
                    new ActivationRanges.Range(
                            (float) ends.get(0).asDouble(), (float) ends.get(1).asDouble()));
        }
        return new ActivationRanges(ranges);
    }

    /**
     * Writes the ranges of a model, whole or not at all.
     *
     * @param file where; {@link #file} to have them found
     * @param measuredOn what the calibration inputs were, kept as it is
     * @throws ModelException if the file cannot be written
     */
    public void write(Path file, String id, ActivationRanges ranges, Map<String, ?> measuredOn) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("format", FORMAT).put("version", VERSION).put("model", id);
        json.put("model_sha256", store.entry(id).sha256());
        json.set("measured_on", MAPPER.valueToTree(measuredOn));
        ObjectNode tensors = json.putObject("ranges");
        new TreeMap<>(ranges.byTensor()).forEach((name, range) -> {
            ArrayNode ends = tensors.putArray(name);
            ends.add(range.low()).add(range.high());
        });
        try {
            AtomicFile.write(file.toAbsolutePath(), out -> out.write(MAPPER.writeValueAsBytes(json)));
        } catch (IOException e) {
            throw new ModelException(e.getMessage() + "; choose a writable folder", e);
        }
    }

    private String remedy(String id) {
        return "; measure again: flatgaze accel quantize --model " + id + " --set DIR";
    }
}
