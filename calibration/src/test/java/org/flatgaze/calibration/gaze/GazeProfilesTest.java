package org.flatgaze.calibration.gaze;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GazeProfilesTest {

    private static final GazeMap MAP = new GazeMap(GazeMap.Kind.OFFSET, new double[] {1.5}, new double[] {-0.25});

    @TempDir
    private Path folder;

    @Test
    void shouldKeepEveryVersionWhenANameIsSavedAgain() throws IOException {
        GazeProfiles profiles = new GazeProfiles(folder);
        GazeProfiles.Profile first = profiles.save("ada", "cam", MAP, Map.of("after_deg", 1.2));
        byte[] before = Files.readAllBytes(folder.resolve("ada-v0001.json"));
        GazeProfiles.Profile second = profiles.save("ada", "cam", MAP.recentred(1, 0), Map.of());

        assertEquals("ada-v0001", first.id());
        assertEquals("ada-v0002", second.id());
        assertArrayEquals(before, Files.readAllBytes(folder.resolve("ada-v0001.json")));
        assertEquals(MAP.recentred(1, 0).id(), profiles.load("ada", "cam").map().id());
        assertEquals(
                1.2, profiles.load("ada", 1, "cam").facts().path("after_deg").asDouble());
        assertEquals(List.of("ada"), profiles.names());
    }

    @Test
    void shouldGiveEachItsOwnVersionWhenManySaveAtOnce() throws Exception {
        GazeProfiles profiles = new GazeProfiles(folder);
        ExecutorService workers = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> versions = IntStream.range(0, 20)
                    .mapToObj(i -> workers.submit(
                            () -> profiles.save("bo", "cam", MAP, Map.of()).version()))
                    .toList();
            List<Integer> seen = new ArrayList<>();
            for (Future<Integer> version : versions) {
                seen.add(version.get());
            }
            assertEquals(20, seen.stream().distinct().count());
        } finally {
            workers.shutdownNow();
        }
    }

    @Test
    void shouldIgnoreAHalfWrittenFileWhenThePowerFailed() throws IOException {
        GazeProfiles profiles = new GazeProfiles(folder);
        profiles.save("ada", "cam", MAP, Map.of());
        Files.writeString(folder.resolve(".ada-v0002.json.77-1.part"), "{\"format\":");
        assertEquals(1, profiles.load("ada", "cam").version());
        assertEquals(2, profiles.save("ada", "cam", MAP, Map.of()).version());
    }

    @Test
    void shouldRefuseAProfileWhenItIsOfAnotherDeviceOrDamaged() throws IOException {
        GazeProfiles profiles = new GazeProfiles(folder);
        profiles.save("ada", "cam-1", MAP, Map.of());
        GazeRefusedException foreign = assertThrows(GazeRefusedException.class, () -> profiles.load("ada", "cam-2"));
        assertTrue(foreign.getMessage().contains("cam-1"), foreign.getMessage());

        Path file = folder.resolve("ada-v0001.json");
        String text = Files.readString(file);
        Files.writeString(file, text.replace("1.5", "1.6"));
        assertTrue(assertThrows(IOException.class, () -> profiles.load("ada", "cam-1"))
                .getMessage()
                .contains("sum"));
        Files.writeString(file, text.substring(0, 60));
        assertTrue(assertThrows(IOException.class, () -> profiles.load("ada", "cam-1"))
                .getMessage()
                .contains("damaged"));
        assertTrue(assertThrows(IOException.class, () -> profiles.load("eve", "cam-1"))
                .getMessage()
                .contains("no profile"));
        assertThrows(IllegalArgumentException.class, () -> profiles.save("../x", "cam", MAP, Map.of()));
    }
}
