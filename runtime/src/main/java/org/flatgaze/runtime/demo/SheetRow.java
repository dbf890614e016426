package org.flatgaze.runtime.demo;

import org.flatgaze.flatcam.replay.FrameTruth;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.roi.EyeLabel;
import org.flatgaze.pipeline.roi.Roi;

/**
 * One frame of a contact sheet, from the coded picture to the direction.
 *
 * @param title a few words: who and which frame
 * @param raw sensor samples, rawRows x rawColumns
 * @param picture reconstruction, 256 x 256, any unit
 * @param labels segmentation, 128 x 128, values of {@link EyeLabel}
 * @param lens what a camera with a lens would see, 256 x 256, linear, white about 1
 * @param region the region of interest that the gaze network saw, 96 x 160, any unit
 * @param sample the sample: region, pupil, direction
 * @param truth the true direction, or null where nobody knows it
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record SheetRow(
        String title,
        short[] raw,
        int rawRows,
        int rawColumns,
        float[] picture,
        byte[] labels,
        float[] lens,
        float[] region,
        GazeSample sample,
        FrameTruth truth) {
    public SheetRow {
        check("raw", raw.length, rawRows * rawColumns);
        check("picture", picture.length, Roi.PICTURE * Roi.PICTURE);
        check("labels", labels.length, EyeLabel.MAP * EyeLabel.MAP);
        check("lens", lens.length, Roi.PICTURE * Roi.PICTURE);
        check("region", region.length, Roi.ROWS * Roi.COLUMNS);
    }

    private static void check(String name, int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(name + ".length=" + length + ": expected " + expected);
        }
    }
}
