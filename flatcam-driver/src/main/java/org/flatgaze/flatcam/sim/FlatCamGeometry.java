package org.flatgaze.flatcam.sim;

/**
 * Where sensor, mask and scene stand, and what the mask looks like.
 *
 * <p>The scene is a pinhole picture taken from the centre of the mask: a picture index is an angle, with
 * {@code tan(angle) = (index - (scenePixels - 1) / 2) * sceneMm / scenePixels / eyeReliefMm}. A point at depth z casts a
 * shadow of the mask that is shifted by {@code maskDistanceMm * tan(angle)}, whatever its depth, and magnified by
 * {@code 1 + maskDistanceMm / z}. The sensor is read out turned by half a turn, as in any camera, so the shadow moves the
 * way the scene does.
 *
 * @param rows sensor rows
 * @param cols sensor columns
 * @param pixelPitchMicrons distance between sensor pixels; the aperture fills it
 * @param maskDistanceMm from sensor to mask
 * @param maskFeatureMicrons width of one mask feature
 * @param sequenceBits degree n of the m-sequence; its 2^n - 1 signs repeat over the whole mask
 * @param eyeReliefMm nominal distance from mask to eye
 * @param sceneMm side of the square scene at the nominal distance
 * @param scenePixels side of the scene picture
 * @param wavelengthNm of the illumination, for the diffraction blur
 * @param nearestMm depth of the nearest layer; nearer points are treated as if they were here
 * @param farthestMm depth of the farthest layer; farther points are treated as if they were here
 * @param depthLayers layers between them, equally spaced in 1/z (that is in magnification), at least 2
 * @param cosineFallOff whether a point off the axis is dimmed by the cos^4 law
 * @param maskRotationDeg how far the mask, and the scene picture with it, is turned against the sensor, clockwise as seen in
 *     the frame; at most 10 either way
 */
public record FlatCamGeometry(
        int rows,
        int cols,
        double pixelPitchMicrons,
        double maskDistanceMm,
        double maskFeatureMicrons,
        int sequenceBits,
        double eyeReliefMm,
        double sceneMm,
        int scenePixels,
        double wavelengthNm,
        double nearestMm,
        double farthestMm,
        int depthLayers,
        boolean cosineFallOff,
        double maskRotationDeg) {

    /** Shadow shift of the reference device in sensor pixels per scene pixel, as found in real FlatCam captures. */
    private static final double REFERENCE_SHIFT = 0.485;

    /**
     * The reference device: 480 x 640 sensor, a 6.45 um sensor binned 2 x 2; 30 um features; the mask 1.33 mm away, so that a
     * scene pixel (42 mm / 256 at 35 mm) shifts the shadow by 0.485 sensor pixels; 850 nm.
     */
    public static final FlatCamGeometry REFERENCE = new FlatCamGeometry(
            480, 640, 12.9, REFERENCE_SHIFT * 12.9e-3 * 35 * 256 / 42, 30, 8, 35, 42, 256, 850, 28, 46, 8, true, 0);

    public FlatCamGeometry {
        requirePositive("rows", rows);
        requirePositive("cols", cols);
        requirePositive("pixelPitchMicrons", pixelPitchMicrons);
        requirePositive("maskDistanceMm", maskDistanceMm);
        requirePositive("maskFeatureMicrons", maskFeatureMicrons);
        requirePositive("eyeReliefMm", eyeReliefMm);
        requirePositive("sceneMm", sceneMm);
        requirePositive("scenePixels", scenePixels);
        requirePositive("wavelengthNm", wavelengthNm);
        requirePositive("nearestMm", nearestMm);
        if (sequenceBits < MaskSequence.MIN_BITS || sequenceBits > MaskSequence.MAX_BITS) {
            throw new IllegalArgumentException("sequenceBits=" + sequenceBits + ": expected " + MaskSequence.MIN_BITS
                    + ".." + MaskSequence.MAX_BITS);
        }
        if (!(farthestMm > nearestMm) || Double.isInfinite(farthestMm)) {
            throw new IllegalArgumentException(
                    "farthestMm=" + farthestMm + ": expected more than nearestMm=" + nearestMm);
        }
        if (depthLayers < 2 || depthLayers > 64) {
            throw new IllegalArgumentException("depthLayers=" + depthLayers + ": expected 2..64");
        }
        if (!(Math.abs(maskRotationDeg) <= 10)) {
            throw new IllegalArgumentException("maskRotationDeg=" + maskRotationDeg + ": expected -10..10");
        }
    }

    /** The same device with another number of depth layers. */
    public FlatCamGeometry withDepthLayers(int layers) {
        return with(maskDistanceMm, layers, maskRotationDeg);
    }

    /** The same device with its mask glued on askew. */
    public FlatCamGeometry withMaskRotation(double angleDeg) {
        return with(maskDistanceMm, depthLayers, angleDeg);
    }

    /** The same device with its mask at another distance from the sensor. */
    public FlatCamGeometry withMaskDistance(double distanceMm) {
        return with(distanceMm, depthLayers, maskRotationDeg);
    }

    private FlatCamGeometry with(double distanceMm, int layers, double angleDeg) {
        return new FlatCamGeometry(
                rows,
                cols,
                pixelPitchMicrons,
                distanceMm,
                maskFeatureMicrons,
                sequenceBits,
                eyeReliefMm,
                sceneMm,
                scenePixels,
                wavelengthNm,
                nearestMm,
                farthestMm,
                layers,
                cosineFallOff,
                angleDeg);
    }

    /** Tangent of the angle between two neighbouring scene pixels at the centre of the picture. */
    public double tangentStep() {
        return sceneMm / scenePixels / eyeReliefMm;
    }

    /** How far the shadow moves per scene pixel, in sensor pixels. */
    public double shiftPerScenePixel() {
        return maskDistanceMm * 1e3 / pixelPitchMicrons * tangentStep();
    }

    /** Magnification of the shadow of a point at {@code depthMm} from the mask. */
    public double magnification(double depthMm) {
        return 1 + maskDistanceMm / depthMm;
    }

    /**
     * Standard deviation of the diffraction blur on the sensor, in micrometres.
     *
     * <p>One feature of width a, a distance d ahead of the sensor, spreads light as {@code sinc^2(a x / (lambda d))}, whose full
     * width at half maximum is {@code 0.886 lambda d / a} (single slit, J. W. Goodman, Introduction to Fourier Optics,
     * section 4.4). The blur is the Gaussian of that width: an approximation, since the pattern of many features interferes.
     */
    public double diffractionSigmaMicrons() {
        double fullWidth = 0.886 * (wavelengthNm * 1e-3) * (maskDistanceMm * 1e3) / maskFeatureMicrons;
        return fullWidth / (2 * Math.sqrt(2 * StrictMath.log(2)));
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + "=" + value + ": expected more than 0");
        }
    }
}
