package org.flatgaze.accel.vitcod.attention;

/** The ways a head's attention can be executed; all give the same result up to rounding. */
public enum Variant {
    /** Every pair is computed; pruned ones are blanked before the softmax. */
    DENSE,
    /** As {@link #TILES}, but well filled keys form a denser part, gathered first and computed with its holes. */
    HYBRID,
    /** Query tiles for the scores, value rows for every quad of queries that keeps them. */
    TILES,
    /** Scores and value rows pair by pair, as a compressed sparse row matrix. */
    CSR
}
