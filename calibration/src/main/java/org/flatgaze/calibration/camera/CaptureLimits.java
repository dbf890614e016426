package org.flatgaze.calibration.camera;

/**
 * Where a capture stops being usable.
 *
 * @param saturatedShare largest share of samples at full scale
 * @param leastLight smallest mean of a half-lit pattern above dark, share of full scale
 * @param lightDrift largest departure of white from twice the half-lit patterns, relative: more is automatic exposure, a
 *     gamma curve, or a screen still warming up
 * @param movement largest loss of a pair's white picture against the first pairs', relative: more and the camera or the
 *     screen moved
 * @param patternMatch smallest correlation of a pattern's shadow with what all the others predict for it
 */
public record CaptureLimits(
        double saturatedShare, double leastLight, double lightDrift, double movement, double patternMatch) {

    /** Limits for the reference device; a screen that is half as bright still passes. */
    public static final CaptureLimits DEFAULT = new CaptureLimits(0.005, 0.05, 0.1, 0.15, 0.5);
}
