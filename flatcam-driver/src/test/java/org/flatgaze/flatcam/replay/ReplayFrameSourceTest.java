package org.flatgaze.flatcam.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.flatgaze.flatcam.FrameSource.ReadResult;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayFrameSourceTest {

    private static final SensorFormat FORMAT = new SensorFormat(8, 3, 10, Packing.RAW10);

    @TempDir
    Path folder;

    private static short[] samples(int frame) {
        short[] samples = new short[FORMAT.samples()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) ((i * 37 + frame * 101) & 1023);
        }
        return samples;
    }

    private static short[] shiftedLeft(short[] samples, int bits) {
        short[] shifted = samples.clone();
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] = (short) (shifted[i] << bits);
        }
        return shifted;
    }

    private void png(String name, short[] samples) throws IOException {
        OpenCvImages.writePng(folder.resolve(name), new Picture(8, 3, 1, 16, samples));
    }

    private Path npy(String name, String dtype, String shape, byte[] data) throws IOException {
        String header = "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + shape + ", }";
        header += " ".repeat((64 - (10 + header.length() + 1) % 64) % 64) + "\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x93);
        out.writeBytes("NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1));
        out.write(header.length() & 0xff);
        out.write(header.length() >> 8);
        out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(data);
        Path path = folder.resolve(name);
        Files.write(path, out.toByteArray());
        return path;
    }

    private static byte[] littleEndian(int frames, int shift) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int frame = 0; frame < frames; frame++) {
            for (short sample : samples(frame)) {
                int value = (sample & 0xffff) << shift;
                out.write(value & 0xff);
                out.write(value >> 8);
            }
        }
        return out.toByteArray();
    }

    private static void assertFrames(ReplayFrameSource source, int... expectedFrames) throws IOException {
        SensorFrame frame = new SensorFrame(FORMAT);
        short[] unpacked = new short[FORMAT.samples()];
        source.start();
        for (int i = 0; i < expectedFrames.length; i++) {
            assertEquals(ReadResult.FRAME, source.read(frame));
            RawPacking.unpack(frame, unpacked);
            assertArrayEquals(samples(expectedFrames[i]), unpacked);
            assertEquals(i, frame.sequence());
        }
    }

    @Test
    void shouldPlayAFolderInNumberOrderAndEnd() throws IOException {
        png("frame_10.png", samples(2));
        png("frame_9.png", samples(1));
        png("frame_1.png", samples(0));
        Files.writeString(folder.resolve("notes.txt"), "not a frame");
        try (ReplayFrameSource source = ReplayFrameSource.open(folder, FORMAT, 0, false)) {
            assertFrames(source, 0, 1, 2);
            assertEquals(ReadResult.END, source.read(new SensorFrame(FORMAT)));
        }
    }

    @Test
    void shouldReadSamplesFromTheHighBitsWhenTheyLieThere() throws IOException {
        png("a.png", shiftedLeft(samples(0), 6));
        try (ReplayFrameSource source = ReplayFrameSource.open(folder, FORMAT, 0, true)) {
            assertFrames(source, 0, 0);
        }
        Path stack = npy("high.npy", "<u2", "(2, 3, 8)", littleEndian(2, 6));
        try (ReplayFrameSource source = ReplayFrameSource.open(stack, FORMAT, 0, false)) {
            assertFrames(source, 0, 1);
        }
    }

    @Test
    void shouldCountOnWhenAStackIsPlayedInALoop() throws IOException {
        Path stack = npy("three.npy", "<u2", "(3, 3, 8)", littleEndian(3, 0));
        try (ReplayFrameSource source = ReplayFrameSource.open(stack, FORMAT, 0, true)) {
            assertEquals(3, source.frameCount());
            assertFrames(source, 0, 1, 2, 0, 1);
            assertEquals(1, source.lastIndex());
        }
    }

    @Test
    void shouldStampTheTimeAFrameWasDueWhenTheRateIsForced() throws IOException {
        Path stack = npy("three.npy", "<u2", "(3, 3, 8)", littleEndian(3, 0));
        try (ReplayFrameSource source = ReplayFrameSource.open(stack, FORMAT, 10_000, false)) {
            SensorFrame frame = new SensorFrame(FORMAT);
            source.start();
            source.read(frame);
            long first = frame.captureNanos();
            source.read(frame);
            source.read(frame);
            assertEquals(200_000, frame.captureNanos() - first);
        }
    }

    @Test
    void shouldPlayAPackedFrameFile() throws IOException {
        Path path = folder.resolve("eyes.frames");
        try (FrameCacheWriter writer = new FrameCacheWriter(path, FORMAT, 1)) {
            SensorFrame frame = new SensorFrame(FORMAT);
            for (int i = 0; i < 2; i++) {
                RawPacking.pack(samples(i), frame);
                writer.append(frame, new FrameTruth());
            }
            writer.commit();
        }
        try (ReplayFrameSource source = ReplayFrameSource.open(path, FORMAT, 0, true)) {
            assertFrames(source, 0, 1, 0);
        }
        refuses(path, SensorFormat.REFERENCE, "expected SensorFormat[width=640");
    }

    @Test
    void shouldRefuseAnEmptyFolderAndAMissingPath() {
        refuses(folder, FORMAT, "no .png file");
        refuses(folder.resolve("none.npy"), FORMAT, "no such file or folder");
    }

    @Test
    void shouldSayWhatIsNeededWhenAPngIsNoRawFrame() throws IOException {
        Path path = folder.resolve("a.png");
        OpenCvImages.writePng(path, new Picture(8, 3, 1, 8, new short[24]));
        refuses(folder, FORMAT, "8-bit PNG, but raw 10-bit samples are needed");
        OpenCvImages.writePng(path, new Picture(8, 3, 3, 16, new short[72]));
        refuses(folder, FORMAT, "colour picture");
        OpenCvImages.writePng(path, new Picture(4, 6, 1, 16, new short[24]));
        refuses(folder, FORMAT, "4 x 6 samples, expected 8 x 3");
        short[] odd = samples(0);
        odd[0] = 1025;
        OpenCvImages.writePng(path, new Picture(8, 3, 1, 16, odd));
        refuses(folder, FORMAT, "check the bit depth");
    }

    @Test
    void shouldRefuseATruncatedPng() throws IOException {
        png("a.png", samples(0));
        byte[] whole = Files.readAllBytes(folder.resolve("a.png"));
        Files.write(folder.resolve("a.png"), Arrays.copyOf(whole, whole.length - 20));
        refuses(folder, FORMAT, "truncated PNG");
    }

    @Test
    void shouldRefuseADamagedOrUnfitNpyFile() throws IOException {
        byte[] data = littleEndian(3, 0);
        refuses(npy("a.npy", "<u2", "(3, 3, 8)", Arrays.copyOf(data, data.length - 1)), FORMAT, "truncated");
        refuses(npy("a.npy", "<f4", "(3, 3, 8)", new byte[288]), FORMAT, "holds float32 samples, expected uint16");
        refuses(npy("a.npy", "|u1", "(6, 3, 8)", data), FORMAT, "raw 10-bit samples are needed");
        refuses(npy("a.npy", "<u2", "(3, 8, 3)", data), FORMAT, "shape [3, 8, 3]");
        refuses(npy("a.npy", "<u2", "(0, 3, 8)", data), FORMAT, "shape [0, 3, 8]");
        Path path = folder.resolve("b.npy");
        Files.writeString(path, "hello, this is no array");
        refuses(path, FORMAT, "not a .npy file");
        byte[] whole = Files.readAllBytes(npy("a.npy", "<u2", "(3, 3, 8)", data));
        Files.write(path, Arrays.copyOf(whole, 30));
        refuses(path, FORMAT, "truncated");
    }

    private static void refuses(Path path, SensorFormat format, String reason) {
        IOException e = assertThrows(
                IOException.class,
                () -> ReplayFrameSource.open(path, format, 0, false).close());
        assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
}
