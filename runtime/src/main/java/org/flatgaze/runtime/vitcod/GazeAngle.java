package org.flatgaze.runtime.vitcod;

/** The angle between two vectors of any length. */
final class GazeAngle {

    private GazeAngle() {}

    /** Degrees; NaN if one has no length. */
    static double betweenDeg(float[] a, int atA, float[] b, int atB) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < 3; i++) {
            dot += (double) a[atA + i] * b[atB + i];
            aa += (double) a[atA + i] * a[atA + i];
            bb += (double) b[atB + i] * b[atB + i];
        }
        // The chord of the unit vectors keeps its precision at small angles.
        double cosine = dot / Math.sqrt(aa * bb);
        double chord = Math.sqrt(Math.max(0, 2 - 2 * cosine));
        return Math.toDegrees(2 * Math.asin(Math.min(1, chord / 2)));
    }
}
