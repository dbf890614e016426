package org.flatgaze.runtime.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Options of {@code dataset} that do not go together: said in one line before any work begins. */
final class DatasetUsageTest {

    @TempDir
    private Path folder;

    private String complaint(String... arguments) {
        String[] message = {null};
        CommandLine line = new CommandLine(new DatasetCommand());
        line.setExecutionExceptionHandler((e, commandLine, parsed) -> {
            message[0] = e instanceof UsageError ? e.getMessage() : "not a UsageError: " + e;
            return 2;
        });
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--out", folder.resolve("set").toString()));
        assertEquals(2, line.execute(all.toArray(String[]::new)));
        assertFalse(message[0].contains("\n"), message[0]);
        return message[0];
    }

    @Test
    void shouldRefuseOptionsOfTheOtherSource() {
        assertTrue(complaint().startsWith("--people and --frames are needed, or --openeds"));
        assertTrue(complaint("--people", "2").startsWith("--people and --frames are needed"));
        assertTrue(
                complaint("--people", "2", "--frames", "2", "--every", "2").startsWith("--every and --axes are for"));
        assertTrue(
                complaint("--openeds", "x", "--frames", "2").startsWith("--people, --frames and --sessions are for"));
        assertTrue(complaint("--openeds", "x", "--wide").startsWith("--wide is for simulated people"));
    }

    @Test
    void shouldRefuseNonsense() {
        assertTrue(complaint("--openeds", "x", "--every", "0").startsWith("every=0: expected"));
        assertTrue(complaint("--openeds", "x", "--axes=x,y").startsWith("axes=x,y: expected x, y and z"));
        assertTrue(complaint("--people", "2", "--frames", "1").startsWith("sessions=2: expected 1..frames"));
    }

    @Test
    void shouldLeaveNoFolderBehindWhenThereIsNoOpenEds() {
        assertTrue(complaint("--openeds", folder.resolve("none").toString()).contains("none is no folder"));
        assertFalse(Files.exists(folder.resolve("set")));
    }
}
