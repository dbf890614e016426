package org.flatgaze.flatcam.sim;

/**
 * How bright and how rough one person's eye region is near 850 nm, where melanin absorbs little: pale and dark skins differ
 * less than by eye, and every iris shows its fibres. Albedos are relative to white.
 *
 * @param skin albedo of the skin, .35 to .85
 * @param skinMottle slow variation of the skin, relative
 * @param skinGrain pores, relative
 * @param wrinkles depth of fine lines, relative
 * @param sheen oily highlight of the skin, 0 to .12
 * @param lidShade darkening of the lids against the cheek, 0 to .25
 * @param eyeliner darkness of make-up along the margins, 0 none .. 0.8
 * @param sclera albedo of the sclera, .5 to .8
 * @param vessels contrast of conjunctival vessels
 * @param iris albedo of the iris, .2 to .5
 * @param irisContrast contrast of its fibres
 * @param collarette where the collarette lies between pupil and limbus, 0..1
 * @param limbalRing darkness of the ring at the limbus, 0 to .6
 * @param limbusWidthMm width over which iris turns into sclera
 * @param pupil radiance of the pupil under nominal lamps, .012 to .05
 * @param browHair density of eyebrow hair in view, 0..1
 * @param textureX shift of the shared skin pattern, cells
 * @param textureY shift of the shared skin pattern, cells
 * @param vesselMap which of the vessel patterns
 * @param vesselTurnDeg how it is turned
 */
public record Complexion(
        double skin,
        double skinMottle,
        double skinGrain,
        double wrinkles,
        double sheen,
        double lidShade,
        double eyeliner,
        double sclera,
        double vessels,
        double iris,
        double irisContrast,
        double collarette,
        double limbalRing,
        double limbusWidthMm,
        double pupil,
        double browHair,
        double textureX,
        double textureY,
        int vesselMap,
        double vesselTurnDeg) {

    static Complexion draw(Draws draws) {
        return new Complexion(
                draws.uniform(0.35, 0.85),
                draws.uniform(0.05, 0.14),
                draws.uniform(0.02, 0.07),
                draws.uniform(0.02, 0.16),
                Math.max(0, draws.normal(0.04, 0.04, -1, 0.12)),
                draws.uniform(0, 0.25),
                draws.chance(0.15) ? draws.uniform(0.3, 0.8) : 0,
                draws.uniform(0.5, 0.8),
                draws.uniform(0.08, 0.35),
                draws.uniform(0.2, 0.5),
                draws.uniform(0.12, 0.4),
                draws.normal(0.34, 0.06, 0.2, 0.5),
                draws.uniform(0.1, 0.6),
                draws.uniform(0.3, 0.8),
                draws.uniform(0.012, 0.05),
                draws.chance(0.6) ? draws.uniform(0.2, 1) : 0,
                draws.uniform(0, 256),
                draws.uniform(0, 256),
                draws.below(NoiseFields.VESSEL_MAPS),
                draws.uniform(-180, 180));
    }
}
