package org.flatgaze.pipeline.reconstruct;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Required fields of a JSON document by pointer; what is missing or of the wrong kind is one line that names the file. */
final class JsonFields {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String origin;
    private final JsonNode root;

    private JsonFields(String origin, JsonNode root) {
        this.origin = origin;
        this.root = root;
    }

    static JsonFields read(Path file) throws IOException {
        return parse(file.toString(), Files.readAllBytes(file));
    }

    /** @param origin how messages name the document */
    static JsonFields parse(String origin, byte[] json) throws IOException {
        try {
            JsonNode root = MAPPER.readTree(json);
            if (root == null || !root.isObject()) {
                throw new IOException(origin + ": expected a JSON object");
            }
            return new JsonFields(origin, root);
        } catch (JacksonException e) {
            throw new IOException(origin + ": not JSON: " + e.getOriginalMessage(), e);
        }
    }

    boolean has(String pointer) {
        return !root.at(pointer).isMissingNode();
    }

    int integer(String pointer) throws IOException {
        JsonNode node = root.at(pointer);
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong(pointer, node, "a whole number");
        }
        return node.intValue();
    }

    double number(String pointer) throws IOException {
        JsonNode node = root.at(pointer);
        if (!node.isNumber()) {
            throw wrong(pointer, node, "a number");
        }
        return node.doubleValue();
    }

    boolean flag(String pointer) throws IOException {
        JsonNode node = root.at(pointer);
        if (!node.isBoolean()) {
            throw wrong(pointer, node, "true or false");
        }
        return node.booleanValue();
    }

    String text(String pointer) throws IOException {
        JsonNode node = root.at(pointer);
        if (!node.isTextual()) {
            throw wrong(pointer, node, "a text");
        }
        return node.textValue();
    }

    /** A constant of an enumeration by its name. */
    <E extends Enum<E>> E choice(String pointer, Class<E> type) throws IOException {
        String text = text(pointer);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw wrong(pointer, root.at(pointer), "one of " + Arrays.toString(type.getEnumConstants()));
    }

    private IOException wrong(String pointer, JsonNode node, String expected) {
        String field = pointer.substring(1).replace('/', '.');
        String found = node.isMissingNode() ? "is missing" : "is " + node;
        return new IOException(origin + ": " + field + " " + found + ", expected " + expected);
    }
}
