package org.flatgaze.accel.graph;

import java.util.Arrays;

/**
 * How the 8-bit numbers of a tensor stand for real ones: {@code real = scale * (q - zeroPoint)}.
 *
 * <p>Asymmetric, one pair for the whole tensor or one per channel (axis 1). Per channel is what a concatenation needs
 * that keeps the scale of each of its sources.
 *
 * @param signed whether q is in -128..127, else 0..255
 * @param scales real units per step, finite and &gt; 0; one, or one per channel
 * @param zeroPoints the q that stands for 0, within the range; as many as scales
 */
@SuppressWarnings("ArrayRecordComponent") // equality is defined below; the arrays are copied in
public record QuantParams(boolean signed, float[] scales, int[] zeroPoints) {

    public QuantParams {
        if (scales.length == 0 || scales.length != zeroPoints.length) {
            throw new IllegalArgumentException("scales=" + scales.length + " zeroPoints=" + zeroPoints.length
                    + ": expected equal counts of at least 1");
        }
        scales = scales.clone();
        zeroPoints = zeroPoints.clone();
        int min = signed ? -128 : 0;
        for (int c = 0; c < scales.length; c++) {
            if (!(scales[c] > 0) || scales[c] == Float.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("scale[" + c + "]=" + scales[c] + ": expected a finite number > 0");
            }
            if (zeroPoints[c] < min || zeroPoints[c] > min + 255) {
                throw new IllegalArgumentException(
                        "zeroPoint[" + c + "]=" + zeroPoints[c] + ": expected " + min + ".." + (min + 255));
            }
        }
    }

    /** One scale and zero point for a whole tensor. */
    public static QuantParams uniform(boolean signed, float scale, int zeroPoint) {
        return new QuantParams(signed, new float[] {scale}, new int[] {zeroPoint});
    }

    /** Smallest q. */
    public int min() {
        return signed ? -128 : 0;
    }

    /** Largest q. */
    public int max() {
        return signed ? 127 : 255;
    }

    public boolean isPerChannel() {
        return scales.length > 1;
    }

    /** Scale of a channel, or the only one. */
    public float scale(int channel) {
        return scales[scales.length == 1 ? 0 : channel];
    }

    /** Zero point of a channel, or the only one. */
    public int zeroPoint(int channel) {
        return zeroPoints[zeroPoints.length == 1 ? 0 : channel];
    }

    /** Whether channel {@code a} of this stands for the same numbers as channel {@code b} of the other. */
    public boolean sameAt(int a, QuantParams other, int b) {
        return signed == other.signed && scale(a) == other.scale(b) && zeroPoint(a) == other.zeroPoint(b);
    }

    /** The real number that {@code q} stands for. */
    public double real(int q, int channel) {
        return (double) scale(channel) * (q - zeroPoint(channel));
    }

    /** Quantises a real number: divide, round half to even, add the zero point, clamp. NaN becomes the zero point. */
    public int quantize(float real, int channel) {
        if (Float.isNaN(real)) {
            return zeroPoint(channel);
        }
        double steps = Math.rint(real / scale(channel)) + zeroPoint(channel);
        return (int) Math.max(min(), Math.min(max(), steps));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QuantParams q
                && signed == q.signed
                && Arrays.equals(scales, q.scales)
                && Arrays.equals(zeroPoints, q.zeroPoints);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(scales) + Arrays.hashCode(zeroPoints) + (signed ? 1 : 0);
    }

    @Override
    public String toString() {
        return (signed ? "int8" : "uint8")
                + (isPerChannel()
                        ? " per channel(" + scales.length + ")"
                        : " scale=" + scales[0] + " zeroPoint=" + zeroPoints[0]);
    }
}
