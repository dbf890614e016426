package org.flatgaze.accel.vitcod.mask;

/** What a true entry of a mask file says. Both conventions exist and look alike, so every reader has to name one. */
public enum Polarity {
    /** True entries are removed before the softmax: the published ViTCoD files. */
    TRUE_IS_PRUNED,
    /** True entries take part in the softmax: the convention of most attention libraries. */
    TRUE_IS_KEPT;

    /** Whether an entry with this value is kept. */
    boolean keeps(boolean value) {
        return value == (this == TRUE_IS_KEPT);
    }
}
