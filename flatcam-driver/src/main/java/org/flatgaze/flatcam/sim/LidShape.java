package org.flatgaze.flatcam.sim;

/**
 * Lids and the face around one right eye, lengths in mm in the head frame (origin: centre of rotation). The lid margins are
 * curves on the lids' outer surface, x to the wearer's right (temporal), y up.
 *
 * <p>Openings follow van den Bosch et al. (1999) and Read et al. (2006): fissure 28..30 mm long, 8..11 mm high, the upper lid
 * 1..2 mm over the iris; the share of the eye's vertical turn that a lid follows, Becker and Fuchs (1988).
 *
 * @param medialX inner corner
 * @param medialY inner corner
 * @param lateralX outer corner
 * @param lateralY outer corner
 * @param upperHeight upper margin above the line between the corners, at its highest
 * @param lowerDepth lower margin below that line, at its lowest
 * @param upperPeak where the upper margin is highest, 0 inner corner .. 1 outer
 * @param lowerPeak where the lower margin is lowest
 * @param upperFullness exponent of the upper curve; small is boxy, 1 a sine
 * @param lowerFullness exponent of the lower curve
 * @param upperFollow share of the cornea's vertical way that the upper lid goes along
 * @param lowerFollow the same for the lower lid
 * @param creaseHeight height of the upper lid crease over the open margin
 * @param creaseStrength 0 no crease .. 1 deep
 * @param hooding how far the fold comes down over the outer half
 * @param epicanthus how far a fold covers the inner corner
 * @param bagStrength relief under the lower lid, 0..1
 * @param bagDepth distance of the fold under the lower lid from the margin
 * @param ledge width of the lower margin's rim
 * @param caruncle length of the pink corner that hides the globe
 * @param socket forward position of the face round the lids
 * @param brow how far the brow stands forward of the socket
 * @param nose how fast the face rises towards the nose
 * @param temple how far it falls towards the temple
 * @param cheek how far the cheek stands forward
 * @param sulcus depth of the hollow above the upper lid
 */
public record LidShape(
        double medialX,
        double medialY,
        double lateralX,
        double lateralY,
        double upperHeight,
        double lowerDepth,
        double upperPeak,
        double lowerPeak,
        double upperFullness,
        double lowerFullness,
        double upperFollow,
        double lowerFollow,
        double creaseHeight,
        double creaseStrength,
        double hooding,
        double epicanthus,
        double bagStrength,
        double bagDepth,
        double ledge,
        double caruncle,
        double socket,
        double brow,
        double nose,
        double temple,
        double cheek,
        double sulcus) {

    /** Distance of the lids' outer surface from the centre of rotation, in front of the cornea, mm. */
    public static final double SHELL_MM = EyeGeometry.ROTATION_TO_APEX_MM + 0.8;

    static LidShape draw(Draws draws) {
        double drooping = draws.chance(0.12) ? draws.uniform(0.6, 1.8) : 0;
        boolean smoothLid = draws.chance(0.2);
        return new LidShape(
                draws.normal(-15.6, 0.7, -17.2, -14),
                draws.normal(-1.5, 0.6, -3, 0),
                draws.normal(13, 0.6, 11.6, 14.2),
                draws.normal(-0.2, 0.8, -2, 1.8),
                draws.normal(5.1, 0.6, 3.9, 6.5) - drooping,
                draws.normal(4.7, 0.5, 3.5, 5.9),
                draws.normal(0.5, 0.035, 0.42, 0.58),
                draws.normal(0.58, 0.03, 0.5, 0.66),
                draws.normal(0.78, 0.09, 0.6, 1),
                draws.normal(0.8, 0.08, 0.6, 1),
                draws.normal(0.78, 0.06, 0.6, 0.95),
                draws.normal(0.38, 0.07, 0.2, 0.55),
                smoothLid ? draws.uniform(0.6, 1.8) : draws.normal(3.2, 0.9, 1.6, 5.5),
                smoothLid ? draws.uniform(0.1, 0.5) : draws.uniform(0.45, 1),
                Math.max(0, draws.normal(0.3, 0.9, -2, 2.4)),
                smoothLid ? draws.uniform(0.3, 1) : Math.max(0, draws.normal(-0.1, 0.2, -1, 0.5)),
                draws.uniform(0.1, 1),
                draws.normal(6.5, 1, 4.5, 9),
                draws.normal(0.5, 0.15, 0.2, 0.9),
                draws.normal(4.6, 0.6, 3.2, 6),
                draws.normal(6.5, 0.8, 4.5, 8.5),
                draws.normal(7, 1.6, 3, 10.5),
                draws.normal(7, 1.5, 4, 10.5),
                draws.normal(4, 1, 1.5, 6.5),
                draws.normal(2.5, 1.2, 0, 5.5),
                draws.normal(1.3, 0.7, 0, 3));
    }
}
