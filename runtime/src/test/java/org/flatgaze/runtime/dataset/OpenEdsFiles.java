package org.flatgaze.runtime.dataset;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;

/** Small folders of the two OpenEDS layouts with drawn eyes, 400 x 640 pixels. */
final class OpenEdsFiles {

    static final int COLUMNS = 400;
    static final int ROWS = 640;
    static final int IRIS_RADIUS = 90;
    static final int PUPIL_RADIUS = 40;

    private static final int[] LEVELS = {120, 200, 90, 20};

    private OpenEdsFiles() {}

    /** Classes of an eye whose pupil's centre is (x, y). */
    static byte[] classes(int x, int y) {
        byte[] classes = new byte[ROWS * COLUMNS];
        for (int i = 0; i < classes.length; i++) {
            int dx = i % COLUMNS - x;
            int dy = i / COLUMNS - y;
            double r = Math.hypot(dx, dy);
            boolean opening = Math.hypot(dx / 1.6, dy) < 110;
            classes[i] = (byte) (r < PUPIL_RADIUS ? 3 : r < IRIS_RADIUS ? 2 : opening ? 1 : 0);
        }
        return classes;
    }

    static void picture(Path file, byte[] classes) throws IOException {
        BufferedImage image = new BufferedImage(COLUMNS, ROWS, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < classes.length; i++) {
            image.getRaster().setSample(i % COLUMNS, i / COLUMNS, 0, LEVELS[classes[i]]);
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    static void labels(Path file, byte[] classes) throws IOException {
        Files.createDirectories(file.getParent());
        Npy.write(file, NpyArray.ofBytes(classes, ROWS, COLUMNS));
    }

    /** Adds one picture and its labels to a split of OpenEDS 2019. */
    static void addMasked(Path split, String name, int x, int y) throws IOException {
        byte[] classes = classes(x, y);
        picture(split.resolve("images").resolve(name + ".png"), classes);
        labels(split.resolve("labels").resolve(name + ".npy"), classes);
    }

    /** Adds one sequence to a split of OpenEDS 2020: frame i looks i x 5 degrees to the right. */
    static void addSequence(Path split, String name, int frames) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < frames; i++) {
            picture(
                    split.resolve("sequences").resolve(name).resolve(String.format(Locale.ROOT, "%03d.png", i)),
                    classes(200 - 8 * i, 320));
            double yaw = Math.toRadians(5 * i);
            lines.append(String.format(Locale.ROOT, "%d,%.6f,%.6f,%.6f\r%n", i, Math.sin(yaw), 0.0, Math.cos(yaw)));
        }
        Path labels = Files.createDirectories(split.resolve("labels")).resolve(name + ".txt");
        Files.writeString(labels, lines);
    }
}
