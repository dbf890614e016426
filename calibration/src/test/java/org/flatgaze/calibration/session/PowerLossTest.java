package org.flatgaze.calibration.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flatgaze.calibration.gaze.GazeMap;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerLossTest {

    private static final long DEADLINE_SECONDS = 60;

    @Test
    void shouldLoseNothingStoredWhenTheProcessDiesWhileSaving(@TempDir Path folder) throws Exception {
        GazeProfiles profiles = new GazeProfiles(folder);
        int expected = 0;
        for (int life = 1; life <= 3; life++) {
            int told = killedAfter(folder, 7 * life);
            expected += told;
            List<Path> files;
            try (Stream<Path> all = Files.list(folder)) {
                files = all.filter(file -> !file.getFileName().toString().startsWith("."))
                        .toList();
            }
            // Every profile it spoke of is there, and every file there is a whole one.
            assertTrue(files.size() >= expected, files.size() + " of " + expected);
            for (int version = 1; version <= files.size(); version++) {
                GazeProfiles.Profile profile = profiles.load("ada", version, "camera-1");
                assertEquals(
                        profile.facts().get("number").asDouble(), profile.map().yaw()[0]);
            }
            assertEquals(files.size(), profiles.load("ada", "camera-1").version());
            expected = files.size();
        }
        GazeMap map = new GazeMap(GazeMap.Kind.OFFSET, new double[] {0}, new double[] {0});
        assertEquals(
                expected + 1, profiles.save("ada", "camera-1", map, Map.of()).version());
    }

    /** Starts a saver, kills it once it has spoken of {@code count} profiles, answers of how many it spoke. */
    private static int killedAfter(Path folder, int count) throws Exception {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProfileVictim.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int told = 0;
        try (BufferedReader out = victim.inputReader()) {
            while (told < count && out.readLine() != null) {
                told++;
            }
            // By its handle: the process object would close the stream with what is still in it.
            victim.toHandle().destroyForcibly();
            while (out.readLine() != null) {
                told++;
            }
        } finally {
            victim.destroyForcibly();
            assertTrue(victim.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
        }
        assertTrue(told >= count, told + " of " + count);
        return told;
    }
}
