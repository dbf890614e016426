package org.flatgaze.runtime.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.flatgaze.flatcam.replay.FrameTruth;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContactSheetTest {

    @BeforeAll
    static void withoutDisplay() {
        System.setProperty("java.awt.headless", "true");
    }

    @Test
    void shouldWriteAPngWithARowPerFrame(@TempDir Path folder) throws IOException {
        Path one = folder.resolve("one.png");
        Path three = folder.resolve("three.png");
        new ContactSheet(List.of(row(FrameStatus.OK))).write(one);
        new ContactSheet(List.of(row(FrameStatus.OK), row(FrameStatus.EYE_CLOSED), row(FrameStatus.FAILED)))
                .write(three);
        BufferedImage small = ImageIO.read(one.toFile());
        BufferedImage large = ImageIO.read(three.toFile());
        assertEquals(small.getWidth(), large.getWidth());
        assertTrue(large.getHeight() > small.getHeight() + 2 * 256);
    }

    @Test
    void shouldDrawTheEstimateOnlyWhenThereIsOne() {
        BufferedImage answered = new ContactSheet(List.of(row(FrameStatus.OK))).draw();
        BufferedImage closed = new ContactSheet(List.of(row(FrameStatus.EYE_CLOSED))).draw();
        assertTrue(count(answered, 0x2ec4ff) > 50);
        assertEquals(0, count(closed, 0x2ec4ff));
        assertTrue(count(closed, 0x5be37d) > 50, "the truth is always shown");
    }

    @Test
    void shouldShowTheLabelsOverTheReconstruction() {
        SheetRow row = row(FrameStatus.OK);
        BufferedImage without = new ContactSheet(List.of(row)).draw();
        Arrays.fill(row.labels(), (byte) 3);
        BufferedImage with = new ContactSheet(List.of(row)).draw();
        int x = 16 + 341 + 12 + 256 + 12 + 10;
        int y = 16 + 34 + 24 + 10;
        assertNotEquals(without.getRGB(x, y), with.getRGB(x, y));
    }

    @Test
    void shouldRefuseWhenAPictureHasTheWrongSize() {
        SheetRow good = row(FrameStatus.OK);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> new SheetRow(
                        "",
                        good.raw(),
                        4,
                        8,
                        good.lens(),
                        new byte[3],
                        good.lens(),
                        good.region(),
                        good.sample(),
                        good.truth()));
        assertEquals("labels.length=3: expected 16384", e.getMessage());
    }

    private static int count(BufferedImage image, int rgb) {
        int found = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                found += (image.getRGB(x, y) & 0xffffff) == rgb ? 1 : 0;
            }
        }
        return found;
    }

    private static SheetRow row(FrameStatus status) {
        GazeSample sample = new GazeSample();
        sample.clear();
        sample.status = status;
        sample.roiX = 40;
        sample.roiY = 70;
        sample.pupilX = 120;
        sample.pupilY = 118;
        sample.pupilMajor = 20;
        sample.pupilMinor = 15;
        sample.pupilAngleDeg = 30;
        if (status == FrameStatus.OK) {
            sample.dirX = 0.3f;
            sample.dirY = -0.2f;
            sample.dirZ = -0.93f;
        }
        FrameTruth truth = new FrameTruth();
        truth.set(-0.3f, 0.2f, -0.93f, 1, true, 1);
        float[] picture = new float[256 * 256];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = i % 256;
        }
        return new SheetRow(
                "person 1, frame 2",
                new short[4 * 8],
                4,
                8,
                picture,
                new byte[128 * 128],
                picture,
                new float[96 * 160],
                sample,
                truth);
    }
}
