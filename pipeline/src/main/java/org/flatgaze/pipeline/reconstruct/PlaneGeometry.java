package org.flatgaze.pipeline.reconstruct;

import java.util.Objects;
import org.flatgaze.flatcam.SensorFormat;

/**
 * How a plane is cut from a raw frame: the samples of one colour, turned about the middle of their grid, then cropped.
 *
 * @param pattern colours of the sensor; each sample of a Bayer cell is a plane of its own
 * @param rotationRad turn before the crop, radians; positive turns the picture counter-clockwise on screen
 * @param firstRow first row of the crop, in rows of the turned grid
 * @param firstCol first column of the crop
 * @param rows rows kept
 * @param cols columns kept
 */
public record PlaneGeometry(BayerPattern pattern, double rotationRad, int firstRow, int firstCol, int rows, int cols) {

    private static final double LARGEST_ROTATION_RAD = 0.1;

    public PlaneGeometry {
        Objects.requireNonNull(pattern, "pattern");
        if (!(Math.abs(rotationRad) <= LARGEST_ROTATION_RAD)) {
            throw new IllegalArgumentException(
                    "rotationRad=" + rotationRad + ": expected -" + LARGEST_ROTATION_RAD + ".." + LARGEST_ROTATION_RAD);
        }
        if (firstRow < 0 || firstCol < 0 || rows < 2 || cols < 2) {
            throw new IllegalArgumentException("firstRow=" + firstRow + " firstCol=" + firstCol + " rows=" + rows
                    + " cols=" + cols + ": expected a crop of at least 2 x 2 inside the frame");
        }
    }

    /** The whole frame of a mono sensor. */
    public static PlaneGeometry whole(SensorFormat sensor) {
        return new PlaneGeometry(BayerPattern.MONO, 0, 0, 0, sensor.height(), sensor.width());
    }

    /** Whether a plane is simply the frame, sample for sample. */
    public boolean isWhole(SensorFormat sensor) {
        return equals(whole(sensor));
    }

    /**
     * Checks that the crop lies inside the sensor.
     *
     * @throws IllegalArgumentException if it does not
     */
    void requireFits(SensorFormat sensor) {
        int planeRows = sensor.height() / pattern.step();
        int planeCols = sensor.width() / pattern.step();
        if (firstRow + rows > planeRows || firstCol + cols > planeCols) {
            throw new IllegalArgumentException("crop rows " + firstRow + ".." + (firstRow + rows - 1) + ", columns "
                    + firstCol + ".." + (firstCol + cols - 1) + ": expected inside the " + planeRows + " x " + planeCols
                    + " plane of this sensor");
        }
    }
}
