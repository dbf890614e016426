package org.flatgaze.accel.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NpyStackWriterTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("frames.npy");
    }

    @Test
    void shouldHoldAllRowsWhenClosed() throws IOException {
        try (NpyStackWriter writer = new NpyStackWriter(file, NpyType.UINT16, 2, 2)) {
            for (int i = 0; i < 12; i++) {
                writer.append(new short[] {(short) i, 1, 2, (short) 65535});
            }
            writer.append(new byte[] {9, 9, 1, 2, 0, 0, 0, 0, 0, 0}, 2);
            assertEquals(13, writer.count());
            assertFalse(Files.exists(file), "the name appears at close");
        }
        NpyArray array = Npy.read(file);
        assertArrayEquals(new int[] {13, 2, 2}, array.shape());
        assertEquals(NpyType.UINT16, array.type());
        int[] values = array.ints();
        assertEquals(11, values[44]);
        assertEquals(65535, values[47]);
        assertEquals(0x0201, values[48]);
        assertEquals(1, fileCount());
    }

    @Test
    void shouldMakeEmptyStackWhenNothingWasAppended() throws IOException {
        new NpyStackWriter(file, NpyType.FLOAT32, 3).close();
        assertArrayEquals(new int[] {0, 3}, Npy.read(file).shape());
    }

    @Test
    void shouldLeaveOlderFileWhenDiscarded() throws IOException {
        Npy.write(file, NpyArray.ofInts(new int[] {7}, 1));
        try (NpyStackWriter writer = new NpyStackWriter(file, NpyType.FLOAT32, 1)) {
            writer.append(new float[] {1});
            writer.discard();
        }
        assertArrayEquals(new int[] {7}, Npy.read(file).ints());
        assertEquals(1, fileCount());
    }

    @Test
    void shouldRefuseWhenRowDoesNotFit() throws IOException {
        try (NpyStackWriter writer = new NpyStackWriter(file, NpyType.FLOAT32, 2)) {
            assertThrows(IllegalArgumentException.class, () -> writer.append(new float[3]));
            assertThrows(IllegalArgumentException.class, () -> writer.append(new short[2]));
            assertThrows(IllegalArgumentException.class, () -> writer.append(new byte[8], 1));
            assertEquals(0, writer.count());
        }
        assertThrows(IllegalArgumentException.class, () -> new NpyStackWriter(file, NpyType.FLOAT32, 2, 0));
        IOException missing = assertThrows(
                IOException.class, () -> new NpyStackWriter(folder.resolve("no/a.npy"), NpyType.FLOAT32, 2));
        assertTrue(missing.getMessage().endsWith("no such file or folder"), missing.getMessage());
    }

    @Test
    void shouldRefuseRowsAndKeepFileWhenClosedTwice() throws IOException {
        NpyStackWriter writer = new NpyStackWriter(file, NpyType.FLOAT32, 1);
        writer.append(new float[] {3});
        writer.close();
        writer.close();
        assertThrows(IllegalStateException.class, () -> writer.append(new float[1]));
        assertArrayEquals(new float[] {3}, Npy.read(file).floats());
    }

    @Test
    void shouldAllocateNothingWhenAppending() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] row = new float[64];
        byte[] bytes = new byte[256];
        try (NpyStackWriter writer = new NpyStackWriter(file, NpyType.FLOAT32, 64)) {
            long allocated = Long.MAX_VALUE;
            for (int block = 0; block < 100 && allocated > 0; block++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 100; i++) {
                    writer.append(row);
                    writer.append(bytes, 0);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertEquals(0, allocated, "bytes in 200 rows");
            writer.discard();
        }
    }

    private long fileCount() throws IOException {
        try (var files = Files.list(folder)) {
            return files.count();
        }
    }
}
