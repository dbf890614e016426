package org.flatgaze.accel.cost;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads layer tables from JSON: {@code net} and {@code layers[{id type kernel stride groups cin cout h_in w_in h_out w_out
 * bias bn act inputs}]}. Where a file also states {@code macs}, {@code params} or {@code weight_bytes_int8} of a layer,
 * they must be what the shape says.
 */
public final class LayerTableFile {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private LayerTableFile() {}

    /**
     * Reads one table.
     *
     * @throws IllegalArgumentException if it is no such table or contradicts itself; names file, layer and field
     * @throws IOException if the file cannot be read
     */
    public static LayerTable read(Path file) throws IOException {
        JsonNode root;
        try {
            root = MAPPER.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": no such file; name a JSON layer table", e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + ": not JSON: " + e.getOriginalMessage(), e);
        }
        JsonNode layers = root.path("layers");
        if (!layers.isArray() || layers.isEmpty()) {
            throw new IllegalArgumentException(file + ": layers: expected a non-empty array of layer records");
        }
        List<LayerShape> shapes = new ArrayList<>();
        try {
            for (JsonNode layer : layers) {
                shapes.add(shape(layer, shapes.size()));
            }
            return new LayerTable(root.path("net").asText(String.valueOf(file.getFileName())), shapes);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static LayerShape shape(JsonNode layer, int index) {
        String where = "layer " + index;
        JsonNode id = layer.path("id");
        if (!id.isTextual()) {
            throw new IllegalArgumentException(where + ": id: expected a text");
        }
        where = "layer " + id.asText();
        List<String> inputs = new ArrayList<>();
        layer.path("inputs").forEach(input -> inputs.add(input.asText()));
        LayerKind kind = LayerKind.ofTableName(layer.path("type").asText());
        int kernel = integer(where, layer, "kernel");
        LayerShape shape = new LayerShape(
                id.asText(),
                kind,
                kernel,
                kernel,
                integer(where, layer, "stride"),
                integer(where, layer, "groups"),
                integer(where, layer, "cin"),
                integer(where, layer, "cout"),
                integer(where, layer, "h_in"),
                integer(where, layer, "w_in"),
                integer(where, layer, "h_out"),
                integer(where, layer, "w_out"),
                layer.path("bias").asBoolean(),
                layer.path("bn").asBoolean(),
                !layer.path("act").asText("none").equals("none"),
                inputs);
        agree(where, layer, "macs", shape.macs());
        agree(where, layer, "params", shape.parameters());
        agree(where, layer, "weight_bytes_int8", shape.weightBytes());
        agree(where, layer, "in_bytes_int8", shape.inputBytes());
        agree(where, layer, "out_bytes_int8", shape.outputBytes());
        return shape;
    }

    private static int integer(String where, JsonNode layer, String field) {
        JsonNode value = layer.path(field);
        if (!value.isInt()) {
            throw new IllegalArgumentException(where + ": " + field + "="
                    + (value.isMissingNode() ? "(missing)" : value) + ": expected an integer");
        }
        return value.intValue();
    }

    private static void agree(String where, JsonNode layer, String field, long computed) {
        JsonNode stated = layer.path(field);
        if (!stated.isMissingNode() && stated.asLong() != computed) {
            throw new IllegalArgumentException(
                    where + ": " + field + "=" + stated + ": expected " + computed + " from the layer's shape");
        }
    }
}
