package org.flatgaze.runtime.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EyePictureTest {

    @TempDir
    private Path folder;

    /** Columns get brighter to the right, one level each. */
    private Path ramp(String name, int width, int height, int type) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (type == BufferedImage.TYPE_BYTE_GRAY) {
                    image.getRaster().setSample(x, y, 0, x);
                } else {
                    image.setRGB(x, y, 0xff000000 | (x << 16) | (x << 8) | x);
                }
            }
        }
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private Path labels(String name, int width, int height, int label) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < width * height; i++) {
            image.getRaster().setSample(i % width, i / width, 0, label);
        }
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void shouldFillTheSceneWhenAPictureIsShownWhole() throws IOException {
        EyePicture picture = EyePicture.read(ramp("a.png", 128, 64, BufferedImage.TYPE_BYTE_GRAY));
        EyePicture.Placement whole = picture.whole();
        assertEquals(2, whole.scale(), 1e-9);
        float[] scene = picture.scene(whole);
        int row = 128 * 256;
        assertEquals(63.75 / 255, scene[row + 128], 1e-3);
        assertEquals(127 / 255.0, scene[row + 255], 2e-3);
        assertEquals(scene[row], scene[0], 1e-6, "beyond the picture its edge goes on");
    }

    @Test
    void shouldReadTheSameLevelsWhenAGreyPictureIsSavedInColour() throws IOException {
        float[] grey = scene(ramp("a.png", 128, 128, BufferedImage.TYPE_BYTE_GRAY));
        float[] colour = scene(ramp("b.png", 128, 128, BufferedImage.TYPE_INT_ARGB));
        for (int i = 0; i < grey.length; i++) {
            assertEquals(grey[i], colour[i], 1e-6);
        }
    }

    private static float[] scene(Path file) throws IOException {
        EyePicture picture = EyePicture.read(file);
        return picture.scene(picture.whole());
    }

    @Test
    void shouldComeBackToThePictureWhenPlacedAnew() throws IOException {
        EyePicture picture = EyePicture.read(ramp("a.png", 200, 100, BufferedImage.TYPE_BYTE_GRAY));
        EyePicture.Placement place = new EyePicture.Placement(150, 30, 0.5);
        assertEquals(150, picture.pictureX(127.5, place), 1e-9);
        assertEquals(30, picture.pictureY(127.5, place), 1e-9);
        assertEquals(152, picture.pictureX(128.5, place), 1e-9);
    }

    @Test
    void shouldMarkWhatLiesOutsideWhenLabelsAreSmallerThanTheScene() throws IOException {
        Path file = ramp("a.png", 128, 64, BufferedImage.TYPE_BYTE_GRAY);
        labels("a.labels.png", 128, 64, 2);
        EyePicture picture = EyePicture.read(file);
        byte[] map = picture.labels(picture.whole()).orElseThrow();
        assertEquals(2, map[64 * 128 + 64]);
        assertEquals(-1, map[5 * 128 + 64]);
    }

    @Test
    void shouldExplainInOneLineWhenAPictureOrItsLabelsCannotBeUsed() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        assertTrue(complaint(text).contains("text.png"));
        Path cut = ramp("cut.png", 128, 64, BufferedImage.TYPE_BYTE_GRAY);
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertTrue(complaint(cut).contains("cut.png"));
        assertTrue(
                complaint(ramp("tiny.png", 8, 8, BufferedImage.TYPE_BYTE_GRAY)).contains("at least 32"));
        Path file = ramp("a.png", 128, 64, BufferedImage.TYPE_BYTE_GRAY);
        labels("a.labels.png", 64, 64, 1);
        assertTrue(complaint(file).contains("128 x 64"));
        labels("a.labels.png", 128, 64, 9);
        assertTrue(complaint(file).contains("class 9"));
    }

    private static String complaint(Path file) {
        String message =
                assertThrows(IOException.class, () -> EyePicture.read(file)).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void shouldTakePicturesAndNotTheirLabels() {
        assertTrue(EyePicture.isPicture(Path.of("a.PNG")));
        assertTrue(EyePicture.isPicture(Path.of("a.jpeg")));
        assertFalse(EyePicture.isPicture(Path.of("a.labels.png")));
        assertFalse(EyePicture.isPicture(Path.of("notes.txt")));
    }
}
