package org.flatgaze.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labelled sets and what the committed networks make of them. */
final class EvaluateTest {

    private static final int SECONDS = 240;

    @TempDir
    static Path sets;

    private static Path forty;
    private static Path one;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeSets() throws Exception {
        forty = sets.resolve("forty");
        make(forty, "40");
        one = sets.resolve("one");
        make(one, "1");
    }

    @Test
    void shouldReachTheAccuracyOfTheModelCardsWhenPeopleAreUnseen() throws Exception {
        Path json = folder.resolve("out.json");
        Path html = folder.resolve("out.html");
        CommandRun run = CommandRun.of(
                SECONDS,
                "evaluate",
                "--set",
                forty.toString(),
                "--json",
                json.toString(),
                "--html",
                html.toString(),
                "--roi-age",
                "1");

        assertEquals(0, run.exitCode(), run.err());
        JsonNode result = new ObjectMapper().readTree(Files.readAllBytes(json));
        assertEquals(40, result.path("people").asInt());
        assertEightBitsAreAsGood(result, run);
        assertEquals(4, result.path("roi_period").size(), run.out());
        assertIsWellFormed(html);
        assertTrue(result.path("segmentation").path("miou").asDouble() >= 0.90, run.out());
        assertTrue(result.path("gaze").path("fbnet-c100").path("mean_deg").asDouble() <= 4.0, run.out());
        assertTrue(result.path("roi_hit_rate").asDouble() >= 0.97, run.out());
    }

    private static void assertEightBitsAreAsGood(JsonNode result, CommandRun run) {
        JsonNode gaze = result.path("gaze").path("fbnet-c100");
        double loss = gaze.path("int8_deg").asDouble(99) - gaze.path("mean_deg").asDouble();
        // 0.1 is the bar on 2,400 frames; these are 160.
        assertTrue(loss <= 0.2, run.out());
        double before = result.path("segmentation").path("miou").asDouble();
        assertTrue(before - result.path("segmentation").path("miou_int8").asDouble() <= 0.01, run.out());
        assertTrue(result.path("int8_checked_frames").asInt() > 0, run.out());
        assertEquals(40, gaze.path("per_person").size());
        assertTrue(gaze.path("by_eccentricity").size() > 1);
    }

    private static void assertIsWellFormed(Path html) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        DocumentBuilder builder = factory.newDocumentBuilder();
        assertTrue(builder.parse(html.toFile()).getElementsByTagName("img").getLength() > 0);
        assertFalse(Files.readString(html).contains("src=\"http"), "one file, no outside references");
    }

    @Test
    void shouldGoOnWhereItStoppedWhenASetIsIncomplete() throws Exception {
        Path set = copyOf(forty);
        byte[] whole = Files.readAllBytes(set.resolve("shard-00001/recon256.npy"));
        FileTime kept = Files.getLastModifiedTime(set.resolve("shard-00000/recon256.npy"));
        try (var files = Files.list(set.resolve("shard-00001"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(set.resolve("shard-00001"));

        CommandRun early = CommandRun.of(SECONDS, "evaluate", "--set", set.toString());
        make(set, "40");

        assertEquals(2, early.exitCode());
        assertTrue(early.err().contains("shard-00001"), early.err());
        assertTrue(Arrays.equals(whole, Files.readAllBytes(set.resolve("shard-00001/recon256.npy"))));
        assertEquals(kept, Files.getLastModifiedTime(set.resolve("shard-00000/recon256.npy")));
    }

    @Test
    void shouldRefuseTheFolderWhenItHoldsAnotherSet() throws Exception {
        CommandRun run = CommandRun.of(SECONDS, dataset(one, "2"));

        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains("another set"), run.err());
    }

    @Test
    void shouldKeepTheCodedFramesWhenAskedAndEverythingElseTheSame() throws Exception {
        Path raw = folder.resolve("raw");
        CommandRun run = CommandRun.of(SECONDS, withRaw(dataset(raw, "1")));
        assertEquals(0, run.exitCode(), run.err());

        byte[] frames = Files.readAllBytes(raw.resolve("shard-00000/raw480x640.npy"));
        assertTrue(frames.length > 4 * 480 * 640 * 2, "four frames of two bytes a sample");
        assertEquals(
                -1, Files.mismatch(one.resolve("shard-00000/recon256.npy"), raw.resolve("shard-00000/recon256.npy")));
        assertFalse(Files.exists(one.resolve("shard-00000/raw480x640.npy")));
        assertEquals(2, CommandRun.of(SECONDS, withRaw(dataset(one, "1"))).exitCode(), "another set");
    }

    private static String[] withRaw(String[] command) {
        String[] more = Arrays.copyOf(command, command.length + 1);
        more[command.length] = "--raw";
        return more;
    }

    @Test
    void shouldKeepWhatItHasAndGoOnWhenTheDiskFillsUp() throws Exception {
        Path set = folder.resolve("set");
        // No file may grow beyond 512 blocks of 512 bytes: the pictures of a shard do not fit, the manifest does.
        CommandRun full = CommandRun.ofShell(SECONDS, "ulimit -f 512", dataset(set, "2"));

        assertTrue(full.exitCode() != 0);
        assertEquals(
                1,
                full.complaints().stream()
                        .filter(line -> line.contains("cannot write the set"))
                        .count(),
                full.err());
        assertTrue(full.err().contains("run the same command again"), full.err());
        assertFalse(full.err().contains("\tat "), full.err());
        try (var entries = Files.list(set)) {
            assertTrue(
                    entries.noneMatch(entry -> entry.getFileName().toString().startsWith("shard-")
                            || entry.getFileName().toString().startsWith(".part-")),
                    "nothing half written");
        }
        make(set, "2");
        assertTrue(Files.exists(set.resolve("shard-00000/truth.npy")));
    }

    @Test
    void shouldClearAwayWhatAnInterruptedRunLeftBehind() throws Exception {
        Path set = copyOf(one);
        Path leftover = Files.createDirectory(set.resolve(".part-123"));
        Files.write(leftover.resolve("recon256.npy"), new byte[10]);

        make(set, "1");

        assertFalse(Files.exists(leftover));
    }

    @Test
    void shouldRefuseTheSetWhenItWasMadeWithAnotherCalibration() throws Exception {
        Path set = copyOf(one);
        Path manifest = set.resolve("manifest.json");
        Files.writeString(
                manifest,
                Files.readString(manifest).replaceFirst("\"filter_id\" : \"[0-9a-f]+\"", "\"filter_id\" : \"0123\""));

        CommandRun run = CommandRun.of(SECONDS, "evaluate", "--set", set.toString());

        assertEquals(2, run.exitCode(), run.err());
        assertEquals(1, run.complaints().size(), run.err());
        assertTrue(run.err().contains("filter 0123"), run.err());
    }

    @Test
    void shouldNameTheModelWhenItHasOtherShapesThanItsPlace() throws Exception {
        Path models = Files.createDirectory(folder.resolve("models"));
        Path committed = CommandRun.home().resolve("pipeline/models");
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode manifest =
                (ObjectNode) mapper.readTree(committed.resolve("manifest.json").toFile());
        ObjectNode networks = (ObjectNode) manifest.get("models");
        networks.set("fbnet-c100", networks.get("ritnet-128"));
        networks.retain("fbnet-c100", "ritnet-128");
        mapper.writeValue(models.resolve("manifest.json").toFile(), manifest);
        Files.copy(committed.resolve("ritnet-128.onnx"), models.resolve("ritnet-128.onnx"));

        CommandRun run = CommandRun.of(SECONDS, "evaluate", "--set", one.toString(), "--models", models.toString());

        assertEquals(2, run.exitCode(), run.err());
        assertEquals(1, run.complaints().size(), run.err());
        assertTrue(run.err().contains("fbnet-c100 has other shapes"), run.err());
    }

    @Test
    void shouldRefuseToMeasureRangesOnTheTestSet() throws Exception {
        CommandRun run = CommandRun.of(
                SECONDS,
                "accel",
                "quantize",
                "--model",
                "fbnet-c100",
                "--set",
                one.toString(),
                "--out",
                folder.resolve("x.json").toString());

        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains("is a test set"), run.err());
        assertFalse(Files.exists(folder.resolve("x.json")));
    }

    private Path copyOf(Path set) throws IOException {
        Path copy = folder.resolve("set");
        try (var files = Files.walk(set)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(set.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return copy;
    }

    private static void make(Path set, String people) throws Exception {
        CommandRun run = CommandRun.of(SECONDS, dataset(set, people));
        assertEquals(0, run.exitCode(), run.err());
    }

    private static String[] dataset(Path set, String people) {
        return new String[] {
            "dataset", "--people", people, "--frames", "4", "--split", "test", "--seed", "5", "--out", set.toString()
        };
    }
}
