package org.flatgaze.calibration.gaze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFileTest {

    @TempDir
    private Path folder;

    @Test
    void shouldGroupRowsByTargetWhenRead() throws IOException {
        StringBuilder text = new StringBuilder(SampleFile.HEADER).append('\n');
        for (int i = 0; i < 10; i++) {
            text.append("0,0,0,2000000000,").append(800_000_000L + i).append(i == 3 ? ",,\n" : ",1.5,-2\n");
        }
        text.append("5,5,3000000000,5000000000,4000000000,NaN,NaN\n");
        List<TargetSamples> targets = SampleFile.read(write(text.toString()));
        assertEquals(2, targets.size());
        assertEquals(9, targets.get(0).directions().size());
        assertEquals(10, targets.get(0).shown());
        assertEquals(1, targets.get(1).loss());
    }

    @Test
    void shouldNameTheLineWhenARowIsWrong() throws IOException {
        assertRefused("x\n", "first line");
        assertRefused(SampleFile.HEADER + "\n", "no samples");
        assertRefused(SampleFile.HEADER + "\n1,2,3\n", "line 2 has 3 columns");
        assertRefused(SampleFile.HEADER + "\n1,2,3,4,5,6,7\n1,2,3,4,5,six,7\n", "line 3");
        assertRefused(SampleFile.HEADER + "\nNaN,2,3,4,5,6,7\n", "line 2");
        assertRefused(SampleFile.HEADER + "\n1,2,9,4,5,6,7\n", "vanish after it appeared");
        assertThrows(IOException.class, () -> SampleFile.read(folder.resolve("absent.csv")));
    }

    private void assertRefused(String text, String expected) throws IOException {
        Path file = write(text);
        IOException e = assertThrows(IOException.class, () -> SampleFile.read(file));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("samples.csv"), text);
    }
}
