package org.flatgaze.calibration.camera;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatFileTest {

    @TempDir
    private Path folder;

    @Test
    void shouldReadMatricesWhenCompressedOrNotInEitherByteOrder() throws IOException {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            for (boolean packed : new boolean[] {false, true}) {
                Path file = folder.resolve("a.mat");
                Files.write(file, file(order, packed, matrix(order, "P1gb", 3, 2), matrix(order, "x", 1, 1)));
                MatFile.Matrix m = MatFile.read(file).get("P1gb");
                assertEquals(3, m.rows());
                assertArrayEquals(new double[] {0, 3, 1, 4, 2, 5}, m.rowMajor());
                assertEquals(0, MatFile.read(file).get("x").values()[0]);
            }
        }
    }

    @Test
    void shouldAverageTheColoursWhenACalibrationIsImported() throws IOException {
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        Path file = folder.resolve("calib.mat");
        Files.write(
                file,
                file(
                        order,
                        true,
                        matrix(order, "P1r", 6, 4),
                        matrix(order, "P1b", 6, 4),
                        matrix(order, "Q1r", 5, 4),
                        matrix(order, "Q1b", 5, 4)));

        SeparablePair pair = MatlabCalibration.read(file, 6, 5);

        assertEquals(4, pair.scene());
        // Columns hold 0..5, 6..11, ...: without their means -2.5..2.5.
        assertEquals(-2.5f, pair.left()[1], 1e-5f);
        assertEquals(2f, pair.right()[4 * 4 + 3], 1e-5f);
        IOException e = assertThrows(IOException.class, () -> MatlabCalibration.read(file, 7, 5));
        assertTrue(e.getMessage().contains("6 x 4, expected 7 x 4"), e.getMessage());
    }

    @Test
    void shouldSayWhatToDoWhenTheFileIsOfAnotherKind() throws IOException {
        Path file = folder.resolve("b.mat");
        Files.write(file, new byte[] {(byte) 0x89, 'H', 'D', 'F', 13, 10, 26, 10});
        assertRefused(file, "did not write");
        Files.write(file, new byte[20]);
        assertRefused(file, "not a MAT-file");
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        byte[] whole = file(order, true, matrix(order, "P1r", 30, 40));
        Files.write(file, Arrays.copyOf(whole, whole.length - 30));
        assertRefused(file, "truncated");
        Files.write(file, file(order, false, matrix(order, "other", 2, 2)));
        IOException e = assertThrows(IOException.class, () -> MatlabCalibration.read(file, 2, 2));
        assertTrue(e.getMessage().contains("[other]"), e.getMessage());
    }

    private static void assertRefused(Path file, String expected) {
        IOException e = assertThrows(IOException.class, () -> MatFile.read(file));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }

    private static byte[] file(ByteOrder order, boolean packed, byte[]... variables) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] header = new byte[128];
        Arrays.fill(header, 0, 116, (byte) ' ');
        byte[] text = "MATLAB 5.0 MAT-file".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, 0, text.length);
        ByteBuffer.wrap(header).order(order).putShort(124, (short) 0x0100).putShort(126, (short) (('M' << 8) | 'I'));
        out.write(header);
        for (byte[] variable : variables) {
            if (packed) {
                Deflater deflater = new Deflater();
                deflater.setInput(variable);
                deflater.finish();
                byte[] small = new byte[variable.length + 64];
                int length = deflater.deflate(small);
                deflater.end();
                out.write(ByteBuffer.allocate(8)
                        .order(order)
                        .putInt(15)
                        .putInt(length)
                        .array());
                out.write(small, 0, length);
            } else {
                out.write(variable);
            }
        }
        return out.toByteArray();
    }

    /** A matrix of doubles that counts up column by column. */
    private static byte[] matrix(ByteOrder order, String name, int rows, int cols) {
        int nameRoom = name.length() <= 4 ? 8 : 8 + (name.length() + 7) / 8 * 8;
        int length = 16 + 16 + nameRoom + 8 + 8 * rows * cols;
        ByteBuffer b = ByteBuffer.allocate(8 + length).order(order);
        b.putInt(14).putInt(length);
        b.putInt(6).putInt(8).putInt(6).putInt(0);
        b.putInt(5).putInt(8).putInt(rows).putInt(cols);
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        if (text.length <= 4) {
            b.putInt((text.length << 16) | 1).put(text).position(8 + 16 + 16 + nameRoom);
        } else {
            b.putInt(1).putInt(text.length).put(text).position(8 + 16 + 16 + nameRoom);
        }
        b.putInt(9).putInt(8 * rows * cols);
        for (int i = 0; i < rows * cols; i++) {
            b.putDouble(i);
        }
        return b.array();
    }
}
