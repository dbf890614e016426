package org.flatgaze.calibration.camera;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads the real numeric matrices of a MATLAB level 5 MAT-file (The MathWorks, "MAT-File Format", sections 1-4 to 1-20):
 * compressed or not, either byte order; members of one level of structures appear under their own name. Files of level
 * 7.3 are another format with the same first line: {@link Hdf5MatFile} reads them.
 */
final class MatFile {

    private static final int HEADER = 128;
    private static final int MATRIX = 14;
    private static final int COMPRESSED = 15;
    private static final int STRUCT_CLASS = 2;
    static final int LARGEST_BYTES = 1 << 29;

    private final Path file;
    private final Map<String, Matrix> found = new LinkedHashMap<>();

    private MatFile(Path file) {
        this.file = file;
    }

    /** A matrix, column-major as stored. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers
    record Matrix(int rows, int cols, double[] values) {

        double[] rowMajor() {
            double[] out = new double[values.length];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++) {
                    out[i * cols + j] = values[j * rows + i];
                }
            }
            return out;
        }
    }

    /** All real numeric matrices by name; a structure's members also under their own name. */
    static Map<String, Matrix> read(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        if (bytes.length >= 8 && bytes[0] == (byte) 0x89 && bytes[1] == 'H' && bytes[2] == 'D' && bytes[3] == 'F') {
            throw new IOException(
                    path + ": an HDF5 file that MATLAB did not write, so that rows and columns cannot be told"
                            + " apart; load it in MATLAB and save it there");
        }
        if (bytes.length < HEADER) {
            throw new IOException(path + ": " + bytes.length + " bytes, not a MAT-file");
        }
        if (new String(bytes, 0, 19, StandardCharsets.US_ASCII).startsWith("MATLAB 7.3")) {
            return Hdf5MatFile.read(path);
        }
        boolean little = bytes[126] == 'I' && bytes[127] == 'M';
        boolean big = bytes[126] == 'M' && bytes[127] == 'I';
        if (!little && !big) {
            throw new IOException(path + ": not a MAT-file of level 5 or 7.3; save with `save -v7`");
        }
        MatFile reader = new MatFile(path);
        ByteBuffer data = ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER)
                .slice()
                .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        try {
            reader.elements(data);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IOException(path + ": truncated or damaged MAT-file", e);
        }
        return reader.found;
    }

    private void elements(ByteBuffer data) throws IOException {
        while (data.remaining() >= 8) {
            Element element = next(data);
            if (element.type() == COMPRESSED) {
                elements(inflated(element.data()));
            } else if (element.type() == MATRIX) {
                matrix(element.data(), null);
            }
        }
    }

    private record Element(int type, ByteBuffer data) {}

    private static Element next(ByteBuffer data) {
        int tag = data.getInt();
        int small = tag >>> 16;
        if (small != 0) {
            // A small element: type and length share four bytes, up to four bytes of data follow.
            ByteBuffer part = data.slice(data.position(), small).order(data.order());
            data.position(data.position() + 4);
            return new Element(tag & 0xffff, part);
        }
        int length = data.getInt();
        ByteBuffer part = data.slice(data.position(), length).order(data.order());
        int padded = tag == COMPRESSED ? length : (length + 7) / 8 * 8;
        data.position(Math.min(data.limit(), data.position() + padded));
        return new Element(tag, part);
    }

    private ByteBuffer inflated(ByteBuffer packed) throws IOException {
        Inflater inflater = new Inflater();
        inflater.setInput(packed);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] block = new byte[1 << 16];
        try {
            while (!inflater.finished()) {
                int n = inflater.inflate(block);
                if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new IOException(file + ": truncated compressed variable");
                }
                out.write(block, 0, n);
                if (out.size() > LARGEST_BYTES) {
                    throw new IOException(file + ": a variable is larger than " + LARGEST_BYTES + " bytes");
                }
            }
        } catch (DataFormatException e) {
            throw new IOException(file + ": damaged compressed variable", e);
        } finally {
            inflater.end();
        }
        return ByteBuffer.wrap(out.toByteArray()).order(packed.order());
    }

    private void matrix(ByteBuffer data, String member) throws IOException {
        if (data.remaining() < 16) {
            return;
        }
        int flags = next(data).data().getInt();
        int type = flags & 0xff;
        boolean complex = (flags & 0x800) != 0;
        ByteBuffer dimensions = next(data).data();
        int rank = dimensions.remaining() / 4;
        int rows = dimensions.getInt();
        int cols = dimensions.getInt();
        ByteBuffer nameBytes = next(data).data();
        byte[] raw = new byte[nameBytes.remaining()];
        nameBytes.get(raw);
        String name = member == null ? new String(raw, StandardCharsets.US_ASCII) : member;
        if (type == STRUCT_CLASS && member == null) {
            structure(data, rows * cols);
        } else if (type >= 6 && type <= 15 && rank == 2 && !complex) {
            found.put(name, new Matrix(rows, cols, numbers(next(data), rows, cols, name)));
        }
    }

    private void structure(ByteBuffer data, int count) throws IOException {
        int length = next(data).data().getInt();
        ByteBuffer names = next(data).data();
        int fields = names.remaining() / length;
        for (int i = 0; i < count * fields; i++) {
            byte[] raw = new byte[length];
            names.get(i % fields * length, raw);
            String name = new String(raw, StandardCharsets.US_ASCII);
            int end = name.indexOf(0);
            Element element = next(data);
            matrix(element.data(), end < 0 ? name : name.substring(0, end));
        }
    }

    private double[] numbers(Element element, int rows, int cols, String name) throws IOException {
        int n = Math.multiplyExact(rows, cols);
        double[] out = new double[n];
        ByteBuffer data = element.data();
        for (int i = 0; i < n; i++) {
            out[i] = switch (element.type()) {
                case 1 -> data.get();
                case 2 -> data.get() & 0xff;
                case 3 -> data.getShort();
                case 4 -> data.getShort() & 0xffff;
                case 5 -> data.getInt();
                case 6 -> data.getInt() & 0xffffffffL;
                case 7 -> data.getFloat();
                case 9 -> data.getDouble();
                default ->
                    throw new IOException(
                            file + ": variable " + name + " has numbers of type " + element.type() + ", not supported");
            };
        }
        return out;
    }
}
