package org.flatgaze.calibration.camera;

import java.io.IOException;

/** Measures the turn of a mask from the few patterns that say most about it: those with the fewest stripes. */
public final class RotationTrial {

    private static final int PATTERNS = 24;

    private RotationTrial() {}

    /**
     * Reads some pairs of the plan and finds the turn, degrees.
     *
     * @throws IOException if a capture cannot be read
     */
    public static double findDeg(CaptureSource source, PatternPlan plan) throws IOException {
        int n = Math.min(PATTERNS, plan.size());
        float[][] left = new float[n][];
        float[][] right = new float[n][];
        HotPixels hot = HotPixels.none(source.sensor().height(), source.sensor().width());
        ShotReader reader = new ShotReader(source, plan, CaptureLimits.DEFAULT, hot);
        hot = HotPixels.find(
                reader.read(plan.darkPosition(0)),
                source.sensor().height(),
                source.sensor().width());
        reader = new ShotReader(source, plan, CaptureLimits.DEFAULT, hot);
        for (int i = 0; i < n; i++) {
            int k = ofSequency(i, plan.size());
            left[i] = difference(reader, plan, Shot.Kind.LEFT, k);
            right[i] = difference(reader, plan, Shot.Kind.RIGHT, k);
        }
        return new RotationSearch(source.sensor(), left, right).findDeg();
    }

    private static float[] difference(ShotReader reader, PatternPlan plan, Shot.Kind kind, int k) throws IOException {
        float[] positive = reader.read(plan.position(kind, k, true));
        float[] negative = reader.read(plan.position(kind, k, false));
        for (int i = 0; i < positive.length; i++) {
            positive[i] -= negative[i];
        }
        return positive;
    }

    /** The column of Sylvester's matrix that changes sign {@code sequency} times: the Gray code, bits reversed. */
    static int ofSequency(int sequency, int size) {
        int bits = Integer.numberOfTrailingZeros(size);
        int gray = sequency ^ (sequency >>> 1);
        return Integer.reverse(gray) >>> (Integer.SIZE - bits);
    }
}
