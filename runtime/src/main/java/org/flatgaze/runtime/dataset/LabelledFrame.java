package org.flatgaze.runtime.dataset;

/** One frame as a set stores it; what it holds is overwritten by the next. One thread. */
interface LabelledFrame {

    /** Writes the reconstruction, 256 x 256, from {@code offset} on. */
    void copyReconstruction(byte[] out, int offset);

    /** Writes the lens picture of the same moment, 256 x 256, from {@code offset} on. */
    void copyLens(byte[] out, int offset);

    /** Writes the classes, 128 x 128, from {@code offset} on. */
    void copyLabels(byte[] out, int offset);

    /** Writes the columns of {@link DatasetFormat#TRUTH_COLUMNS} from {@code offset} on, NaN for what nobody knows. */
    void copyTruth(float[] out, int offset);

    /** The coded frame, 480 x 640 counts; overwritten by the next. */
    short[] counts();
}
