package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A million frames through the live loop in a heap of 24 MB that is never collected: one object per frame would fill it. The
 * same with the whole pipeline and for as long as one likes: see "Soak" in runtime/README.md.
 */
@Timeout(120)
final class EpsilonSoakTest {

    private static final long FRAMES = 1_000_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNeedNoCollectorForAMillionFrames(boolean sliced) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:+UseEpsilonGC",
                "-Xms24m",
                "-Xmx24m",
                "-XX:TieredStopAtLevel=1",
                "--add-modules=jdk.incubator.vector",
                EpsilonVictim.class.getName(),
                Long.toString(FRAMES),
                Boolean.toString(sliced)));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectErrorStream(true);
        Process child = builder.start();
        try {
            String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(child.waitFor(100, TimeUnit.SECONDS), said);
            assertEquals(0, child.exitValue(), said);
            assertTrue(said.contains("samples " + FRAMES + " regions "), said);
        } finally {
            child.destroyForcibly();
        }
    }
}
