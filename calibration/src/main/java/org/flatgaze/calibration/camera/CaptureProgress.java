package org.flatgaze.calibration.camera;

/** Hears how far a calibration is; called from the threads that read. */
public interface CaptureProgress {

    /** Says nothing to anybody. */
    CaptureProgress SILENT = (step, done, total, quality) -> {};

    /**
     * One step further.
     *
     * @param step what is being done
     * @param done parts done
     * @param total parts in all
     * @param quality live signal-to-noise ratio of the patterns, NaN where there is none
     */
    void at(String step, int done, int total, double quality);
}
