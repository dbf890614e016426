package org.flatgaze.accel.cost;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Accelerator profiles as files a user can write: YAML, or JSON (which is YAML too). A file either gives every
 * parameter or names a preset with {@code base: ID} and gives what differs.
 */
public final class ProfileFile {

    private static final String BASE = "base";
    private static final String WORKLOAD = "workload";
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private ProfileFile() {}

    /**
     * Reads a profile.
     *
     * @throws IllegalArgumentException if it is no profile or has impossible numbers: one line, file and parameter named
     * @throws IOException if the file cannot be read
     */
    public static AcceleratorProfile read(Path file) throws IOException {
        JsonNode root;
        try {
            root = MAPPER.readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    file + ": no such file; 'accel info --preset ID' prints one to start from", e);
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            throw new IllegalArgumentException(file + line + ": not YAML: " + firstLine(e.getOriginalMessage()), e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": not text: expected a YAML profile", e);
        }
        if (!(root instanceof ObjectNode given)) {
            throw new IllegalArgumentException(file + ": expected 'parameter: value' lines");
        }
        try {
            JsonNode base = given.remove(BASE);
            ObjectNode whole = base == null ? given : MAPPER.valueToTree(Presets.byId(base.asText()));
            if (base != null) {
                given.properties().forEach(entry -> put(whole, entry.getKey(), entry.getValue()));
            }
            return profile(whole);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** Writes every parameter as YAML. */
    public static void write(AcceleratorProfile profile, Path file) throws IOException {
        Files.write(file, text(profile).getBytes(StandardCharsets.UTF_8));
    }

    /** The YAML text of a profile; {@link #read} gives back an equal one. */
    public static String text(AcceleratorProfile profile) {
        try {
            return MAPPER.writeValueAsString(profile);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("profile " + profile.name() + " cannot be written", e);
        }
    }

    /** Every parameter by name, the workload as a map of its own: ready for a JSON report. */
    public static Map<String, Object> values(AcceleratorProfile profile) {
        return MAPPER.convertValue(profile, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    /** Every parameter by the name that {@link #changed} understands. */
    public static Map<String, Object> flatValues(AcceleratorProfile profile) {
        Map<String, Object> values = values(profile);
        if (values.remove(WORKLOAD) instanceof Map<?, ?> workload) {
            workload.forEach((name, value) -> values.put(String.valueOf(name), value));
        }
        return values;
    }

    /**
     * A profile with parameters changed; keys are names of {@link AcceleratorProfile#parameterNames()}.
     *
     * @throws IllegalArgumentException if a name is unknown or a value impossible, in one line
     */
    public static AcceleratorProfile changed(AcceleratorProfile profile, Map<String, ?> changes) {
        ObjectNode tree = MAPPER.valueToTree(profile);
        changes.forEach((name, value) -> put(tree, name, MAPPER.valueToTree(value)));
        return profile(tree);
    }

    /**
     * What would be if: like {@link #changed}, and a changed parameter no longer counts as fitted or assumed, because the
     * caller chose it; the name says so.
     *
     * @throws IllegalArgumentException if a name is unknown or a value impossible, in one line
     */
    public static AcceleratorProfile whatIf(AcceleratorProfile profile, Map<String, ?> changes) {
        Map<String, Object> all = new LinkedHashMap<>(changes);
        all.put("name", profile.name() + " (changed)");
        all.put("fitted", without(profile.fitted(), changes));
        all.put("assumed", without(profile.assumed(), changes));
        return changed(profile, all);
    }

    private static List<String> without(List<String> names, Map<String, ?> changes) {
        return names.stream().filter(name -> !changes.containsKey(name)).toList();
    }

    /**
     * Parses {@code name=value,name=value}.
     *
     * @throws IllegalArgumentException if a part is not of that form
     */
    public static Map<String, Object> parseChanges(String text) {
        Map<String, Object> changes = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1 || equals == part.length() - 1) {
                throw new IllegalArgumentException("what-if '" + part + "': expected name=value, such as lanes=256");
            }
            String name = part.substring(0, equals).strip();
            String value = part.substring(equals + 1).strip();
            if (changes.put(name, scalar(value)) != null) {
                throw new IllegalArgumentException("what-if " + name + " is given twice: expected each name once");
            }
        }
        return changes;
    }

    private static Object scalar(String value) {
        if (value.equals("true") || value.equals("false")) {
            return Boolean.valueOf(value);
        }
        try {
            double number = Double.parseDouble(value);
            boolean whole = value.matches("[+-]?\\d{1,9}");
            return whole ? (Object) Integer.valueOf(value) : (Object) number;
        } catch (NumberFormatException e) {
            return value;
        }
    }

    private static void put(ObjectNode tree, String name, JsonNode value) {
        ObjectNode workload = (ObjectNode) tree.get(WORKLOAD);
        if (name.equals(WORKLOAD) && value.isObject()) {
            value.properties().forEach(entry -> put(tree, entry.getKey(), entry.getValue()));
        } else if (workload != null && workload.has(name)) {
            workload.set(name, value);
        } else if (tree.has(name)) {
            tree.set(name, value);
        } else {
            throw new IllegalArgumentException(unknown(name));
        }
    }

    private static AcceleratorProfile profile(JsonNode tree) {
        try {
            return MAPPER.treeToValue(tree, AcceleratorProfile.class);
        } catch (ValueInstantiationException e) {
            throw new IllegalArgumentException(firstLine(e.getCause().getMessage()), e);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(unknown(e.getPropertyName()), e);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(mismatch(tree, e), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(firstLine(e.getOriginalMessage()), e);
        }
    }

    private static String mismatch(JsonNode tree, JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        JsonNode value = tree;
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
                value = value.path(step.getFieldName());
            }
        }
        if (value.isMissingNode() || value.isNull() || path.isEmpty()) {
            return (path.isEmpty() ? "profile" : path)
                    + " is missing: give every parameter, or name a preset with 'base: " + Presets.EYECOD_FIT + "'";
        }
        String name = path.substring(path.lastIndexOf(".") + 1);
        return path + "=" + value + ": expected " + expectation(name);
    }

    /** What a parameter's value may be, in words. */
    private static String expectation(String name) {
        Class<?> type = Stream.concat(
                        Arrays.stream(AcceleratorProfile.class.getRecordComponents()),
                        Arrays.stream(EyeWorkload.class.getRecordComponents()))
                .filter(component -> component.getName().equals(name))
                .findFirst()
                .<Class<?>>map(RecordComponent::getType)
                .orElse(String.class);
        if (type == int.class) {
            return "a whole number";
        }
        if (type == double.class) {
            return "a number";
        }
        if (type == boolean.class) {
            return "true or false";
        }
        if (type == ReconstructionPlace.class) {
            return "host or lanes";
        }
        return type == List.class ? "a list of parameter names" : "another kind of value";
    }

    private static String unknown(String name) {
        String nearest = "";
        int best = Integer.MAX_VALUE;
        for (String known : AcceleratorProfile.parameterNames()) {
            int distance = editDistance(name.toLowerCase(Locale.ROOT), known.toLowerCase(Locale.ROOT));
            if (distance < best) {
                best = distance;
                nearest = known;
            }
        }
        return "no parameter '" + name + "'; nearest is '" + nearest + "' ('accel info --preset " + Presets.EYECOD_FIT
                + "' lists them)";
    }

    private static int editDistance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static String firstLine(String message) {
        if (message == null) {
            return "no detail";
        }
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
