package org.flatgaze.calibration.camera;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Grey 8-bit PNG in memory (W3C PNG specification). */
final class GreyPng {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private GreyPng() {}

    /** A picture as an {@code img} address; {@code low} becomes black and {@code high} white. */
    static String dataUri(float[] picture, int width, double low, double high) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes(picture, width, low, high));
    }

    /** A picture as a file's bytes; {@code low} becomes black and {@code high} white. */
    static byte[] bytes(float[] picture, int width, double low, double high) {
        int height = picture.length / width;
        byte[] raw = new byte[height * (width + 1)];
        for (int r = 0; r < height; r++) {
            for (int c = 0; c < width; c++) {
                double share = (picture[r * width + c] - low) / Math.max(high - low, 1e-30);
                raw[r * (width + 1) + 1 + c] = (byte) (int) Math.clamp(Math.round(255 * share), 0L, 255L);
            }
        }
        Deflater deflater = new Deflater(9);
        deflater.setInput(raw);
        deflater.finish();
        byte[] packed = new byte[raw.length + 1024];
        int length = deflater.deflate(packed);
        deflater.end();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 0, 0, 0, 0})
                .array();
        chunk(out, "IHDR", header, header.length);
        chunk(out, "IDAT", packed, length);
        chunk(out, "IEND", new byte[0], 0);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data, int length) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data, 0, length);
        out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
        out.writeBytes(name);
        out.write(data, 0, length);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
