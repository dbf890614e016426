package org.flatgaze.calibration.camera;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code calib-v73.mat} was written by h5py as MATLAB writes such files: header of 512 bytes, superblock 0, a structure {@code calib}
 * with P1r, P1b (6 x 4 doubles, in chunks, deflated), Q1r (5 x 4 singles), Q1b (the same in chunks), cSize, angle; beside it
 * text, an empty, a complex, a sparse, a three-dimensional variable and a cell. P1r(i, j) = 0.25 + 100 i + j^2 and
 * Q1r(i, j) = Q1b(i, j) = 0.5 + 100 i + j^2, counted from 0; P1b is -2 P1r.
 */
class Hdf5MatFileTest {

    @TempDir
    private Path folder;

    private byte[] whole;
    private Path file;

    @BeforeEach
    void setUp() throws IOException {
        try (InputStream in = Hdf5MatFileTest.class.getResourceAsStream("calib-v73.mat")) {
            whole = in.readAllBytes();
        }
        file = Files.write(folder.resolve("calib.mat"), whole);
    }

    @Test
    void shouldReadRealMatricesRowsFirstWhenFileIsOfLevel73() throws IOException {
        Map<String, MatFile.Matrix> found = MatFile.read(file);

        assertEquals(Set.of("P1r", "P1b", "Q1r", "Q1b", "cSize", "angle"), found.keySet());
        MatFile.Matrix left = found.get("P1r");
        assertEquals(6, left.rows());
        assertEquals(4, left.cols());
        double[] expected = new double[24];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = 0.25 + 100 * (i / 4) + Math.pow(i % 4, 2);
        }
        assertArrayEquals(expected, left.rowMajor());
        assertArrayEquals(found.get("Q1r").values(), found.get("Q1b").values());
        assertArrayEquals(new double[] {6, 5}, found.get("cSize").rowMajor());
    }

    @Test
    void shouldAverageTheColoursWhenACalibrationIsImported() throws IOException {
        SeparablePair pair = MatlabCalibration.read(file, 6, 5);

        assertEquals(4, pair.scene());
        // P1r counts with the sign of P1b, the first by name: -1.5 times P1r, its columns without their means.
        assertEquals(1.5f * 250, pair.left()[3], 1e-3f);
        assertEquals(200, pair.right()[4 * 4 + 1], 1e-3f);
        IOException e = assertThrows(IOException.class, () -> MatlabCalibration.read(file, 5, 6));
        assertTrue(e.getMessage().contains("P1* is 6 x 4, expected 5 x 4"), e.getMessage());
    }

    @Test
    void shouldSayWhatIsMissingWhenVariablesAreOthersOrNotReal() throws IOException {
        // The name of P1r and P1b in the group's heap becomes another.
        rename("P1r", "X1r");
        rename("P1b", "X1b");
        IOException e = assertThrows(IOException.class, () -> MatlabCalibration.read(file, 6, 5));
        assertTrue(e.getMessage().contains("0 matrices P1* and 2 Q1*"), e.getMessage());
        whole = Files.readAllBytes(file);
        // Of another class, though stored as numbers: no longer a matrix.
        rename("double", "string");
        e = assertThrows(IOException.class, () -> MatlabCalibration.read(file, 6, 5));
        assertTrue(e.getMessage().contains("real matrices in the file: ["), e.getMessage());
        assertFalse(e.getMessage().contains("X1r"), e.getMessage());
    }

    @Test
    void shouldRefuseInOneLineWhenFileIsTruncatedOrDamaged() throws IOException {
        for (int length = 128; length < whole.length; length += 1 + length / 8) {
            Files.write(file, Arrays.copyOf(whole, length));
            IOException e = assertThrows(IOException.class, () -> MatlabCalibration.read(file, 6, 5));
            assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
        }
        Random random = new Random(5);
        for (int trial = 0; trial < 40; trial++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 4; i++) {
                damaged[512 + random.nextInt(2000)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            try {
                MatlabCalibration.read(file, 6, 5);
            } catch (IOException e) {
                assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
            }
        }
    }

    @Test
    void shouldRefuseWhenHdf5ComesFromElsewhere() throws IOException {
        Files.write(file, Arrays.copyOfRange(whole, 512, whole.length));
        IOException e = assertThrows(IOException.class, () -> MatFile.read(file));
        assertTrue(e.getMessage().contains("MATLAB did not write"), e.getMessage());
    }

    private void rename(String from, String to) throws IOException {
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        Files.write(file, text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
        whole = Files.readAllBytes(file);
    }
}
