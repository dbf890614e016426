package org.flatgaze.accel.vitcod.attention;

/**
 * What a step of 8-bit q, k and v is worth (symmetric: real = scale x byte), and the factor of the scores.
 *
 * @param q real units per step of q, finite and above 0
 * @param k as q
 * @param v as q
 * @param scores factor of the scores, mostly {@code 1 / sqrt(depth)}
 */
public record Int8Scales(float q, float k, float v, float scores) {

    public Int8Scales {
        require("q", q);
        require("k", k);
        require("v", v);
        require("scores", scores);
    }

    private static void require(String name, float value) {
        if (!(value > 0) || Float.isInfinite(value)) {
            throw new IllegalArgumentException(name + "=" + value + ": expected a finite number above 0");
        }
    }

    /** From a product of bytes to a score in units of ln 2. */
    float factor() {
        return q * k * scores * AttentionPattern.LOG2_E;
    }
}
