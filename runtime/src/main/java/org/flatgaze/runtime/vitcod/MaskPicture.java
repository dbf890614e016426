package org.flatgaze.runtime.vitcod;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.flatgaze.accel.vitcod.mask.HeadMask;

/** A mask as a picture of one pixel per pair: pruned white, kept dark, kept in the denser part orange. */
final class MaskPicture {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] PALETTE = {
        (byte) 0xff,
        (byte) 0xff,
        (byte) 0xff,
        0x1f,
        0x3a,
        0x5f,
        (byte) 0xe0,
        0x7b,
        0x1a,
        (byte) 0xfb,
        (byte) 0xe8,
        (byte) 0xcf
    };

    private MaskPicture() {}

    /**
     * A data URI of a PNG.
     *
     * @param denserColumns leading columns to tint
     */
    static String dataUri(HeadMask mask, int denserColumns) {
        byte[] rows = new byte[mask.queries() * (mask.keys() + 1)];
        int at = 0;
        for (int query = 0; query < mask.queries(); query++) {
            at++; // filter type 0 of the row
            for (int key = 0; key < mask.keys(); key++) {
                boolean denser = key < denserColumns;
                rows[at++] = (byte) (mask.keeps(query, key) ? (denser ? 2 : 1) : (denser ? 3 : 0));
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(mask.keys()).putInt(mask.queries());
        header.put((byte) 8).put((byte) 3);
        chunk(png, "IHDR", header.array());
        chunk(png, "PLTE", PALETTE);
        chunk(png, "IDAT", deflate(rows));
        chunk(png, "IEND", new byte[0]);
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
    }

    private static byte[] deflate(byte[] rows) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(rows);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] part = new byte[4096];
            while (!deflater.finished()) {
                out.write(part, 0, deflater.deflate(part));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(name);
        png.writeBytes(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
