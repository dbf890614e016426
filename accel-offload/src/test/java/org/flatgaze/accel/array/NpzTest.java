package org.flatgaze.accel.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NpzTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"stored.npz", "deflated.npz"})
    void shouldReadWhatNumpyWrote(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = NpzTest.class.getResourceAsStream(name)) {
            Files.copy(in, file);
        }
        Map<String, NpyArray> arrays = Npz.read(file);
        assertEquals(List.of("phi", "roi"), List.copyOf(arrays.keySet()));
        assertEquals(1e300, arrays.get("phi").doubles()[4]);
        assertArrayEquals(
                new int[] {0, 1, 2, Integer.MIN_VALUE, -1, Integer.MAX_VALUE},
                arrays.get("roi").ints());
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeBackUnchangedWhenWritten(Npz.Compression compression) throws IOException {
        Path file = folder.resolve("calibration.npz");
        float[] phi = new float[30_000];
        for (int i = 0; i < phi.length; i++) {
            phi[i] = i % 17;
        }
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("phiLeft", NpyArray.ofFloats(phi, 300, 100));
        arrays.put("angle", NpyArray.ofDoubles(new double[] {0.1}));
        Npz.write(file, arrays, Map.of("manifest.json", "{\"a\": \"µ\"}"), compression);
        Map<String, NpyArray> back = Npz.read(file);
        assertEquals(List.of("phiLeft", "angle"), List.copyOf(back.keySet()));
        assertArrayEquals(phi, back.get("phiLeft").floats());
        assertArrayEquals(new int[] {300, 100}, back.get("phiLeft").shape());
        assertArrayEquals(new double[] {0.1}, back.get("angle").doubles());
        assertEquals(Optional.of("{\"a\": \"µ\"}"), Npz.readText(file, "manifest.json"));
        assertEquals(Optional.empty(), Npz.readText(file, "other.json"));
        byte[] first = Files.readAllBytes(file);
        Npz.write(file, arrays, Map.of("manifest.json", "{\"a\": \"µ\"}"), compression);
        assertArrayEquals(first, Files.readAllBytes(file), "equal contents make equal files");
    }

    @Test
    void shouldNameFileAndEntryWhenBroken() throws IOException {
        Path file = folder.resolve("broken.npz");
        assertTrue(message(file).startsWith(file + ": no such file"), message(file));
        Files.writeString(file, "not a zip archive");
        assertTrue(message(file).startsWith(file + ": "), message(file));
        Npz.write(file, Map.of(), Map.of("x.npy", "text"), Npz.Compression.DEFLATED);
        assertEquals(file + ": x.npy: not a .npy file (it does not start with \\x93NUMPY)", message(file));
        byte[] good = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(good, good.length / 2));
        assertTrue(message(file).startsWith(file + ": "), message(file));
    }

    @Test
    void shouldKeepOlderFileWhenWritingFails() throws IOException {
        Path file = folder.resolve("a.npz");
        Npz.write(file, Map.of("x", NpyArray.ofInts(new int[] {5}, 1)));
        // The archive refuses a second entry of the same name half-way through.
        assertThrows(
                IOException.class,
                () -> Npz.write(
                        file,
                        Map.of("x", NpyArray.ofInts(new int[] {6}, 1)),
                        Map.of("x.npy", "twice"),
                        Npz.Compression.STORED));
        assertArrayEquals(new int[] {5}, Npz.read(file).get("x").ints());
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    private static String message(Path file) {
        return assertThrows(IOException.class, () -> Npz.read(file)).getMessage();
    }
}
