package org.flatgaze.pipeline.roi;

/**
 * The region of interest: a box of fixed size, {@value #ROWS} rows x {@value #COLUMNS} columns, in the 256 x 256
 * picture. Its shape is EyeCoD's (96 x 160); centring it on the iris and pupil is our rule, the paper's is not public.
 *
 * @param x column of the top-left pixel, 0..{@value #MAX_X}
 * @param y row of the top-left pixel, 0..{@value #MAX_Y}
 */
public record Roi(int x, int y) {

    /** Rows of the region. */
    public static final int ROWS = 96;

    /** Columns of the region. */
    public static final int COLUMNS = 160;

    /** Rows and columns of the whole picture. */
    public static final int PICTURE = 256;

    /** Largest column of the top-left pixel. */
    public static final int MAX_X = PICTURE - COLUMNS;

    /** Largest row of the top-left pixel. */
    public static final int MAX_Y = PICTURE - ROWS;

    /** The middle of the picture: where to look while nothing is known. */
    public static final Roi CENTRE = new Roi(MAX_X / 2, MAX_Y / 2);

    public Roi {
        if (x < 0 || x > MAX_X || y < 0 || y > MAX_Y) {
            throw new IllegalArgumentException("x=" + x + " y=" + y + ": expected 0.." + MAX_X + " and 0.." + MAX_Y);
        }
    }

    /**
     * Left edge of the region centred on the columns {@code first..last} of the 128 x 128 picture, clamped.
     *
     * <p>The middle of the box is {@code first + last + 0.5} in the 256 picture (pixel i of 128 lies at 2 i + 0.5), the
     * middle of the region {@code x + (COLUMNS - 1) / 2}; equating both leaves a whole number.
     */
    static int centredX(int first, int last) {
        return Math.clamp((long) first + last + 1 - COLUMNS / 2, 0, MAX_X);
    }

    /** Top edge of the region centred on the rows {@code first..last} of the 128 x 128 picture, clamped. */
    static int centredY(int first, int last) {
        return Math.clamp((long) first + last + 1 - ROWS / 2, 0, MAX_Y);
    }
}
