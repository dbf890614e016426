package org.flatgaze.flatcam.sim;

/**
 * One person's lashes (Na et al. 2006: 90..160 upper lashes of 8..12 mm, 75..80 lower ones of 6..8 mm, measured along the
 * hair; the picture shows them foreshortened).
 *
 * @param seed of the single hairs
 * @param upperCount hairs on the upper lid, 60..170
 * @param lowerCount hairs on the lower lid, 18..60
 * @param upperLengthMm typical length on the upper lid, 5..10
 * @param lowerLengthMm typical length on the lower lid, 2..5
 * @param thicknessMm at the root, make-up included, .06 to .18
 * @param droopDeg direction at the root below the lid's normal
 * @param curlDeg turn from root to tip
 * @param clumping 0 each for itself .. 1 tips drawn together
 * @param darkness 0 transparent .. 1 opaque
 */
public record LashStyle(
        long seed,
        int upperCount,
        int lowerCount,
        double upperLengthMm,
        double lowerLengthMm,
        double thicknessMm,
        double droopDeg,
        double curlDeg,
        double clumping,
        double darkness) {

    static LashStyle draw(Draws draws, long seed) {
        boolean mascara = draws.chance(0.15);
        return new LashStyle(
                seed,
                60 + draws.below(111),
                18 + draws.below(43),
                draws.normal(mascara ? 8 : 7, 1, 5, 10),
                draws.normal(3.4, 0.6, 2, 5),
                mascara ? draws.uniform(0.11, 0.18) : draws.uniform(0.06, 0.11),
                draws.normal(32, 14, 5, 65),
                draws.normal(62, 18, 20, 105),
                draws.uniform(0.1, 0.8),
                mascara ? draws.uniform(0.85, 0.97) : draws.uniform(0.5, 0.93));
    }
}
