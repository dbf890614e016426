package org.flatgaze.accel.array;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Reads and writes NumPy's {@code .npz}: a zip archive with one {@code .npy} entry per array. Text entries, such as a
 * {@code manifest.json}, may stand beside the arrays; NumPy shows them as bytes.
 *
 * <p>Equal contents in equal order make equal files: entries carry a fixed date. Every {@link IOException} is one line
 * that names the file and, where there is one, the entry.
 */
public final class Npz {

    /** How entries are kept. */
    public enum Compression {
        /** As they are, like {@code numpy.savez}. */
        STORED,
        /** Deflated, like {@code numpy.savez_compressed}. */
        DEFLATED
    }

    private static final String SUFFIX = ".npy";

    /** Longest text entry accepted. */
    private static final int MAX_TEXT_BYTES = 1 << 24;

    /** The first moment a zip entry can name. */
    private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Npz() {}

    /**
     * Reads all arrays, in the file's order, under their names without {@code .npy}; other entries are left out.
     *
     * @throws IOException if the file is missing, not a zip archive, or an array in it cannot be read
     */
    public static Map<String, NpyArray> read(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Map<String, NpyArray> arrays = new LinkedHashMap<>();
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
                ZipEntry entry = all.nextElement();
                String name = entry.getName();
                if (entry.isDirectory() || !name.endsWith(SUFFIX)) {
                    continue;
                }
                NpyArray array = readEntry(zip, entry);
                if (arrays.put(name.substring(0, name.length() - SUFFIX.length()), array) != null) {
                    throw new IOException(name + " occurs twice");
                }
            }
            return arrays;
        } catch (IOException e) {
            throw new IOException(file + ": " + AtomicFile.reason(e), e);
        }
    }

    /**
     * Reads a text entry, UTF-8.
     *
     * @return empty if there is no such entry
     * @throws IOException if the file is missing, not a zip archive, or the text is longer than 16 MiB
     */
    public static Optional<String> readText(Path file, String entryName) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(entryName);
            if (entry == null) {
                return Optional.empty();
            }
            try (InputStream in = zip.getInputStream(entry)) {
                byte[] bytes = in.readNBytes(MAX_TEXT_BYTES + 1);
                if (bytes.length > MAX_TEXT_BYTES) {
                    throw new IOException(entryName + " is longer than " + MAX_TEXT_BYTES + " bytes");
                }
                return Optional.of(new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new IOException(file + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Writes arrays uncompressed, replacing an older file in one step. */
    public static void write(Path file, Map<String, NpyArray> arrays) throws IOException {
        write(file, arrays, Map.of(), Compression.STORED);
    }

    /**
     * Writes arrays and text entries, replacing an older file in one step.
     *
     * @param arrays by name without {@code .npy}, written in the map's order
     * @param texts by full entry name, such as {@code manifest.json}; written first
     * @throws IOException if the folder is missing or not writable, or the disk is full
     */
    public static void write(
            Path file, Map<String, NpyArray> arrays, Map<String, String> texts, Compression compression)
            throws IOException {
        AtomicFile.write(file, out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            for (Map.Entry<String, String> text : texts.entrySet()) {
                byte[] bytes = text.getValue().getBytes(StandardCharsets.UTF_8);
                writeEntry(zip, text.getKey(), compression, to -> to.write(bytes));
            }
            for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
                NpyArray value = array.getValue();
                writeEntry(zip, array.getKey() + SUFFIX, compression, to -> Npy.write(to, value));
            }
            zip.finish();
        });
    }

    private static NpyArray readEntry(ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return Npy.read(in, entry.getName());
        }
    }

    private static void writeEntry(
            ZipOutputStream zip, String name, Compression compression, AtomicFile.Content content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(ENTRY_TIME);
        if (compression == Compression.STORED) {
            // A stored entry announces length and checksum before its data: write it once into nothing.
            SizeCounter counter = new SizeCounter();
            CheckedOutputStream checked = new CheckedOutputStream(counter, new CRC32());
            content.writeTo(checked);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(counter.bytes);
            entry.setCompressedSize(counter.bytes);
            entry.setCrc(checked.getChecksum().getValue());
        }
        zip.putNextEntry(entry);
        BufferedOutputStream buffered = new BufferedOutputStream(zip, 1 << 16);
        content.writeTo(buffered);
        buffered.flush();
        zip.closeEntry();
    }

    private static final class SizeCounter extends OutputStream {
        long bytes;

        @Override
        public void write(int value) {
            bytes++;
        }

        @Override
        public void write(byte[] data, int offset, int length) {
            bytes += length;
        }
    }
}
