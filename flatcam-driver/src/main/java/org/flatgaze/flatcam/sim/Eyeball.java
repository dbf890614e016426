package org.flatgaze.flatcam.sim;

/**
 * Measures of one eyeball, lengths in mm, angles in degrees, in the frame of its optical axis.
 *
 * <p>Ranges: Gullstrand's and Liou and Brennan's (1997) schematic eyes for cornea and chamber; Atchison and Smith, Optics of
 * the Human Eye (2000), for the angle between the axes and the decentred pupil; Hashemi et al. (2015) for the limbus,
 * 11.8 +- 0.4 mm across; Bekerman et al. (2014) for the globe.
 *
 * @param scleraRadiusMm globe, 11..13
 * @param corneaRadiusMm front of the cornea, a sphere, 7.2..8.4
 * @param limbusRadiusMm half the visible iris diameter, 5.4..6.4
 * @param chamberDepthMm from the apex of the cornea to the plane of the iris, cornea included, 3.0..4.2
 * @param kappaHorizontalDeg how far the visual axis lies nasal of the optical axis, 0.5..9.5
 * @param kappaVerticalDeg how far the visual axis lies above the optical axis, -1.5..4.5
 * @param pupilRightMm decentring of the pupil to the wearer's right; negative is nasal
 * @param pupilUpMm decentring of the pupil upwards
 * @param pupilDriftMm further nasal decentring for each mm of diameter above 3 mm (negative: temporal)
 * @param pupilStretch the pupil's longer over its shorter diameter, 1..1.08
 * @param pupilStretchDeg direction of the longer diameter from +x towards +y (up)
 * @param pupilMeanMm this person's usual pupil diameter, 2.5..6
 */
public record Eyeball(
        double scleraRadiusMm,
        double corneaRadiusMm,
        double limbusRadiusMm,
        double chamberDepthMm,
        double kappaHorizontalDeg,
        double kappaVerticalDeg,
        double pupilRightMm,
        double pupilUpMm,
        double pupilDriftMm,
        double pupilStretch,
        double pupilStretchDeg,
        double pupilMeanMm) {

    static Eyeball draw(Draws draws) {
        return new Eyeball(
                draws.normal(12, 0.4, 11, 13),
                draws.normal(7.8, 0.25, 7.2, 8.4),
                draws.normal(5.9, 0.2, 5.4, 6.4),
                draws.normal(3.6, 0.2, 3, 4.2),
                draws.normal(5, 1.5, 0.5, 9.5),
                draws.normal(1.5, 1, -1.5, 4.5),
                draws.normal(-0.2, 0.12, -0.5, 0.15),
                draws.normal(0.05, 0.08, -0.2, 0.3),
                draws.normal(-0.03, 0.03, -0.1, 0.05),
                1 + Math.abs(draws.normal(0, 0.03, -0.08, 0.08)),
                draws.uniform(-90, 90),
                draws.normal(4, 0.8, 2.5, 6));
    }

    /** From the centre of rotation forward to the centre of the corneal sphere, mm. */
    public double corneaCentreMm() {
        return EyeGeometry.ROTATION_TO_APEX_MM - corneaRadiusMm;
    }

    /** From the centre of rotation forward to the plane of the limbus, mm. */
    public double limbusPlaneMm() {
        return corneaCentreMm() + Math.sqrt(corneaRadiusMm * corneaRadiusMm - limbusRadiusMm * limbusRadiusMm);
    }

    /** From the centre of rotation forward to the centre of the globe, mm. */
    public double scleraCentreMm() {
        return limbusPlaneMm() - Math.sqrt(scleraRadiusMm * scleraRadiusMm - limbusRadiusMm * limbusRadiusMm);
    }

    /** From the centre of rotation forward to the iris, mm. */
    public double irisPlaneMm() {
        return EyeGeometry.ROTATION_TO_APEX_MM - chamberDepthMm;
    }

    /**
     * From the centre of rotation forward to the image of the iris that the cornea makes, mm: where light seems to come
     * from. One refracting surface, paraxial: {@code n / s - (n - 1) / r = 1 / s'}.
     */
    public double apparentIrisPlaneMm() {
        double n = EyeGeometry.REFRACTIVE_INDEX;
        return EyeGeometry.ROTATION_TO_APEX_MM - 1 / (n / chamberDepthMm - (n - 1) / corneaRadiusMm);
    }

    /** Decentring of a pupil of this diameter to the wearer's right, mm. */
    public double pupilRightMm(double diameterMm) {
        return pupilRightMm - pupilDriftMm * (diameterMm - 3);
    }
}
