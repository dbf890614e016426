package org.flatgaze.runtime.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The fields of a command, read strictly: one JSON object, nothing twice, nothing unknown, every value of its type. */
final class CommandFields {

    private static final int BYTES_MOST = 4096;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(4).build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode root;
    private final Set<String> known = new LinkedHashSet<>();

    private CommandFields(JsonNode root) {
        this.root = root;
    }

    static CommandFields of(byte[] payload) throws BadCommandException {
        if (payload.length > BYTES_MOST) {
            throw new BadCommandException(payload.length + " bytes: expected at most " + BYTES_MOST);
        }
        try {
            JsonNode root = JSON.readTree(payload);
            if (root == null || !root.isObject()) {
                throw new BadCommandException("expected one JSON object");
            }
            return new CommandFields(root);
        } catch (IOException _) {
            throw new BadCommandException("not valid JSON: expected one object, no key twice, nothing after it");
        }
    }

    /** Whether the field is there and not null. */
    boolean has(String name) {
        known.add(name);
        return root.hasNonNull(name);
    }

    String text(String name) throws BadCommandException {
        JsonNode value = value(name);
        if (!value.isTextual()
                || value.textValue().isEmpty()
                || value.textValue().length() > 64) {
            throw new BadCommandException(name + "=" + shown(value) + ": expected text of 1 to 64 characters");
        }
        return value.textValue();
    }

    long integer(String name, long least, long most) throws BadCommandException {
        JsonNode value = value(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw new BadCommandException(
                    name + "=" + shown(value) + ": expected a whole number, " + least + ".." + most);
        }
        return value.longValue();
    }

    double number(String name, double least, double most) throws BadCommandException {
        JsonNode value = value(name);
        if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
            throw new BadCommandException(name + "=" + shown(value) + ": expected a number, " + least + ".." + most);
        }
        return value.doubleValue();
    }

    /** Refuses fields that nobody asked for. */
    void finish() throws BadCommandException {
        for (var field : root.properties()) {
            if (!known.contains(field.getKey())) {
                throw new BadCommandException(
                        "field " + shown(field.getKey()) + " is unknown: expected " + String.join(", ", known));
            }
        }
    }

    private JsonNode value(String name) throws BadCommandException {
        known.add(name);
        JsonNode value = root.get(name);
        if (value == null) {
            throw new BadCommandException("field " + name + " is missing");
        }
        return value;
    }

    /** A client's text, cut so that an answer stays one line. */
    private static String shown(Object value) {
        String text = String.valueOf(value).replaceAll("\\p{Cntrl}", " ");
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
