package org.flatgaze.pipeline.reconstruct;

import java.util.Objects;
import org.flatgaze.flatcam.SensorFormat;

/**
 * Cuts the plane of one colour from an unpacked frame: colour grid, rotation and crop in one pass. Allocates nothing after
 * construction; any thread.
 *
 * <p>A rotation is not separable, so it cannot go into the matrices exactly; taken along with the gathering of the samples
 * it costs four products a sample and no pass of its own. Bilinear on purpose: against the published pictures of the real
 * rig it beats cubic by 0.005 in correlation.
 */
public final class PlaneCutter {

    private final SensorFormat sensor;
    private final PlaneGeometry geometry;

    /**
     * @param geometry fits the sensor
     * @throws IllegalArgumentException if it does not
     */
    public PlaneCutter(SensorFormat sensor, PlaneGeometry geometry) {
        this.sensor = Objects.requireNonNull(sensor, "sensor");
        this.geometry = Objects.requireNonNull(geometry, "geometry");
        geometry.requireFits(sensor);
    }

    /**
     * Cuts one plane.
     *
     * @param frame sensor.height x sensor.width
     * @param cell which sample of the Bayer cell, {@code 2 * row + column}; 0 of a mono sensor
     * @param weight factor on every sample
     * @param add whether to add to the plane or to overwrite it
     * @param plane geometry.rows x geometry.cols
     */
    public void cut(float[] frame, int cell, float weight, boolean add, float[] plane) {
        int step = geometry.pattern().step();
        if (frame.length < sensor.samples() || plane.length < geometry.rows() * geometry.cols()) {
            throw new IllegalArgumentException("frame.length=" + frame.length + " plane.length=" + plane.length
                    + ": expected at least " + sensor.samples() + " and " + geometry.rows() * geometry.cols());
        }
        Objects.checkIndex(cell, step * step);
        int origin = cell / step * sensor.width() + cell % step;
        if (geometry.rotationRad() == 0) {
            copy(frame, origin, weight, add, plane);
        } else {
            turn(frame, origin, weight, add, plane);
        }
    }

    private void copy(float[] frame, int origin, float weight, boolean add, float[] plane) {
        int step = geometry.pattern().step();
        int width = sensor.width();
        for (int r = 0; r < geometry.rows(); r++) {
            int from = origin + (geometry.firstRow() + r) * step * width + geometry.firstCol() * step;
            int to = r * geometry.cols();
            for (int c = 0; c < geometry.cols(); c++) {
                float value = weight * frame[from + c * step];
                plane[to + c] = add ? plane[to + c] + value : value;
            }
        }
    }

    private void turn(float[] frame, int origin, float weight, boolean add, float[] plane) {
        int step = geometry.pattern().step();
        int down = step * sensor.width();
        int gridRows = sensor.height() / step;
        int gridCols = sensor.width() / step;
        float cos = (float) Math.cos(geometry.rotationRad());
        float sin = (float) Math.sin(geometry.rotationRad());
        float middleRow = 0.5f * (gridRows - 1);
        float middleCol = 0.5f * (gridCols - 1);
        for (int r = 0; r < geometry.rows(); r++) {
            float dr = geometry.firstRow() + r - middleRow;
            int to = r * geometry.cols();
            for (int c = 0; c < geometry.cols(); c++) {
                float dc = geometry.firstCol() + c - middleCol;
                // Clamped to the grid: where the turn reaches outside, the border sample continues.
                float y = Math.clamp(middleRow + cos * dr + sin * dc, 0f, gridRows - 1.001f);
                float x = Math.clamp(middleCol - sin * dr + cos * dc, 0f, gridCols - 1.001f);
                int row = (int) y;
                int col = (int) x;
                float fy = y - row;
                float fx = x - col;
                int at = origin + row * down + col * step;
                float upper = frame[at] + fx * (frame[at + step] - frame[at]);
                float lower = frame[at + down] + fx * (frame[at + down + step] - frame[at + down]);
                float value = weight * (upper + fy * (lower - upper));
                plane[to + c] = add ? plane[to + c] + value : value;
            }
        }
    }
}
