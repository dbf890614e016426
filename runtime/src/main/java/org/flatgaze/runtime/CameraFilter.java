package org.flatgaze.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.pipeline.models.FilterMismatch;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.FlatCamModels;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;

/**
 * The reconstruction filter of a run, from the reference device or from a calibration file, and what it means for networks that were
 * trained with the reference device's. Immutable.
 */
public final class CameraFilter {

    /**
     * Matrices that differ by no more count as the same device's: the forward error that passes a camera calibration. What such a
     * difference does to the gaze is measured by {@code validate --camera}.
     */
    public static final double SAME_DEVICE_DIFFERENCE = 0.02;

    private final SeparableFilter filter;
    private final ReferenceDevice reference;
    private final Path file;
    private final double difference;

    private CameraFilter(SeparableFilter filter, ReferenceDevice reference, Path file) {
        this.filter = filter;
        this.reference = reference;
        this.file = file;
        this.difference = reference == null
                ? Double.NaN
                : difference(filter.model(), reference.filter().model());
    }

    /** The reference device's own. */
    public static CameraFilter reference() {
        ReferenceDevice device = ReferenceDevice.open();
        return new CameraFilter(device.filter(), device, null);
    }

    /**
     * A calibrated camera's.
     *
     * @param file {@code .npz} of {@code calibrate camera}, or a folder with rig.json
     * @throws IOException if it cannot be read; one line that names it
     */
    public static CameraFilter of(Path file) throws IOException {
        FlatCamModel model = FlatCamModels.load(file);
        ReferenceDevice device = model.sensor().equals(SensorFormat.REFERENCE) ? ReferenceDevice.open() : null;
        return new CameraFilter(SeparableFilter.framePath(model), device, file);
    }

    /** The filter. */
    public SeparableFilter filter() {
        return filter;
    }

    /** The reference device; null where the camera's sensor is another one. */
    public ReferenceDevice referenceDevice() {
        return reference;
    }

    /** Share by which the matrices differ from the reference device's, 0..1; NaN where they cannot be compared. */
    public double difference() {
        return difference;
    }

    /**
     * What to tell about networks trained with another filter.
     *
     * @param mismatches of the pipeline that uses this filter
     * @return lines for people, none where there is nothing to tell
     */
    public List<String> remarks(List<FilterMismatch> mismatches) {
        List<String> lines = new ArrayList<>();
        boolean close = false;
        for (FilterMismatch mismatch : mismatches) {
            boolean known = reference != null && mismatch.trainedWith().equals(reference.filterId());
            if (known && difference <= SAME_DEVICE_DIFFERENCE) {
                close = true;
            } else {
                lines.add("warning: " + mismatch.message()
                        + (known ? String.format(Locale.ROOT, " (matrices differ by %.1f %%)", 100 * difference) : ""));
            }
        }
        if (close) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%s: its matrices differ by %.2f %% from those the networks were trained with, up to %.0f %% is the same"
                            + " device; 'flatgaze validate --camera %s' measures what that does to the gaze",
                    file,
                    100 * difference,
                    100 * SAME_DEVICE_DIFFERENCE,
                    file));
        }
        return lines;
    }

    /** The larger of both sides; the mean of a column and a common factor do not count, the filter removes both. */
    private static double difference(FlatCamModel a, FlatCamModel b) {
        if (a.rows() != b.rows()
                || a.cols() != b.cols()
                || a.sceneRows() != b.sceneRows()
                || a.sceneCols() != b.sceneCols()) {
            return Double.NaN;
        }
        return Math.max(
                difference(a.phiLeft(), b.phiLeft(), a.sceneRows()),
                difference(a.phiRight(), b.phiRight(), a.sceneCols()));
    }

    private static double difference(float[] a, float[] b, int columns) {
        int rows = a.length / columns;
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int col = 0; col < columns; col++) {
            double meanA = 0;
            double meanB = 0;
            for (int row = 0; row < rows; row++) {
                meanA += a[row * columns + col] / rows;
                meanB += b[row * columns + col] / rows;
            }
            for (int row = 0; row < rows; row++) {
                double x = a[row * columns + col] - meanA;
                double y = b[row * columns + col] - meanB;
                ab += x * y;
                aa += x * x;
                bb += y * y;
            }
        }
        return Math.sqrt(Math.max(0, 1 - ab * ab / (aa * bb)));
    }
}
