package org.flatgaze.calibration.camera;

import java.util.Locale;

/**
 * One exposure of a calibration: what the screen shows.
 *
 * @param kind which family of patterns
 * @param index number inside the family
 * @param positive the pattern's +1 entries are white; its -1 entries otherwise
 */
public record Shot(Kind kind, int index, boolean positive) {

    /** Families of patterns. */
    public enum Kind {
        /** Screen off. */
        DARK,
        /** Column {@code index} of the Hadamard matrix along the rows of the scene, the same in every column. */
        LEFT,
        /** Column {@code index} of the Hadamard matrix along the columns of the scene, the same in every row. */
        RIGHT,
        /** A scene of black and white discs, never used to fit: the forward error is measured on it. */
        TEST
    }

    /** File name of this shot's pattern and captures, without extension, such as {@code 0003-left-001-neg}. */
    public String name(int position) {
        String family = kind.name().toLowerCase(Locale.ROOT);
        String sign = kind == Kind.LEFT || kind == Kind.RIGHT ? (positive ? "-pos" : "-neg") : "";
        return String.format(Locale.ROOT, "%04d-%s-%03d%s", position, family, index, sign);
    }
}
