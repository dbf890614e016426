package org.flatgaze.pipeline.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.flatgaze.accel.TensorSpec;

/**
 * Reads {@code manifest.json}, format {@code flatgaze-models} version 1; every complaint names the file and the key.
 */
final class ModelManifest {

    private static final String FORMAT = "flatgaze-models";
    private static final int VERSION = 1;

    private final String where;

    private ModelManifest(String where) {
        this.where = where;
    }

    /** Parses the manifest; {@code where} is its path, for messages. Answers entries by id, sorted. */
    static Map<String, ModelEntry> parse(String json, String where) {
        return new ModelManifest(where).models(json);
    }

    private Map<String, ModelEntry> models(String json) {
        JsonNode root;
        try {
            root = new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new ModelException(
                    where + ": not valid JSON (line " + e.getLocation().getLineNr()
                            + "): restore or rebuild the models",
                    e);
        }
        String format = root.path("format").asText("");
        if (!format.equals(FORMAT)) {
            throw new ModelException(
                    where + ": format=" + format + ": expected " + FORMAT + "; is this the model directory?");
        }
        int version = root.path("version").asInt();
        if (version != VERSION) {
            throw new ModelException(where + ": version=" + version + ": this build reads version " + VERSION
                    + "; use models and program of the same release");
        }
        JsonNode models = root.path("models");
        if (!models.isObject() || models.isEmpty()) {
            throw new ModelException(where + ": models: expected an object with at least one model");
        }
        Map<String, ModelEntry> entries = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : models.properties()) {
            entries.put(field.getKey(), entry(field.getKey(), field.getValue()));
        }
        return entries;
    }

    private ModelEntry entry(String id, JsonNode node) {
        String normalisation = text(node.path("input"), "normalisation", id + ".input");
        try {
            return new ModelEntry(
                    id,
                    text(node, "file", id),
                    text(node, "sha256", id).toLowerCase(Locale.ROOT),
                    tensor(node.path("input"), id + ".input"),
                    Normalisation.named(normalisation)
                            .orElseThrow(() -> new ModelException(where + ": models." + id + ".input.normalisation="
                                    + normalisation + ": expected standardize or none")),
                    tensor(node.path("output"), id + ".output"),
                    node.path("parameters").asLong(),
                    node.path("macs").asLong(),
                    node.path("filter_id").asText(""),
                    texts(node.path("training")),
                    numbers(node.path("metrics")),
                    node.path("licence").asText(""));
        } catch (IllegalArgumentException e) {
            throw new ModelException(where + ": models." + id + "." + e.getMessage(), e);
        }
    }

    private TensorSpec tensor(JsonNode node, String path) {
        JsonNode extents = node.path("shape");
        int[] shape = new int[extents.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = extents.get(i).asInt();
            if (shape[i] < 1) {
                throw new ModelException(
                        where + ": models." + path + ".shape=" + extents + ": expected extents of at least 1");
            }
        }
        if (shape.length == 0) {
            throw new ModelException(
                    where + ": models." + path + ".shape: missing; expected a list such as [1,1,96,160]");
        }
        return new TensorSpec(text(node, "name", path), TensorSpec.ElementType.FLOAT32, shape);
    }

    private String text(JsonNode node, String key, String path) {
        String value = node.path(key).asText("");
        if (value.isEmpty()) {
            throw new ModelException(
                    where + ": models." + path + "." + key + ": missing; restore or rebuild the manifest");
        }
        return value;
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            JsonNode value = field.getValue();
            values.put(field.getKey(), value.isValueNode() ? value.asText() : value.toString());
        }
        return values;
    }

    private static Map<String, Double> numbers(JsonNode node) {
        Map<String, Double> values = new HashMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (field.getValue().isNumber()) {
                values.put(field.getKey(), field.getValue().asDouble());
            }
        }
        return values;
    }
}
