package org.flatgaze.runtime.dataset;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.flatgaze.accel.array.NpyArray;

/**
 * A real near-infrared picture of an eye, and how it is laid into the 256 x 256 scene of the device: a point of the picture,
 * a scale, and the picture's edge carried on to the border of the scene.
 *
 * <p>Grey levels are taken for radiance: what the camera did to them (gamma, a saturated skin) stays in.
 */
public final class EyePicture {

    /** Beside NAME.png, classes 0..3 as grey levels. */
    private static final String LABELS = ".labels.png";

    private static final int SIDE = DatasetFormat.PICTURE;
    private static final int MAP = DatasetFormat.LABELS;

    /** Below this a picture cannot hold an eye. */
    private static final int SMALLEST = 32;

    private final int rows;
    private final int columns;
    private final float[] levels;
    private final byte[] labels;

    private EyePicture(int rows, int columns, float[] levels, byte[] labels) {
        this.rows = rows;
        this.columns = columns;
        this.levels = levels;
        this.labels = labels;
    }

    /** How a picture lies in the scene: the picture's point (x, y) in its middle, one picture pixel {@code scale} wide. */
    public record Placement(double x, double y, double scale) {}

    /** Whether a file is a picture and not the labels of one. */
    public static boolean isPicture(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg")) && !name.endsWith(LABELS);
    }

    /**
     * Reads a picture and its labels, if there are any.
     *
     * @throws IOException if one cannot be read, or the labels have another size or a class there is none of; one line
     */
    public static EyePicture read(Path file) throws IOException {
        BufferedImage image = image(file);
        int rows = image.getHeight();
        int columns = image.getWidth();
        if (rows < SMALLEST || columns < SMALLEST) {
            throw new IOException(
                    file + " has " + columns + " x " + rows + " pixels, expected at least " + SMALLEST + " each way");
        }
        float[] levels = new float[rows * columns];
        Raster raster = image.getRaster();
        int bands = Math.min(3, raster.getNumBands());
        int[] pixel = new int[raster.getNumBands()];
        float white = (float) ((1 << image.getSampleModel().getSampleSize(0)) - 1);
        for (int i = 0; i < levels.length; i++) {
            if (image.getColorModel() instanceof IndexColorModel) {
                levels[i] = (image.getRGB(i % columns, i / columns) & 0xff) / 255f;
                continue;
            }
            raster.getPixel(i % columns, i / columns, pixel);
            // Grey pictures saved as colour have three equal bands; a fourth is transparency.
            for (int band = 0; band < (raster.getNumBands() == 2 ? 1 : bands); band++) {
                levels[i] += pixel[band] / white / (raster.getNumBands() == 2 ? 1 : bands);
            }
        }
        return new EyePicture(rows, columns, levels, labels(file, rows, columns));
    }

    /**
     * The same picture with labels from an array file.
     *
     * @param array rows x columns classes 0..3, of any integer type
     * @param file it comes from, for the message
     * @throws IOException if the shape is another or there is a class there is none of; one line
     */
    EyePicture withLabels(NpyArray array, Path file) throws IOException {
        if (array.type().isFloating() || !Arrays.equals(array.shape(), new int[] {rows, columns})) {
            throw new IOException(file + " is " + array + ", expected integers [" + rows + ", " + columns
                    + "] as the picture has pixels");
        }
        byte[] classes = new byte[rows * columns];
        long[] values = array.longs();
        for (int i = 0; i < classes.length; i++) {
            requireClass(values[i], file);
            classes[i] = (byte) values[i];
        }
        return new EyePicture(rows, columns, levels, classes);
    }

    private static void requireClass(long label, Path file) throws IOException {
        if (label < 0 || label > DatasetFormat.LARGEST_LABEL) {
            throw new IOException(
                    file + " holds class " + label + ", expected 0 background, 1 sclera, 2 iris, 3 pupil");
        }
    }

    private static BufferedImage image(Path file) throws IOException {
        BufferedImage image;
        try {
            image = ImageIO.read(file.toFile());
        } catch (IOException | RuntimeException e) {
            throw new IOException(file + " is damaged: " + e.getMessage() + "; replace it", e);
        }
        if (image == null) {
            throw new IOException(file + " is not a picture; replace it");
        }
        return image;
    }

    private static byte[] labels(Path file, int rows, int columns) throws IOException {
        String name = file.getFileName().toString();
        Path labelFile = file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + LABELS);
        if (!Files.exists(labelFile)) {
            return null;
        }
        BufferedImage image = image(labelFile);
        if (image.getWidth() != columns || image.getHeight() != rows) {
            throw new IOException(labelFile + " has " + image.getWidth() + " x " + image.getHeight()
                    + " pixels, expected those of the picture, " + columns + " x " + rows);
        }
        byte[] labels = new byte[rows * columns];
        for (int i = 0; i < labels.length; i++) {
            int label = image.getRaster().getSample(i % columns, i / columns, 0);
            requireClass(label, labelFile);
            labels[i] = (byte) label;
        }
        return labels;
    }

    /** The whole picture, as large as it fits. */
    public Placement whole() {
        return new Placement(
                (columns - 1) / 2.0, (rows - 1) / 2.0, Math.min((double) SIDE / columns, (double) SIDE / rows));
    }

    /** The picture as the radiance of the scene, 256 x 256; each scene pixel is the mean of the picture under it. */
    public float[] scene(Placement place) {
        float[] scene = new float[SIDE * SIDE];
        int taps = Math.max(2, (int) Math.ceil(2 / place.scale()));
        for (int i = 0; i < scene.length; i++) {
            int row = i / SIDE;
            int column = i % SIDE;
            double sum = 0;
            for (int t = 0; t < taps * taps; t++) {
                int tapRow = t / taps;
                int tapColumn = t % taps;
                double x = pictureX(column + (tapColumn + 0.5) / taps - 0.5, place);
                double y = pictureY(row + (tapRow + 0.5) / taps - 0.5, place);
                sum += at(x, y);
            }
            scene[i] = (float) (sum / (taps * taps));
        }
        return scene;
    }

    /** The classes of the scene, 128 x 128, -1 outside the picture; empty without labels. */
    public Optional<byte[]> labels(Placement place) {
        if (labels == null) {
            return Optional.empty();
        }
        byte[] map = new byte[MAP * MAP];
        Arrays.fill(map, (byte) -1);
        for (int i = 0; i < map.length; i++) {
            long x = Math.round(pictureX(2 * (i % MAP) + 0.5, place));
            long y = Math.round(pictureY(2 * (i / MAP) + 0.5, place));
            if (x >= 0 && y >= 0 && x < columns && y < rows) {
                map[i] = labels[(int) (y * columns + x)];
            }
        }
        return Optional.of(map);
    }

    /** Column of the picture at a column of the scene. */
    public double pictureX(double sceneX, Placement place) {
        return place.x() + (sceneX - (SIDE - 1) / 2.0) / place.scale();
    }

    /** Row of the picture at a row of the scene. */
    public double pictureY(double sceneY, Placement place) {
        return place.y() + (sceneY - (SIDE - 1) / 2.0) / place.scale();
    }

    private double at(double x, double y) {
        double cx = Math.clamp(x, 0, columns - 1.0);
        double cy = Math.clamp(y, 0, rows - 1.0);
        int left = (int) cx;
        int top = (int) cy;
        int right = Math.min(left + 1, columns - 1);
        int bottom = Math.min(top + 1, rows - 1);
        double fx = cx - left;
        double fy = cy - top;
        return (1 - fy) * ((1 - fx) * levels[top * columns + left] + fx * levels[top * columns + right])
                + fy * ((1 - fx) * levels[bottom * columns + left] + fx * levels[bottom * columns + right]);
    }
}
