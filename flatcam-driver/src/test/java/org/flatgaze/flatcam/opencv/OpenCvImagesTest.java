package org.flatgaze.flatcam.opencv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenCvImagesTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1, 8", "1, 16", "3, 8", "3, 16"})
    void shouldReturnTheSamplesWhenWrittenAndRead(int channels, int bitDepth) throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        short[] samples = new short[7 * 5 * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) random.nextInt(1 << bitDepth);
        }
        Path path = folder.resolve("a.png");
        OpenCvImages.writePng(path, new Picture(7, 5, channels, bitDepth, samples));
        Picture back = OpenCvImages.read(path);
        assertEquals(7, back.width());
        assertEquals(5, back.height());
        assertEquals(channels, back.channels());
        assertEquals(bitDepth, back.bitDepth());
        assertArrayEquals(samples, back.samples());
    }

    @Test
    void shouldRefuseWhatIsNoPicture() throws IOException {
        Path path = folder.resolve("a.png");
        refuses(path, "no such picture file");
        Files.write(path, new byte[0]);
        refuses(path, "empty file");
        Files.writeString(path, "not a picture at all");
        refuses(path, "not a picture");
        OpenCvImages.writePng(path, new Picture(7, 5, 1, 8, new short[35]));
        byte[] whole = Files.readAllBytes(path);
        for (int kept : new int[] {9, 20, whole.length / 2, whole.length - 1}) {
            Files.write(path, Arrays.copyOf(whole, kept));
            refuses(path, "truncated PNG");
        }
    }

    private static void refuses(Path path, String reason) {
        IOException e = assertThrows(IOException.class, () -> OpenCvImages.read(path));
        assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
}
