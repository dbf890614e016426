package org.flatgaze.calibration.gaze;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of user profiles: {@code NAME-v0001.json}, {@code NAME-v0002.json}, ... A profile is written once, under the next
 * free version, complete or not at all, and never changed: whatever happens while one is saved, the older ones stay. Any
 * thread, any number of processes.
 */
public final class GazeProfiles {

    private static final String FORMAT = "flatgaze-gaze-profile";
    private static final int VERSION = 1;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.]{0,39}");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path folder;

    /** @param folder created when the first profile is saved */
    public GazeProfiles(Path folder) {
        this.folder = folder;
    }

    /**
     * A stored profile.
     *
     * @param name of the user, or whatever tells profiles apart
     * @param version 1, 2, ... under that name
     * @param deviceId calibration id of the camera it was made with
     * @param map the map
     * @param facts what the validation said, as JSON
     */
    public record Profile(String name, int version, String deviceId, GazeMap map, JsonNode facts) {

        /** Name and version, such as {@code ada-v0003}. */
        public String id() {
            return fileStem(name, version);
        }
    }

    /**
     * Saves a map under the next version of a name.
     *
     * @return the profile as stored
     * @throws IOException if the folder cannot be written
     */
    public Profile save(String name, String deviceId, GazeMap map, Map<String, ?> facts) throws IOException {
        requireName(name);
        Files.createDirectories(folder);
        int version = latestVersion(name) + 1;
        while (true) {
            Path file = folder.resolve(fileStem(name, version) + ".json");
            Path part = folder.resolve(
                    "." + file.getFileName() + "." + ProcessHandle.current().pid() + "-"
                            + Thread.currentThread().threadId() + ".part");
            try {
                write(part, text(name, version, deviceId, map, facts));
                // A link fails where a move would replace: the version belongs to whoever comes first.
                Files.createLink(file, part);
                return load(file, deviceId);
            } catch (FileAlreadyExistsException e) {
                version++;
            } finally {
                Files.deleteIfExists(part);
            }
        }
    }

    /**
     * Loads the latest version of a name.
     *
     * @param deviceId camera in use; another camera's profile is refused
     * @throws IOException if there is none, or the file is damaged
     * @throws GazeRefusedException if it was made with another device
     */
    public Profile load(String name, String deviceId) throws IOException {
        requireName(name);
        int version = latestVersion(name);
        if (version == 0) {
            throw new IOException(folder + ": no profile " + name + "; there are " + names());
        }
        return load(folder.resolve(fileStem(name, version) + ".json"), deviceId);
    }

    /** Loads one version of a name; errors as {@link #load(String, String)}. */
    public Profile load(String name, int version, String deviceId) throws IOException {
        requireName(name);
        return load(folder.resolve(fileStem(name, version) + ".json"), deviceId);
    }

    /** Names that have a profile, in order. */
    public List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> !file.startsWith(".") && file.matches(".*-v\\d{4,}\\.json"))
                    .map(file -> file.substring(0, file.lastIndexOf("-v")))
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    private int latestVersion(String name) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        Pattern file = Pattern.compile(Pattern.quote(name) + "-v(\\d{4,9})\\.json");
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> file.matcher(f.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToInt(m -> Integer.parseInt(m.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    private static Profile load(Path file, String deviceId) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such profile");
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new IOException(file + ": damaged (" + e.getOriginalMessage() + "); select an older version", e);
        }
        if (!root.path("format").asText().equals(FORMAT) || root.path("version").asInt() != VERSION) {
            throw new IOException(file + ": not a gaze profile of version " + VERSION);
        }
        JsonNode body = root.path("profile");
        if (!sha256(body.toString()).equals(root.path("sha256").asText())) {
            throw new IOException(file + ": damaged, its sum does not match; select an older version");
        }
        String device = body.path("device_id").asText();
        if (!device.equals(deviceId)) {
            throw new GazeRefusedException(file.getFileName() + " was made with device " + device + ", this is "
                    + deviceId + "; calibrate this user on this device");
        }
        try {
            GazeMap map = new GazeMap(
                    GazeMap.Kind.valueOf(body.path("kind").asText()),
                    numbers(body.path("yaw")),
                    numbers(body.path("pitch")));
            return new Profile(
                    body.path("name").asText(),
                    body.path("profile_version").asInt(),
                    device,
                    map,
                    Optional.ofNullable(body.get("facts")).orElse(MAPPER.createObjectNode()));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static double[] numbers(JsonNode array) {
        double[] out = new double[array.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = array.get(i).asDouble(Double.NaN);
        }
        return out;
    }

    private static byte[] text(String name, int version, String deviceId, GazeMap map, Map<String, ?> facts)
            throws IOException {
        ObjectNode body = MAPPER.createObjectNode();
        body.put("name", name);
        body.put("profile_version", version);
        body.put("device_id", deviceId);
        body.put("kind", map.kind().name());
        body.set("yaw", MAPPER.valueToTree(map.yaw()));
        body.set("pitch", MAPPER.valueToTree(map.pitch()));
        body.put("map_id", map.id());
        body.set("facts", MAPPER.valueToTree(facts));
        // Read back once, so that the sum is over exactly what a reader will see.
        JsonNode same = MAPPER.readTree(body.toString());
        ObjectNode root = MAPPER.createObjectNode();
        root.put("format", FORMAT);
        root.put("version", VERSION);
        root.put("sha256", sha256(same.toString()));
        root.set("profile", same);
        return root.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Path part, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String fileStem(String name, int version) {
        return String.format(Locale.ROOT, "%s-v%04d", name, version);
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name=" + name + ": expected 1 to 40 letters, digits, dots or underlines, a letter or digit first");
        }
    }
}
