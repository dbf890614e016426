package org.flatgaze.pipeline.roi;

import static org.flatgaze.pipeline.roi.EyeLabel.MAP;

/**
 * Reads a label map: where iris and pupil are, the pupil's ellipse, how far the eye is open.
 *
 * <p>Only the largest connected area counts, so that specks of a noisy segmentation move nothing. Single-threaded;
 * allocates nothing after construction.
 */
public final class EyeShapeFinder {

    /** Iris width on the reference device: 11.8 mm (adults differ by a few per cent) at 42 mm per 128 pixels. */
    public static final float REFERENCE_IRIS_PX = 36;

    /** Fewer iris and pupil pixels are specks: 2 % of an iris in full view. */
    private static final int MIN_IRIS_PIXELS = 24;

    /** A chord narrower than this share of an iris is one cut by a lid, not a smaller iris. */
    private static final float NARROWEST_IRIS = 0.85f;

    private final float expectedIrisPx;
    private final LabelComponents iris = new LabelComponents();
    private final LabelComponents pupil = new LabelComponents();
    private final PupilEllipse ellipse = new PupilEllipse();

    /**
     * Makes a finder.
     *
     * @param expectedIrisPx usual width of the iris in the 128 x 128 map, pixels, 4..128
     */
    public EyeShapeFinder(float expectedIrisPx) {
        if (!(expectedIrisPx >= 4 && expectedIrisPx <= MAP)) {
            throw new IllegalArgumentException("expectedIrisPx=" + expectedIrisPx + ": expected 4.." + MAP);
        }
        this.expectedIrisPx = expectedIrisPx;
    }

    /**
     * Analyses a label map.
     *
     * @param labels 128 x 128, row-major, values of {@link EyeLabel}; not changed
     * @param out overwritten
     * @throws IllegalArgumentException if the length is wrong
     */
    public void find(byte[] labels, EyeShape out) {
        if (labels.length != MAP * MAP) {
            throw new IllegalArgumentException("labels.length=" + labels.length + ": expected " + MAP * MAP);
        }
        out.clear();
        for (byte label : labels) {
            out.counts[label]++;
        }
        iris.find(labels, EyeLabel.IRIS, null);
        if (iris.size() < MIN_IRIS_PIXELS) {
            out.openness = Math.min(1, tallestOpening(labels) / expectedIrisPx);
            return;
        }
        box(out);
        pupil.find(labels, EyeLabel.PUPIL, iris);
        ellipse.measure(labels, pupil, out);
        out.openness = openness(labels, out);
    }

    private void box(EyeShape out) {
        out.irisFound = true;
        out.firstX = MAP;
        out.firstY = MAP;
        long sumX = 0;
        long sumY = 0;
        for (int y = 0; y < MAP; y++) {
            for (int x = 0; x < MAP; x++) {
                if (iris.contains(y * MAP + x)) {
                    out.firstX = Math.min(out.firstX, x);
                    out.lastX = Math.max(out.lastX, x);
                    out.firstY = Math.min(out.firstY, y);
                    out.lastY = y;
                    sumX += x;
                    sumY += y;
                }
            }
        }
        out.centroidX = 2f * sumX / iris.size() + 0.5f;
        out.centroidY = 2f * sumY / iris.size() + 0.5f;
    }

    /** Mean height of the opening over the middle half of the iris, in iris widths: lids that clear the iris give 1. */
    private float openness(byte[] labels, EyeShape shape) {
        int width = shape.lastX - shape.firstX + 1;
        int from = shape.firstX + width / 4;
        int to = shape.lastX - width / 4;
        int opening = 0;
        for (int x = from; x <= to; x++) {
            opening += openingHeight(labels, x);
        }
        float height = (float) opening / (to - from + 1);
        return Math.min(1, height / Math.max(width, NARROWEST_IRIS * expectedIrisPx));
    }

    private static float tallestOpening(byte[] labels) {
        int tallest = 0;
        for (int x = 0; x < MAP; x++) {
            tallest = Math.max(tallest, openingHeight(labels, x));
        }
        return tallest;
    }

    private static int openingHeight(byte[] labels, int x) {
        int height = 0;
        for (int y = 0; y < MAP; y++) {
            if (labels[y * MAP + x] != EyeLabel.BACKGROUND) {
                height++;
            }
        }
        return height;
    }
}
