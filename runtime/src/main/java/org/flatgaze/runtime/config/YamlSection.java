package org.flatgaze.runtime.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of a YAML file, asked for key by key; remembers lines, so that every complaint says where.
 *
 * <p>Ask for every key there is, then call {@link #finish()}: a key nobody asked for is a mistake of the user, not
 * something to skip in silence. Anchors, lists and custom tags are not part of the format. One thread.
 */
final class YamlSection {

    /** More than any sensible file; a wrong file named by accident is refused before it is read. */
    private static final long MAX_BYTES = 1 << 20;

    private final Path file;
    private final String prefix;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> keyLines = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    private YamlSection(Path file, String prefix, int line) {
        this.file = file;
        this.prefix = prefix;
        this.line = line;
    }

    /** Reads the top level of a file. */
    static YamlSection ofFile(Path file) {
        String text;
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw new ConfigException(file + ": larger than 1 MB: this is not a configuration file");
            }
            text = Files.readString(file);
        } catch (IOException e) {
            String why = Files.exists(file) ? "cannot be read as text" : "no such file";
            throw new ConfigException(
                    file + ": " + why + "; 'flatgaze run --print-config' prints an example to start from", e);
        }
        return ofText(file, text);
    }

    /** Reads the top level of {@code text}; {@code file} is for messages. */
    static YamlSection ofText(Path file, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        Node root;
        try {
            root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            String where = mark == null ? "" : ":" + (mark.getLine() + 1);
            throw new ConfigException(
                    file + where + ": not valid YAML (" + e.getProblem() + "); check indentation and colons", e);
        } catch (YAMLException e) {
            throw new ConfigException(file + ": not valid YAML (" + e.getMessage() + ")", e);
        }
        YamlSection section = new YamlSection(file, "", 1);
        if (root == null) {
            throw new ConfigException(
                    file + ":1: the file is empty; 'flatgaze run --print-config' prints an example to start from");
        }
        section.fill(root, "");
        return section;
    }

    private void fill(Node node, String what) {
        if (!(node instanceof MappingNode mapping)) {
            throw complain(node, what, "expected 'key: value' lines");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            Node keyNode = tuple.getKeyNode();
            String key = keyNode instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (values.put(key, tuple.getValueNode()) != null) {
                throw complain(keyNode, "key " + quoted(key) + ": ", "is there twice; keep one of them");
            }
            keyLines.put(key, lineOf(keyNode));
        }
    }

    /** Whether the key is there. */
    boolean has(String key) {
        known.add(key);
        return values.containsKey(key);
    }

    /** A mapping under {@code key}; an empty one when the key is absent. */
    YamlSection section(String key) {
        Node node = value(key);
        YamlSection section = new YamlSection(file, prefix + key + ".", keyLines.getOrDefault(key, line));
        if (node != null) {
            section.fill(node, "key " + quoted(key) + ": ");
        }
        return section;
    }

    /** Text that must be there. */
    String text(String key, String remedy) {
        String value = text(key, null, remedy);
        if (value == null) {
            throw new ConfigException(file + ":" + line + ": key " + quoted(key) + ": is missing; " + remedy);
        }
        return value;
    }

    /** Text, or {@code fallback} when the key is absent. */
    String text(String key, String fallback, String remedy) {
        Node node = value(key);
        if (node == null) {
            return fallback;
        }
        if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
            throw bad(key, "expected text; " + remedy);
        }
        String text = scalar.getValue().strip();
        if (text.isEmpty()) {
            throw bad(key, "is empty; " + remedy);
        }
        return text;
    }

    /** A whole number within bounds. */
    long integer(String key, long fallback, long least, long most) {
        String expected = "expected a whole number, " + least + ".." + most;
        Node node = value(key);
        if (node == null) {
            return fallback;
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw bad(key, expected);
        }
        try {
            long number = Long.parseLong(scalar.getValue());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new ConfigException(badMessage(key, "'" + scalar.getValue() + "' is no number; " + expected), e);
        }
        throw bad(key, "'" + scalar.getValue() + "' is out of range; " + expected);
    }

    /** A number within bounds. */
    double number(String key, double fallback, double least, double most) {
        String expected = String.format(Locale.ROOT, "expected a number, %s..%s", least, most);
        Node node = value(key);
        if (node == null) {
            return fallback;
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw bad(key, expected);
        }
        try {
            double number = Double.parseDouble(scalar.getValue());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new ConfigException(badMessage(key, "'" + scalar.getValue() + "' is no number; " + expected), e);
        }
        throw bad(key, "'" + scalar.getValue() + "' is out of range; " + expected);
    }

    /** {@code true} or {@code false}. */
    boolean flag(String key, boolean fallback) {
        Node node = value(key);
        if (node == null) {
            return fallback;
        }
        if (node instanceof ScalarNode scalar) {
            if (scalar.getValue().equals("true")) {
                return true;
            }
            if (scalar.getValue().equals("false")) {
                return false;
            }
        }
        throw bad(key, "expected true or false");
    }

    /** One of {@code choices}. */
    String choice(String key, String fallback, List<String> choices) {
        String expected = "expected one of " + String.join(", ", choices);
        String chosen = text(key, fallback, expected);
        if (chosen == null) {
            throw new ConfigException(file + ":" + line + ": key " + quoted(key) + ": is missing; " + expected);
        }
        if (!choices.contains(chosen)) {
            throw bad(key, "'" + chosen + "' is unknown; " + expected);
        }
        return chosen;
    }

    /** A path, resolved against the folder of the configuration file; {@code null} when absent; it must exist. */
    Path existing(String key, String remedy) {
        String text = text(key, null, remedy);
        if (text == null) {
            return null;
        }
        Path path = file.toAbsolutePath().resolveSibling(text).normalize();
        if (!Files.exists(path)) {
            throw bad(key, path + " does not exist; " + remedy);
        }
        return path;
    }

    /** The same of a folder that need not exist yet. */
    Path folder(String key, String remedy) {
        String text = text(key, null, remedy);
        if (text == null) {
            return null;
        }
        Path path = file.toAbsolutePath().resolveSibling(text).normalize();
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw bad(key, path + " is no folder; " + remedy);
        }
        return path;
    }

    /** What is said about a value that is there but cannot be used. */
    ConfigException bad(String key, String what) {
        return new ConfigException(badMessage(key, what));
    }

    private String badMessage(String key, String what) {
        return file + ":" + keyLines.getOrDefault(key, line) + ": key " + quoted(key) + ": " + what;
    }

    /** Refuses other keys than these at once: a misspelt key explains a missing one, not the other way round. */
    void allow(String... keys) {
        known.addAll(List.of(keys));
        finish();
    }

    /** Refuses keys nobody asked for. */
    void finish() {
        for (Map.Entry<String, Integer> entry : keyLines.entrySet()) {
            String key = entry.getKey();
            if (!known.contains(key)) {
                String near = nearest(key);
                throw new ConfigException(file + ":" + entry.getValue() + ": key " + quoted(key) + ": is unknown; "
                        + (near == null ? "" : "did you mean '" + near + "'? ")
                        + "known here: " + String.join(", ", known));
            }
        }
    }

    private Node value(String key) {
        known.add(key);
        return values.get(key);
    }

    private String quoted(String key) {
        return "'" + prefix + key + "'";
    }

    private ConfigException complain(Node node, String what, String problem) {
        return new ConfigException(file + ":" + lineOf(node) + ": " + what + problem);
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private String nearest(String key) {
        String best = null;
        int bestDistance = 3;
        for (String candidate : known) {
            int distance = editDistance(key.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Levenshtein distance, one row at a time. */
    private static int editDistance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
