package org.flatgaze.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole system as a newcomer meets it: simulated eyes, coded frames, trained networks, a real broker. */
final class DemoTest {

    /** Eight people of 100 frames: two regions each. */
    private static final int FRAMES = 800;

    @TempDir
    private Path folder;

    @Test
    void shouldDeliverEveryGazeOverMqttWhenEyesAreOfPeopleNeverTrainedOn() throws Exception {
        Path json = folder.resolve("out.json");
        Path pictures = folder.resolve("pictures");

        CommandRun run = CommandRun.of(
                300,
                "demo",
                "--frames",
                String.valueOf(FRAMES),
                "--people",
                "8",
                "--seed",
                "1",
                "--cache",
                folder.resolve("cache").toString(),
                "--json",
                json.toString(),
                "--save",
                pictures.toString());

        assertEquals(0, run.exitCode(), run.err());
        JsonNode result = new ObjectMapper().readTree(Files.readAllBytes(json));
        assertEquals(FRAMES, result.path("frames").asInt());
        assertEquals(FRAMES, result.path("mqtt").path("published").asInt());
        assertEquals(FRAMES, result.path("mqtt").path("received").asInt());
        assertEquals(0, result.path("mqtt").path("gaps").asInt());
        assertEquals(0, result.path("mqtt").path("invalid").asInt());
        assertEquals(FRAMES / 50, result.path("roi_updates").asInt());
        JsonNode error = result.path("gaze_error_deg");
        assertEquals(8, error.path("people").asInt());
        assertTrue(error.path("frames").asInt() > FRAMES / 2, error.toString());
        assertTrue(error.path("mean").asDouble() <= 4.0, error.toString());
        result.path("dropped")
                .forEach(count ->
                        assertEquals(0, count.asInt(), result.path("dropped").toString()));
        assertTrue(Files.size(pictures.resolve("contact-sheet.png")) > 50_000);
    }
}
