package org.flatgaze.runtime.evaluate;

/** Counts of true class x predicted class over the four classes of an eye picture, and the overlaps they give. */
public final class Confusion {

    /** Background, sclera, iris, pupil. */
    public static final int CLASSES = 4;

    private final long[] counts = new long[CLASSES * CLASSES];

    /** Adds one label map; both arrays hold classes 0..3 from their offset on. */
    public void add(byte[] truth, int truthOffset, byte[] predicted, int predictedOffset, int n) {
        for (int i = 0; i < n; i++) {
            counts[truth[truthOffset + i] * CLASSES + predicted[predictedOffset + i]]++;
        }
    }

    /** Adds everything another one has counted. */
    void add(Confusion other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    /** Intersection over union of one class over everything added; NaN if the class occurs in neither. */
    public double iou(int label) {
        long both = counts[label * CLASSES + label];
        long either = -both;
        for (int other = 0; other < CLASSES; other++) {
            either += counts[label * CLASSES + other] + counts[other * CLASSES + label];
        }
        return either == 0 ? Double.NaN : (double) both / either;
    }

    /** Mean of the overlaps of the classes that occur, unweighted: the field's mIoU. */
    public double meanIou() {
        double[] overlaps = new double[CLASSES];
        for (int label = 0; label < CLASSES; label++) {
            overlaps[label] = iou(label);
        }
        return Angles.mean(overlaps);
    }
}
