package org.flatgaze.flatcam.sim;

/**
 * The 1-D shadow of the +-1 mask code on the sensor, for one depth: sharp features, magnified, blurred by diffraction and
 * averaged over the aperture of a pixel.
 *
 * <p>Exact for the model: a step of the code, convolved with a Gaussian and a box, is a difference of two integrals of the
 * normal distribution function, so the shadow is a short sum over the steps near a pixel. Position 0 is the optical axis and
 * falls on the middle of the sequence. Immutable.
 */
final class MaskShadow {

    private final byte[] signs;
    private final double featurePixels;
    private final double sigmaPixels;

    MaskShadow(FlatCamGeometry geometry, double depthMm) {
        this.signs = MaskSequence.signs(geometry.sequenceBits());
        this.featurePixels =
                geometry.maskFeatureMicrons() / geometry.pixelPitchMicrons() * geometry.magnification(depthMm);
        this.sigmaPixels = geometry.diffractionSigmaMicrons() / geometry.pixelPitchMicrons();
    }

    /** Mean of the shadow over the pixel centred {@code position} sensor pixels from the axis, -1..1. */
    double at(double position) {
        double reach = 0.5 + 6 * sigmaPixels;
        double centre = 0.5 * signs.length;
        long first = (long) Math.floor((position - reach) / featurePixels + centre);
        long last = (long) Math.floor((position + reach) / featurePixels + centre);
        double value = sign(first);
        for (long feature = first + 1; feature <= last; feature++) {
            int step = sign(feature) - sign(feature - 1);
            if (step != 0) {
                value += step * stepResponse(position - (feature - centre) * featurePixels);
            }
        }
        return value;
    }

    private int sign(long feature) {
        return signs[(int) Math.floorMod(feature, (long) signs.length)];
    }

    /** Share of a blurred unit step seen by a pixel {@code offset} pixels past the edge. */
    private double stepResponse(double offset) {
        return ramp(offset + 0.5) - ramp(offset - 0.5);
    }

    /** Integral of the blurred step from minus infinity to {@code t}. */
    private double ramp(double t) {
        double u = t / sigmaPixels;
        if (u > 6) {
            return t;
        }
        if (u < -6) {
            return 0;
        }
        double density = StrictMath.exp(-0.5 * u * u);
        return t * normalDistribution(u, density) + sigmaPixels * density * 0.3989422804014327;
    }

    /**
     * Normal distribution function, absolute error below 1e-7; {@code density} is exp(-u^2/2) (M. Abramowitz and I. Stegun,
     * Handbook of Mathematical Functions, 26.2.17).
     */
    private static double normalDistribution(double u, double density) {
        double t = 1 / (1 + 0.2316419 * Math.abs(u));
        double polynomial =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        double tail = density * 0.3989422804014327 * polynomial;
        return u >= 0 ? 1 - tail : tail;
    }
}
