package org.flatgaze.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labelled sets and what the committed networks make of them. */
final class EvaluateTest {

    private static final int SECONDS = 240;

    @TempDir
    private Path folder;

    @Test
    void shouldReachTheAccuracyOfTheModelCardsWhenPeopleAreUnseen() throws Exception {
        Path set = folder.resolve("set");
        Path json = folder.resolve("out.json");
        make(set, "40");

        CommandRun run = CommandRun.of(SECONDS, "evaluate", "--set", set.toString(), "--json", json.toString());

        assertEquals(0, run.exitCode(), run.err());
        JsonNode result = new ObjectMapper().readTree(Files.readAllBytes(json));
        assertEquals(40, result.path("people").asInt());
        assertTrue(result.path("segmentation").path("miou").asDouble() >= 0.90, run.out());
        assertTrue(result.path("gaze").path("fbnet-c100").path("mean_deg").asDouble() <= 4.0, run.out());
        assertTrue(result.path("roi_hit_rate").asDouble() >= 0.97, run.out());
    }

    @Test
    void shouldGoOnWhereItStoppedWhenASetIsIncomplete() throws Exception {
        Path set = folder.resolve("set");
        make(set, "40");
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
        Path set = folder.resolve("set");
        make(set, "2");

        CommandRun run = CommandRun.of(SECONDS, dataset(set, "3"));

        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains("another set"), run.err());
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
