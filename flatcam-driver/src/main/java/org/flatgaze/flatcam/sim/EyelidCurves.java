package org.flatgaze.flatcam.sim;

/**
 * The lid margins, crease and folds of one moment as tables over the head's x. Heights y are on the lids' outer surface, mm.
 * Mutable, reused, one thread.
 */
final class EyelidCurves {

    private static final float LEFT_MM = -30;
    private static final float STEPS_PER_MM = 5;
    private static final int COUNT = 301;

    // Seen from below, the upper lid shows the underside of its margin.
    private static final double RIM_MM = 0.6;

    /** Where the globe comes into view under the upper lid, at the place where the ray passes the lids' surface. */
    final float[] upper = new float[COUNT];

    /** The same for the lower lid. */
    final float[] lower = new float[COUNT];

    /** Where skin ends: the outer edges of the margins. */
    final float[] upperSkin = new float[COUNT];

    /** The same for the lower lid. */
    final float[] lowerSkin = new float[COUNT];

    /** Crease of the upper lid. */
    final float[] crease = new float[COUNT];

    /** How far the upper lid has come down against wide open, mm; its skin moves along. */
    final float[] lowered = new float[COUNT];

    /** 1 along the fissure, falling to 0 beyond the corners: fades margins, crease and make-up. */
    final float[] presence = new float[COUNT];

    private float medialX;
    private float lateralX;

    void set(LidShape lids, EyeState state) {
        medialX = (float) lids.medialX();
        lateralX = (float) lids.lateralX();
        double turned = LidShape.SHELL_MM * Math.sin(Math.toRadians(state.pitchDeg));
        double open = Math.clamp(state.openness, 0, 1);
        double creaseStay = 0.25;
        for (int i = 0; i < COUNT; i++) {
            double x = LEFT_MM + i / STEPS_PER_MM;
            double s = (x - lids.medialX()) / (lids.lateralX() - lids.medialX());
            double inside = Math.clamp(s, 0, 1);
            double beyond = s - inside;
            double base = lids.medialY()
                    + (lids.lateralY() - lids.medialY()) * inside
                    - (beyond > 0 ? 4.5 * beyond : -2.5 * beyond);
            double corner = 1 - 0.62 * (1 - smooth(inside / 0.24));
            double u = arch(inside, lids.upperPeak(), lids.upperFullness()) * corner;
            double l = arch(inside, lids.lowerPeak(), lids.lowerFullness()) * corner;
            double follow = Math.sqrt(u);
            double wide = base + lids.upperHeight() * u;
            double top = wide + lids.upperFollow() * turned * follow;
            double bottom = base - lids.lowerDepth() * l + lids.lowerFollow() * turned * Math.sqrt(l);
            top = Math.max(top, bottom);
            double shut = Math.min(top, bottom + 0.3 * lids.lowerDepth() * l);
            double y = shut + (top - shut) * open;
            double below = shut + (bottom - shut) * Math.sqrt(open);
            double gap = smooth((y - below) / 2);
            // A fold of skin over the inner corner (epicanthus) comes down from above.
            double fold = lids.epicanthus() * 2.6 * smooth((0.26 - inside) / 0.26) * gap;
            upper[i] = (float) (y - RIM_MM * gap * (0.25 + 0.75 * u));
            lower[i] = (float) below;
            upperSkin[i] = (float) (y + 0.12 * gap - fold);
            lowerSkin[i] = (float) (below - lids.ledge() * gap * (0.4 + 0.6 * l));
            lowered[i] = (float) (wide - y);
            presence[i] = (float) ((1 - smooth(beyond < 0 ? -beyond / 0.04 : beyond / 0.16))
                    * (0.35 + 0.65 * smooth((inside - 0.02) / 0.16)));
            double hood = lids.hooding() * smooth((inside - 0.45) / 0.5);
            double height = lids.creaseHeight() * (0.35 + 0.65 * u) - hood;
            double resting = wide + height - 1.6 * smooth(beyond / 0.15) - 0.8 * smooth(-beyond / 0.15);
            crease[i] = (float) Math.max(resting - creaseStay * (wide - y), y + 0.25);
        }
    }

    private static double arch(double s, double peak, double fullness) {
        // The power moves the highest point of the sine to the wanted place.
        double bent = Math.pow(s, Math.log(0.5) / Math.log(peak));
        return Math.pow(Math.max(0, Math.sin(Math.PI * bent)), fullness);
    }

    static double smooth(double t) {
        double c = Math.clamp(t, 0, 1);
        return c * c * (3 - 2 * c);
    }

    /** Inner corner, mm. */
    float medialX() {
        return medialX;
    }

    /** x of a place along the margin, 0 inner corner .. 1 outer. */
    float xAt(float place) {
        return medialX + place * (lateralX - medialX);
    }

    /** Position of an x in the tables, for {@link #read}. */
    static float index(float x) {
        return Math.min(Math.max((x - LEFT_MM) * STEPS_PER_MM, 0), COUNT - 1.001f);
    }

    /** Height of a curve at a table position. */
    static float read(float[] curve, float index) {
        int i = (int) index;
        return curve[i] + (index - i) * (curve[i + 1] - curve[i]);
    }
}
