package org.flatgaze.pipeline.reconstruct;

import java.util.Locale;

/** Which colour each sample of the 2 x 2 cell is, read left to right, top to bottom; or no colours at all. */
public enum BayerPattern {
    /** One plane, every sample. */
    MONO,
    /** Blue first: {@code B G / G R}. */
    BGGR,
    /** Red first: {@code R G / G B}. */
    RGGB,
    /** {@code G R / B G}. */
    GRBG,
    /** {@code G B / R G}. */
    GBRG;

    /** Samples from one sample of a plane to the next: 1 for a mono sensor, 2 for a Bayer sensor. */
    public int step() {
        return this == MONO ? 1 : 2;
    }

    /**
     * Position of a colour in the cell.
     *
     * @param colour {@code R}, {@code G} or {@code B}; of a mono sensor any
     * @param occurrence 0, or 1 for the second green
     * @return 0..3, {@code 2 * row + column} of the cell
     * @throws IllegalArgumentException if the cell has no such sample
     */
    public int cell(char colour, int occurrence) {
        if (this == MONO) {
            return 0;
        }
        int at = -1;
        for (int i = 0; i <= occurrence; i++) {
            at = name().indexOf(colour, at + 1);
            if (at < 0) {
                throw new IllegalArgumentException("colour=" + colour + " occurrence=" + occurrence
                        + ": expected R, B or one of two G of " + name().toLowerCase(Locale.ROOT));
            }
        }
        return at;
    }
}
