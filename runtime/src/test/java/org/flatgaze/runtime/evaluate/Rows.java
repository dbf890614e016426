package org.flatgaze.runtime.evaluate;

/** Frames whose figures can be worked out by hand. */
final class Rows {

    private Rows() {}

    /** An open eye looking at (yaw, 0), answered {@code errorDeg} beside it. */
    static FrameResults.Row of(int person, double yaw, double errorDeg) {
        return of(person, yaw, errorDeg, 1, 12, Double.NaN, true);
    }

    static FrameResults.Row of(
            int person,
            double yaw,
            double errorDeg,
            double openness,
            double pupilHalfAxisPx,
            double uncertaintyDeg,
            boolean answered) {
        return new FrameResults.Row(
                person,
                0,
                yaw,
                0,
                yaw,
                0,
                openness,
                1,
                pupilHalfAxisPx,
                answered ? yaw + errorDeg : Double.NaN,
                answered ? 0 : Double.NaN,
                answered,
                uncertaintyDeg,
                48,
                80,
                true,
                1);
    }
}
