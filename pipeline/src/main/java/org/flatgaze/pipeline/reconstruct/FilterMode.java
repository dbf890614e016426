package org.flatgaze.pipeline.reconstruct;

/** How the Tikhonov weight {@code W_ij = sL_i sR_j / (sL_i^2 sR_j^2 + lambda)} is applied. */
public enum FilterMode {
    /** In the singular bases, entry by entry: the reference; four products. */
    EXACT("exact"),
    /** The best sum of two separable weights: two fixed pairs {@code A_k Y B_k}, about 50 dB from exact; for pictures. */
    TWO_TERM("two-term"),
    /** One fixed pair {@code A Y B}, a ridge on each side; for the frame path. */
    ONE_PAIR("one-pair");

    private final String id;

    FilterMode(String id) {
        this.id = id;
    }

    /** Name on the command line and in files. */
    public String id() {
        return id;
    }

    /**
     * The mode of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static FilterMode of(String id) {
        for (FilterMode mode : values()) {
            if (mode.id.equals(id)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("mode=" + id + ": expected exact, two-term or one-pair");
    }
}
