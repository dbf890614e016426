package org.flatgaze.flatcam.opencv;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_MAKETYPE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Reads and writes picture files; samples keep their depth, nothing is scaled. Any thread. */
public final class OpenCvImages {

    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int PNG_END = 0x49454e44; // "IEND"

    static {
        OpenCvLibrary.prepare();
    }

    private OpenCvImages() {}

    /**
     * Reads a PNG (or any other format OpenCV decodes) of 8 or 16 bits, grey or colour; an alpha channel is dropped.
     *
     * @throws IOException if the file is missing, truncated, or no picture; one line that names it
     */
    public static Picture read(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IOException(path + ": no such picture file");
        }
        byte[] bytes = Files.readAllBytes(path);
        if (bytes.length == 0) {
            throw new IOException(path + ": empty file");
        }
        // The decoder fills what is missing from a cut-off PNG with black and says nothing, so look first.
        if (startsAsPng(bytes) && !endsAsPng(bytes)) {
            throw new IOException(path + ": truncated PNG (" + bytes.length + " bytes, end marker missing)");
        }
        try (BytePointer data = new BytePointer(bytes);
                Mat encoded = new Mat(1, bytes.length, CV_8U, data);
                Mat decoded = imdecode(encoded, IMREAD_UNCHANGED)) {
            if (decoded == null || decoded.empty()) {
                throw new IOException(path + ": not a picture that can be decoded");
            }
            return toPicture(path, decoded);
        }
    }

    /**
     * Writes a PNG of 8 or 16 bits, grey or RGB; the file appears complete or not at all.
     *
     * @param path a name that ends in .png
     */
    public static void writePng(Path path, Picture picture) throws IOException {
        int depth = picture.bitDepth() == 8 ? CV_8U : CV_16U;
        byte[] bytes;
        try (Mat mat = new Mat(picture.height(), picture.width(), CV_MAKETYPE(depth, picture.channels()));
                BytePointer encoded = new BytePointer()) {
            fill(mat, picture);
            if (!imencode(".png", mat, encoded)) {
                throw new IOException(path + ": cannot encode " + picture.width() + " x " + picture.height() + " PNG");
            }
            bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
        }
        Path temporary = path.resolveSibling("." + path.getFileName() + ".tmp");
        Files.write(temporary, bytes);
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Picture toPicture(Path path, Mat mat) throws IOException {
        int stored = mat.channels();
        if (stored == 2 || stored > 4) {
            throw new IOException(path + ": " + stored + " channels, expected grey or colour");
        }
        if (mat.depth() != CV_8U && mat.depth() != CV_16U) {
            throw new IOException(path + ": samples are neither 8 nor 16 bit unsigned");
        }
        int channels = stored == 1 ? 1 : 3;
        int bitDepth = mat.depth() == CV_8U ? 8 : 16;
        short[] samples = new short[Math.multiplyExact(Math.multiplyExact(mat.rows(), mat.cols()), channels)];
        ByteBuffer source = bytes(mat);
        for (int pixel = 0, at = 0; at < samples.length; pixel++) {
            for (int channel = 0; channel < channels; channel++, at++) {
                // OpenCV keeps blue first.
                int from = pixel * stored + (channels == 1 ? 0 : 2 - channel);
                samples[at] = bitDepth == 8 ? (short) (source.get(from) & 0xff) : source.getShort(2 * from);
            }
        }
        return new Picture(mat.cols(), mat.rows(), channels, bitDepth, samples);
    }

    private static void fill(Mat mat, Picture picture) {
        ByteBuffer target = bytes(mat);
        short[] samples = picture.samples();
        int channels = picture.channels();
        for (int at = 0; at < samples.length; at++) {
            int to = channels == 1 ? at : at - at % 3 + (2 - at % 3);
            if (picture.bitDepth() == 8) {
                target.put(to, (byte) samples[at]);
            } else {
                target.putShort(2 * to, samples[at]);
            }
        }
    }

    /** The samples of a matrix without gaps between its rows. */
    private static ByteBuffer bytes(Mat mat) {
        long size = mat.total() * mat.elemSize();
        return mat.data().capacity(size).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    private static boolean startsAsPng(byte[] bytes) {
        return bytes.length >= PNG_SIGNATURE.length
                && Arrays.equals(bytes, 0, PNG_SIGNATURE.length, PNG_SIGNATURE, 0, PNG_SIGNATURE.length);
    }

    /** Whether the chain of chunks reaches the end marker inside the file. */
    private static boolean endsAsPng(byte[] bytes) {
        ByteBuffer chunks = ByteBuffer.wrap(bytes);
        long at = PNG_SIGNATURE.length;
        while (at + 12 <= bytes.length) {
            long length = chunks.getInt((int) at) & 0xffff_ffffL;
            int type = chunks.getInt((int) at + 4);
            at += 12 + length;
            if (type == PNG_END) {
                return at <= bytes.length;
            }
        }
        return false;
    }
}
