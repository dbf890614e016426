package org.flatgaze.flatcam.sim;

/** Every hair of one person's lashes and eyebrow in view, as numbers along the lid. Immutable. */
final class LashHairs {

    /** Hairs, upper lid first, then lower lid, then brow. */
    final int count;

    /** Hairs before this one are on the upper lid. */
    final int upperEnd;

    /** Hairs from {@code upperEnd} to here are on the lower lid; the rest are brow hairs. */
    final int lowerEnd;

    /** Place of the root along the margin, 0 inner corner .. 1 outer; for the brow x in mm. */
    final float[] place;

    /** Row of the root: distance from the margin, mm; for the brow y in mm. */
    final float[] rise;

    /** Length, mm. */
    final float[] length;

    /** Thickness at the root, mm. */
    final float[] thickness;

    /** Direction at the root below the lid's normal, radians. */
    final float[] droop;

    /** Turn towards the tip, radians. */
    final float[] curl;

    /** Sideways lean at the root, radians, positive to +x. */
    final float[] lean;

    /** Sideways lean at the tip, radians. */
    final float[] tipLean;

    LashHairs(LashStyle style, Complexion look) {
        Draws draws = new Draws(style.seed());
        int brow = (int) (220 * look.browHair());
        upperEnd = style.upperCount();
        lowerEnd = upperEnd + style.lowerCount();
        count = lowerEnd + brow;
        place = new float[count];
        rise = new float[count];
        length = new float[count];
        thickness = new float[count];
        droop = new float[count];
        curl = new float[count];
        lean = new float[count];
        tipLean = new float[count];
        row(draws, style, 0, upperEnd, true);
        row(draws, style, upperEnd, lowerEnd, false);
        brow(draws);
    }

    private void row(Draws draws, LashStyle style, int from, int to, boolean upper) {
        double start = upper ? 0.15 : 0.24;
        double end = 0.985;
        int hair = from;
        while (hair < to) {
            // Neighbours lean to a common point: real lashes stand in tufts of two to five.
            int tuft = Math.min(to - hair, 1 + draws.below(5));
            double centre = start + (end - start) * (hair - from + 0.5 * tuft) / (to - from);
            double tuftLength = draws.normal(1, 0.13, 0.65, 1.35);
            double tuftDroop = draws.normal(0, 7, -18, 18);
            double tuftLean = draws.normal(0, 6, -16, 16);
            double clump = style.clumping() * draws.uniform(0.4, 1);
            for (int k = 0; k < tuft; k++, hair++) {
                double s = start + (end - start) * (hair - from + draws.uniform(0.1, 0.9)) / (to - from);
                place[hair] = (float) s;
                rise[hair] = (float) (upper ? draws.uniform(-0.1, 0.5) : draws.uniform(-0.1, 0.35));
                double grown = 0.55 + 0.45 * Math.sin(Math.PI * Math.pow(Math.min(1, s), 1.4));
                double mm = upper ? style.upperLengthMm() : style.lowerLengthMm();
                length[hair] = (float) (mm * grown * tuftLength * draws.uniform(upper ? 0.72 : 0.35, 1.1));
                thickness[hair] = (float) (style.thicknessMm() * draws.uniform(0.75, 1.2) * (upper ? 1 : 0.55));
                double base = upper ? style.droopDeg() : 42;
                droop[hair] = (float) Math.toRadians(base + tuftDroop + draws.normal(0, 5, -12, 12));
                double turn = upper ? style.curlDeg() : -18;
                curl[hair] = (float) Math.toRadians(turn + draws.normal(0, upper ? 9 : 20, -40, 40));
                // Lashes fan out: those near a corner point past it.
                double fan = 62 * (s - 0.47);
                lean[hair] = (float) Math.toRadians(0.7 * fan + draws.normal(0, 5, -13, 13));
                double together = clump * 1.6 * Math.toDegrees((centre - s) * 28 / (mm * tuftLength));
                tipLean[hair] = (float) Math.toRadians(fan + tuftLean + draws.normal(0, 5, -13, 13) + together);
            }
        }
    }

    private void brow(Draws draws) {
        for (int hair = lowerEnd; hair < count; hair++) {
            double x = draws.uniform(-17, 26);
            place[hair] = (float) x;
            double middle = 18.6 + 2 * Math.sin((x + 14) / 38 * Math.PI);
            rise[hair] = (float) (middle + draws.normal(0, 1.6, -3.2, 3.2));
            length[hair] = (float) draws.uniform(5, 9);
            thickness[hair] = (float) draws.uniform(0.07, 0.12);
            double turned = Math.clamp((x + 12) / 16, 0, 1);
            lean[hair] = (float) Math.toRadians(20 + 58 * turned + draws.normal(0, 10, -25, 25));
            tipLean[hair] = (float) (lean[hair] + Math.toRadians(22 + draws.normal(0, 8, -20, 20)));
        }
    }
}
