package org.flatgaze.tests.stress;

import org.flatgaze.pipeline.GazeSample;

/** Samples whose first and last written fields carry the same number, so that a mixture shows. */
final class Samples {

    private Samples() {}

    static GazeSample numbered(GazeSample sample, int number) {
        sample.sequence = number;
        sample.captureNanos = number;
        sample.dirX = number;
        sample.publishNanos = number;
        return sample;
    }

    /** The sample's number, negative if its fields belong to different samples. */
    static int number(GazeSample sample) {
        int number = (int) sample.sequence;
        boolean whole = sample.captureNanos == number && sample.dirX == number && sample.publishNanos == number;
        return whole ? number : -number;
    }
}
