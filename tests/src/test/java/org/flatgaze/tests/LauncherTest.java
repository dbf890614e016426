package org.flatgaze.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LauncherTest {

    /** Libraries bring resources of the same name as ours, and the JVM takes the first on the class path. */
    @Test
    void shouldPutOurOwnJarBeforeTheLibraries() throws IOException {
        String launcher = Files.readString(Path.of("..", "flatgaze"));
        assertTrue(launcher.contains("-cp \"$(echo \"$lib\"/runtime-*.jar):$lib/*\" org.flatgaze.runtime.Main"));
    }
}
