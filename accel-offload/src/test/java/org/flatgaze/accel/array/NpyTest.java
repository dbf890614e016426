package org.flatgaze.accel.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NpyTest {

    @TempDir
    Path folder;

    /** Files in the resources were written by NumPy, see make_arrays.py there. */
    static NpyArray resource(String name) throws IOException {
        try (InputStream in = NpyTest.class.getResourceAsStream(name)) {
            return Npy.read(in, name);
        }
    }

    private static double[] expected(NpyType type) {
        return switch (type) {
            case BOOL -> new double[] {1, 0, 1, 0, 1, 1};
            case UINT8 -> new double[] {0, 1, 2, 128, 254, 255};
            case INT8 -> new double[] {0, 1, 2, -128, -1, 127};
            case UINT16 -> new double[] {0, 1, 2, 32768, 65534, 65535};
            case INT16 -> new double[] {0, 1, 2, -32768, -1, 32767};
            case UINT32 -> new double[] {0, 1, 2, 2147483648.0, 4294967294.0, 4294967295.0};
            case INT32 -> new double[] {0, 1, 2, -2147483648.0, -1, 2147483647};
            case UINT64 -> new double[] {0, 1, 2, 0x1p63, 3, 4};
            case INT64 -> new double[] {0, 1, 2, -9007199254740992.0, -1, 5};
            case FLOAT16 -> new double[] {0, 1, -2, 0.5, 65504, 0x1p-24};
            case FLOAT32 -> new double[] {0, 1, -2, 0.5, 1e30f, -1e-30f};
            case FLOAT64 -> new double[] {0, 1, -2, 0.5, 1e300, -1e-300};
        };
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadWhatNumpyWroteWhateverTypeAndByteOrder(NpyType type) throws IOException {
        for (String suffix : List.of(".npy", "-big.npy")) {
            NpyArray array = resource(type.code() + suffix);
            assertEquals(type, array.type());
            assertArrayEquals(new int[] {2, 3}, array.shape());
            assertArrayEquals(expected(type), array.doubles(), type + suffix);
            float[] floats = array.floats();
            for (int i = 0; i < 6; i++) {
                assertEquals((float) expected(type)[i], floats[i], type + suffix);
            }
        }
    }

    @Test
    void shouldKeepIntegerBitsWhenReadAsIntegers() throws IOException {
        assertArrayEquals(new byte[] {0, 1, 2, -128, -2, -1}, resource("u1.npy").bytes());
        assertArrayEquals(
                new short[] {0, 1, 2, -32768, -2, -1}, resource("u2-big.npy").shorts());
        assertArrayEquals(
                new int[] {0, 1, 2, 32768, 65534, 65535}, resource("u2.npy").ints());
        assertArrayEquals(
                new long[] {0, 1, 2, 1L << 31, (1L << 32) - 2, (1L << 32) - 1},
                resource("u4.npy").longs());
        assertEquals(-9007199254740993L, resource("i8.npy").longs()[3]);
        assertThrows(ArithmeticException.class, () -> resource("u4.npy").ints());
        assertThrows(ArithmeticException.class, () -> resource("u8.npy").longs());
        assertThrows(IllegalStateException.class, () -> resource("f4.npy").ints());
        assertThrows(IllegalStateException.class, () -> resource("f2.npy").shorts());
        IllegalStateException wrong = assertThrows(
                IllegalStateException.class, () -> resource("f4.npy").bytes());
        assertEquals("array is float32[2, 3]: expected bool, uint8 or int8", wrong.getMessage());
    }

    @Test
    void shouldRoundOnceWhenUnsigned64ExceedsDouble() {
        NpyArray array = new NpyArray(NpyType.UINT64, new long[] {-1L, 0x8000000000000401L}, 2, new int[] {2});
        assertArrayEquals(new double[] {0x1p64, 0x1.0000000000001p63}, array.doubles());
    }

    @Test
    void shouldTurnToRowMajorWhenFileIsFortranOrder() throws IOException {
        NpyArray array = resource("fortran.npy");
        assertArrayEquals(new int[] {2, 3, 4}, array.shape());
        int[] ramp = new int[24];
        Arrays.setAll(ramp, i -> i);
        assertArrayEquals(ramp, array.ints());
    }

    @Test
    void shouldReadScalarEmptyAndLaterFormatVersions() throws IOException {
        assertArrayEquals(new int[0], resource("scalar.npy").shape());
        assertArrayEquals(new double[] {2.5}, resource("scalar.npy").doubles());
        assertArrayEquals(new int[] {0, 3}, resource("empty.npy").shape());
        assertEquals(0, resource("empty.npy").size());
        assertArrayEquals(new float[] {0, 1, 2, 3, 4}, resource("vector.npy").floats());
        assertArrayEquals(expected(NpyType.FLOAT32), resource("version2.npy").doubles());
        assertArrayEquals(expected(NpyType.FLOAT32), resource("version3.npy").doubles());
    }

    @ParameterizedTest
    @CsvSource({
        "structured.npy, structured dtype",
        "object.npy, dtype '|O' holds Python objects",
        "complex.npy, dtype '<c8'",
    })
    void shouldRefuseInOneLineWhenTypeIsNotANumber(String name, String reason) {
        IOException refusal = assertThrows(IOException.class, () -> resource(name));
        assertTrue(refusal.getMessage().startsWith(name + ": " + reason), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeBackUnchangedWhenWritten(NpyType type) throws IOException {
        NpyArray array = resource(type.code() + ".npy");
        Path file = folder.resolve("a.npy");
        Npy.write(file, array);
        try (InputStream in = NpyTest.class.getResourceAsStream(type.code() + ".npy")) {
            // NumPy's own header is padded to the same length, so the whole file must be equal.
            assertArrayEquals(in.readAllBytes(), Files.readAllBytes(file));
        }
        assertArrayEquals(expected(type), Npy.read(file).doubles());
        assertEquals(0, Npy.readHeader(file).dataOffset() % 64);
        assertEquals(1, fileCount());
    }

    @Test
    void shouldComeBackUnchangedWhenLongerThanAChunk() throws IOException {
        double[] values = new double[100_003];
        Arrays.setAll(values, i -> i * 0.25);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Npy.write(out, NpyArray.ofDoubles(values, 100_003));
        out.write(42);
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        assertArrayEquals(values, Npy.read(in).doubles());
        assertEquals(42, in.read(), "the stream stands behind the array");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 9, 60, 128, 140})
    void shouldSayTruncatedAndNameFileWhenCut(int length) throws IOException {
        Path file = folder.resolve("cut.npy");
        Npy.write(file, NpyArray.ofFloats(new float[4], 4));
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
        IOException refusal = assertThrows(IOException.class, () -> Npy.read(file));
        assertTrue(refusal.getMessage().startsWith(file + ": "), refusal.getMessage());
        String reason = length < 8 ? "not a .npy file" : "truncated";
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 99999999999999), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1, }",
                "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }",
                "{'descr': '<f4', 'shape': (1,), }",
                "{'descr': '<f4, 'fortran_order': False}",
                "{'descr': 'f4', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 'x'}",
                "",
                "{"
            })
    void shouldRefuseWhenHeaderIsAbsurd(String header) {
        IOException refusal = assertThrows(IOException.class, () -> Npy.read(stream(header), "odd.npy"));
        assertTrue(refusal.getMessage().startsWith("odd.npy: "), refusal.getMessage());
    }

    @Test
    void shouldNotAllocateTheShapeWhenStreamIsShort() {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (500000000,), }";
        IOException refusal = assertThrows(IOException.class, () -> Npy.read(stream(header), "short"));
        assertEquals("short: truncated: 2000000000 bytes of data expected, 0 found", refusal.getMessage());
    }

    @Test
    void shouldNameFileWhenMissing() {
        Path file = folder.resolve("none.npy");
        assertEquals(
                file + ": no such file or folder",
                assertThrows(IOException.class, () -> Npy.read(file)).getMessage());
        Path inNoFolder = folder.resolve("no").resolve("a.npy");
        assertEquals(
                inNoFolder + ": cannot be written: no such file or folder",
                assertThrows(IOException.class, () -> Npy.write(inNoFolder, NpyArray.ofInts(new int[1], 1)))
                        .getMessage());
    }

    @Test
    void shouldRefuseShapeWhenElementsDoNotFit() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> NpyArray.ofFloats(new float[5], 2, 3));
        assertEquals("shape=[2, 3]: expected 6 elements, got 5", refusal.getMessage());
        assertThrows(IllegalArgumentException.class, () -> NpyArray.ofFloats(new float[2], -1, -2));
    }

    @Test
    void shouldStayUnchangedWhenAccessorResultsAreWrittenTo() {
        NpyArray array = NpyArray.ofFloats(new float[] {1, 2}, 2);
        array.floats()[0] = 9;
        array.shape()[0] = 9;
        assertArrayEquals(new float[] {1, 2}, array.floats());
        assertArrayEquals(new int[] {2}, array.shape());
    }

    private static InputStream stream(String header) {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0});
        out.writeBytes(text);
        return new ByteArrayInputStream(out.toByteArray());
    }

    private long fileCount() throws IOException {
        try (var files = Files.list(folder)) {
            return files.count();
        }
    }
}
