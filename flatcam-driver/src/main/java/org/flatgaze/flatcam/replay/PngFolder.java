package org.flatgaze.flatcam.replay;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;

/**
 * The grey PNG files of one folder, decoded and packed when opened: decoding takes longer than a frame period, so it must not
 * happen while playing.
 */
final class PngFolder implements FrameStore {

    private final SensorFormat format;
    private final List<byte[]> frames = new ArrayList<>();

    PngFolder(Path folder, SensorFormat format) throws IOException {
        this.format = format;
        List<Path> files = files(folder);
        long needed = (long) files.size() * format.frameBytes();
        if (needed > Runtime.getRuntime().maxMemory() / 2) {
            throw new IOException(folder + ": " + files.size() + " frames need " + needed / 1_000_000
                    + " MB, more than half of the Java heap; raise -Xmx or convert them to one .npy file");
        }
        List<short[]> samples = new ArrayList<>();
        int usedBits = 0;
        for (Path file : files) {
            short[] decoded = decode(file);
            usedBits |= SampleAlignment.usedBits(decoded);
            samples.add(decoded);
        }
        int shift = SampleAlignment.shift(folder.toString(), usedBits, format);
        for (short[] decoded : samples) {
            SampleAlignment.shiftRight(decoded, shift);
            byte[] packed = new byte[format.frameBytes()];
            RawPacking.pack(decoded, format, packed);
            frames.add(packed);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(path -> path.getFileName()
                            .toString()
                            .toLowerCase(Locale.ROOT)
                            .endsWith(".png"))
                    .sorted((a, b) -> compareNumbered(
                            a.getFileName().toString(), b.getFileName().toString()))
                    .toList();
            if (files.isEmpty()) {
                throw new IOException(folder + ": no .png file in this folder");
            }
            return files;
        }
    }

    private short[] decode(Path file) throws IOException {
        Picture picture = OpenCvImages.read(file);
        if (picture.channels() != 1) {
            throw new IOException(file + ": colour picture, expected raw grey samples");
        }
        if (picture.bitDepth() == 8 && format.bitDepth() > 8) {
            throw new IOException(file + ": 8-bit PNG, but raw " + format.bitDepth()
                    + "-bit samples are needed; save raw frames as 16-bit grey PNG");
        }
        if (picture.width() != format.width() || picture.height() != format.height()) {
            throw new IOException(file + ": " + picture.width() + " x " + picture.height() + " samples, expected "
                    + format.width() + " x " + format.height());
        }
        return picture.samples();
    }

    /** Orders frame_9 before frame_10: runs of digits compare as numbers. */
    static int compareNumbered(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
                int endA = endOfDigits(a, i);
                int endB = endOfDigits(b, j);
                int order = new BigInteger(a.substring(i, endA)).compareTo(new BigInteger(b.substring(j, endB)));
                if (order != 0) {
                    return order;
                }
                i = endA;
                j = endB;
            } else {
                int order = Character.compare(a.charAt(i), b.charAt(j));
                if (order != 0) {
                    return order;
                }
                i++;
                j++;
            }
        }
        int order = Integer.compare(a.length() - i, b.length() - j);
        return order != 0 ? order : a.compareTo(b);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int endOfDigits(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    @Override
    public SensorFormat format() {
        return format;
    }

    @Override
    public int frameCount() {
        return frames.size();
    }

    @Override
    public void read(int index, SensorFrame into) {
        System.arraycopy(frames.get(index), 0, into.data(), 0, format.frameBytes());
    }

    @Override
    public void close() {
        frames.clear();
    }
}
